//! The state behind its lock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::demo::telegram::state::ServerState;

/// The state, and a notification of every change.
pub(super) struct SharedState {
    state: Mutex<ServerState>,
    changed: watch::Sender<()>,
}

impl SharedState {
    pub(super) fn new(state: ServerState) -> SharedState {
        SharedState {
            state: Mutex::new(state),
            changed: watch::Sender::new(()),
        }
    }

    pub(super) fn change<T>(&self, change: impl FnOnce(&mut ServerState) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.send_replace(());
        result
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&ServerState) -> T) -> T {
        read(&self.lock())
    }

    /// Returns a receiver of changes. Subscribe before reading, or a change in between is missed.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    pub(super) async fn until(&self, condition: impl Fn(&ServerState) -> bool) {
        let mut changes = self.changes();
        while !self.read(&condition) {
            // Can't fail: the sender lives as long as `self`.
            let _ = changes.changed().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, ServerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
