//! The ledger: its verbs on every store, what it keeps to after every commit, and its crashes.

mod chances;
mod crashes;
mod damage;
pub(crate) mod kit;
mod leases;
mod lists;
mod space;
mod sweeping;
mod verbs;

pub(crate) use kit::RULES;
