//! Notifications from the engine to the bot. They are stored, so that the engine never waits.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::context::Notifier;
use crate::model::CrawlId;

/// The bot's end.
#[derive(Debug)]
pub struct Notifications {
    shared: Arc<NotifierState>,
}

#[derive(Debug, Default)]
struct NotifierState {
    moved: Mutex<BTreeSet<CrawlId>>,
    progress: Notify,
}

/// Returns the engine's end and the bot's. The engine may notify before the bot runs.
pub fn notifier() -> (Arc<dyn Notifier>, Notifications) {
    let shared = Arc::new(NotifierState::default());
    let notifications = Notifications {
        shared: shared.clone(),
    };
    (shared, notifications)
}

impl Notifier for NotifierState {
    fn progress(&self, crawl: CrawlId) {
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        moved.insert(crawl);
        drop(moved);
        self.progress.notify_one();
    }
}

impl Notifications {
    /// Waits until a crawl has made progress; [`Notifications::take`] returns which.
    pub(super) async fn progress(&self) {
        self.shared.progress.notified().await;
    }

    /// Returns the crawls that have made progress since the last call.
    pub(super) fn take(&self) -> BTreeSet<CrawlId> {
        let mut moved = self
            .shared
            .moved
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *moved)
    }
}
