//! The books of one task on a network that charges: each request is entered into the task's lease before it is sent,
//! while there is money left. The budget may have changed since the task was leased.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::context::Context;
use crate::crawl::budget::{Allowance, caps, of_entered, to_come};
use crate::ledger::Reservation;
use crate::model::{Lease, OwnKey, Spent};
use crate::networks::{Books, Entry};
use crate::stores::StoreError;

pub(super) struct LeaseBooks {
    cx: Context,
    entry: Entry,
    lease: Lease,
    key: Option<OwnKey>,
    held_back: Mutex<Option<Allowance>>,
}

impl LeaseBooks {
    pub(super) fn new(cx: &Context, entry: &Entry, lease: &Lease, key: Option<&OwnKey>) -> Self {
        Self {
            cx: cx.clone(),
            entry: entry.clone(),
            lease: lease.clone(),
            key: key.cloned(),
            held_back: Mutex::default(),
        }
    }

    /// Returns why a request was not sent, if the money had run out.
    pub(super) fn held_back(&self) -> Option<Allowance> {
        *self
            .held_back
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn note(&self, asked: Spent) -> Result<Option<Spent>, StoreError> {
        let (ledger, task) = (&self.cx.ledger, &self.lease.task);
        let Some(crawl) = ledger.crawl(task.crawl)? else {
            return Ok(None);
        };
        let Some(caps) = caps(&self.cx, &self.entry, &crawl, task.queue.stage) else {
            return Ok(None);
        };
        let asked = to_come(&self.cx, &crawl, task, asked)?;
        let noted = ledger.reserve(&self.lease, self.key.as_ref(), asked, &caps);
        let entered = noted.await?;
        let held_back = of_entered(&self.cx, entered);
        *self
            .held_back
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = held_back;
        Ok((entered == Reservation::Made).then_some(asked))
    }
}

#[async_trait]
impl Books for LeaseBooks {
    async fn enter(&self, asked: Spent) -> Option<Spent> {
        let entered = self.note(asked).await;
        entered.unwrap_or_else(|error| {
            tracing::error!(%error, "a request is not sent, since it can't be entered into the books");
            None
        })
    }
}
