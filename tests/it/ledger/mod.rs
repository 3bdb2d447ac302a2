//! The ledger: its verbs on every store, what it keeps to after every commit, and its crashes.

mod chances;
mod crashes;
mod damage;
pub(crate) mod kit;
mod leases;
mod sweeping;
mod verbs;
