//! How the engine's notifications reach the bot: they are remembered, never waited for.

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
    outgoing: Notify,
}

/// The engine's end and the bot's. The engine may nudge before there is a bot.
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

    fn outgoing(&self) {
        self.outgoing.notify_one();
    }
}

impl Notifications {
    /// Waits until a crawl has moved on; [`Notifications::take`] tells which.
    pub(in crate::bot) async fn progress(&self) {
        self.shared.progress.notified().await;
    }

    /// Waits until there is something new to be said.
    pub(in crate::bot) async fn outgoing(&self) {
        self.shared.outgoing.notified().await;
    }

    /// The crawls that have moved on since the last call.
    pub(in crate::bot) fn take(&self) -> BTreeSet<CrawlId> {
        let mut moved = self
            .shared
            .moved
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *moved)
    }
}
