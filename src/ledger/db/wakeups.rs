//! Who waits for what in the database, and rings when it is there. The writer rings, so that nobody is
//! missed whose transaction was committed but not waited for to the end.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::model::Queue;

/// What a transaction has changed that others wait to hear of.
#[derive(Debug, Default)]
pub(in crate::ledger) struct News {
    /// Queues with new ready tasks.
    pub(in crate::ledger) ready: BTreeSet<Queue>,
    pub(in crate::ledger) crawl_ended: bool,
    /// Crawls have come into line or left it.
    pub(in crate::ledger) line_changed: bool,
    /// A key is to be tried.
    pub(in crate::ledger) key_in_doubt: bool,
    /// An operator wants something else.
    pub(in crate::ledger) mode_changed: bool,
}

#[derive(Debug, Default)]
pub(in crate::ledger) struct Bells {
    queues: Mutex<HashMap<Queue, Arc<Notify>>>,
    pub(in crate::ledger) crawl_ended: Notify,
    pub(in crate::ledger) key_in_doubt: Notify,
    pub(in crate::ledger) mode_changed: Notify,
    /// Groups of transactions that were committed.
    pub(in crate::ledger) commits: AtomicU64,
    /// How often the line of waiting crawls has changed.
    pub(in crate::ledger) line: AtomicU64,
}

impl Bells {
    /// The bell of one queue, for its one dispatcher.
    pub(in crate::ledger) fn of(&self, queue: &Queue) -> Arc<Notify> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.entry(queue.clone()).or_default().clone()
    }

    pub(in crate::ledger) fn ring(&self, news: &News) {
        for queue in &news.ready {
            self.of(queue).notify_one();
        }
        if news.line_changed {
            self.line.fetch_add(1, Ordering::Release);
        }
        if news.key_in_doubt {
            self.key_in_doubt.notify_one();
        }
        if news.mode_changed {
            self.mode_changed.notify_one();
        }
        if news.crawl_ended {
            self.crawl_ended.notify_waiters();
        }
    }
}
