//! Wake-ups: which waiting tasks of the process a transaction wakes. The writer wakes them after the commit, so that
//! none is missed even if the caller has stopped waiting for it.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::model::Queue;

/// What a transaction wakes once it is committed.
#[derive(Debug, Default)]
pub(in crate::ledger) struct Wakeups {
    /// Queues with new ready tasks.
    pub(in crate::ledger) ready: BTreeSet<Queue>,
    pub(in crate::ledger) crawl_ended: bool,
    /// Crawls have joined or left the line.
    pub(in crate::ledger) line_changed: bool,
    /// A key is to be tested.
    pub(in crate::ledger) key_in_doubt: bool,
    /// An operator has set another mode.
    pub(in crate::ledger) mode_changed: bool,
    /// The outbox has new rows.
    pub(in crate::ledger) outbox_grown: bool,
}

/// Where tasks of the process wait.
#[derive(Debug, Default)]
pub(in crate::ledger) struct Wakers {
    queues: Mutex<HashMap<Queue, Arc<Notify>>>,
    pub(in crate::ledger) crawl_ended: Notify,
    pub(in crate::ledger) key_in_doubt: Notify,
    pub(in crate::ledger) mode_changed: Notify,
    pub(in crate::ledger) outbox_grown: Notify,
    /// Groups of transactions committed since the start.
    pub(in crate::ledger) commits: AtomicU64,
    /// How often the line of waiting crawls has changed.
    pub(in crate::ledger) line: AtomicU64,
}

impl Wakers {
    /// Returns what wakes the one dispatcher of a queue.
    pub(in crate::ledger) fn of(&self, queue: &Queue) -> Arc<Notify> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.entry(queue.clone()).or_default().clone()
    }

    pub(in crate::ledger) fn wake(&self, wakeups: &Wakeups) {
        for queue in &wakeups.ready {
            self.of(queue).notify_one();
        }
        if wakeups.line_changed {
            self.line.fetch_add(1, Ordering::Release);
        }
        if wakeups.key_in_doubt {
            self.key_in_doubt.notify_one();
        }
        if wakeups.mode_changed {
            self.mode_changed.notify_one();
        }
        if wakeups.outbox_grown {
            self.outbox_grown.notify_one();
        }
        if wakeups.crawl_ended {
            self.crawl_ended.notify_waiters();
        }
    }
}
