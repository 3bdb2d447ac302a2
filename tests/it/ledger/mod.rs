//! The ledger: its verbs on every store, what it keeps to after every commit, and its crashes.

mod chances;
mod crashes;
pub(crate) mod kit;
mod sweeping;
mod verbs;
