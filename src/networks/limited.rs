//! A network as one task sees it: every request passes the gate first, and is counted; every answer is
//! brought within bounds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;

use crate::model::{AccountId, CrawlId, Cursor, Handle, NetworkName, Page, Profile, Spent};
use crate::networks::bounds::Bounded;
use crate::networks::{Entry, Limits, Network, NetworkError, Resolved};

/// For whom a request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    pub crawl: CrawlId,
    /// Its share of the budget against other crawls'.
    pub weight: u32,
    /// Ahead of everything else: a person waits for it.
    pub urgent: bool,
}

pub struct Limited {
    entry: Entry,
    flow: Flow,
    meter: Arc<Meter>,
}

/// Counts what is asked and what comes back.
#[derive(Debug, Default)]
pub struct Meter {
    requests: AtomicU64,
    accounts: AtomicU64,
}

impl Meter {
    pub fn spent(&self) -> Spent {
        Spent {
            requests: self.requests.load(Ordering::Relaxed),
            accounts: self.accounts.load(Ordering::Relaxed),
        }
    }
}

impl Limited {
    pub fn new(entry: Entry, flow: Flow) -> Self {
        Self {
            entry,
            flow,
            meter: Arc::default(),
        }
    }

    /// What was asked so far; still counts when the view itself is gone.
    pub fn meter(&self) -> Arc<Meter> {
        self.meter.clone()
    }

    async fn ask<T: Bounded>(
        &self,
        request: impl Future<Output = Result<T, NetworkError>> + Send,
    ) -> Result<T, NetworkError> {
        let permit = self.entry.gate.pass(&self.flow).await;
        self.meter.requests.fetch_add(1, Ordering::Relaxed);
        let limits = self.limits();
        let answer = request.await;
        let accounts = answer.as_ref().map_or(0, Bounded::accounts);
        self.meter
            .accounts
            .fetch_add(accounts as u64, Ordering::Relaxed);
        let result = answer.and_then(|answer| answer.bounded(&limits));
        permit.report(result.as_ref().err(), self.entry.network.remaining());
        result
    }
}

#[async_trait]
impl Network for Limited {
    fn name(&self) -> NetworkName {
        self.entry.network.name()
    }

    fn limits(&self) -> Limits {
        self.entry.network.limits()
    }

    fn remaining(&self) -> Option<u64> {
        self.entry.network.remaining()
    }

    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        self.ask(self.entry.network.resolve(handle)).await
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        self.ask(self.entry.network.profiles(ids)).await
    }

    async fn followers(
        &self,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        self.ask(self.entry.network.followers(id, cursor)).await
    }

    async fn following(
        &self,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        self.ask(self.entry.network.following(id, cursor)).await
    }
}
