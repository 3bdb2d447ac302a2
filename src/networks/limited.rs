//! A network as one task sees it: every request passes the gate first, and is counted; every answer is
//! brought within bounds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;

use crate::model::{
    Account, AccountId, CrawlId, Cursor, Handle, NetworkName, Page, Profile, Spent,
};
use crate::networks::bounds::Bounded;
use crate::networks::{Balance, Entry, Limits, Network, NetworkError, Resolved};

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
        let limits = self.limits();
        let counted = async {
            self.meter.requests.fetch_add(1, Ordering::Relaxed);
            let answer = request.await;
            let accounts = answer.as_ref().map_or(0, Bounded::accounts);
            self.meter
                .accounts
                .fetch_add(accounts as u64, Ordering::Relaxed);
            answer.and_then(|answer| answer.bounded(&limits))
        };
        self.pass(counted).await
    }

    async fn pass<T>(
        &self,
        request: impl Future<Output = Result<T, NetworkError>> + Send,
    ) -> Result<T, NetworkError> {
        let permit = self.entry.gate.pass(&self.flow).await;
        let result = request.await;
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

    async fn suggested(&self, id: &AccountId) -> Result<Vec<Account>, NetworkError> {
        if !self.limits().suggests {
            return Ok(Vec::new());
        }
        self.ask(self.entry.network.suggested(id)).await
    }

    /// Is no request of the crawl's: what is left costs nothing to know.
    async fn balance(&self) -> Result<Option<Balance>, NetworkError> {
        self.pass(self.entry.network.balance()).await
    }
}
