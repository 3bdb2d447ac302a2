//! Wake-ups: which waiting tasks of the process a transaction wakes. The writer wakes them after the commit, so that
//! none is missed even if the caller has stopped waiting for it.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::model::Queue;

/// What a transaction wakes once it is committed.
#[derive(Debug, Default)]
pub(crate) struct Wakeups {
    /// Queues with new ready tasks.
    pub(crate) ready: BTreeSet<Queue>,
    pub(crate) crawl_ended: bool,
    /// Crawls have joined or left the line.
    pub(crate) line_changed: bool,
    /// A key is to be tested.
    pub(crate) key_in_doubt: bool,
    /// An operator has set another mode.
    pub(crate) mode_changed: bool,
    /// The outbox has new rows.
    pub(crate) outbox_grown: bool,
}

/// Where tasks of the process wait.
#[derive(Debug, Default)]
pub(crate) struct Wakers {
    queues: Mutex<HashMap<Queue, Arc<Notify>>>,
    pub(crate) crawl_ended: Notify,
    pub(crate) key_in_doubt: Notify,
    pub(crate) mode_changed: Notify,
    pub(crate) outbox_grown: Notify,
    /// Groups of transactions committed since the start.
    pub(crate) commits: AtomicU64,
    /// How often the line of waiting crawls has changed.
    pub(crate) line: AtomicU64,
}

impl Wakers {
    /// Returns what wakes the one dispatcher of a queue.
    pub(crate) fn of(&self, queue: &Queue) -> Arc<Notify> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.entry(queue.clone()).or_default().clone()
    }

    pub(crate) fn wake(&self, wakeups: &Wakeups) {
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
