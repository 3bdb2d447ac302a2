//! The ledger: its verbs on every store, what it keeps to after every commit, and its crashes.

mod aging;
mod bills;
mod chances;
mod chats;
mod comparisons;
mod crashes;
mod damage;
mod forgetting;
mod groups;
pub(crate) mod invariants;
mod kit;
mod leases;
mod lists;
mod messages;
mod operators;
mod orders;
mod own_keys;
mod places;
mod preferences;
mod prices;
mod scripted;
mod sharing;
mod space;
mod sweeping;
mod verbs;
mod watched;
mod watches;
mod yields;

pub(crate) use kit::RULES;
