//! The ledger: its verbs on every store, its invariants after every commit, and crashes.

mod aging;
mod charges;
mod chats;
mod checked_store;
mod comparisons;
mod crashes;
mod damage;
mod fixture;
mod forgetting;
mod groups;
mod guesses;
pub(crate) mod invariants;
mod kept_comparisons;
mod leases;
mod lists;
mod messages;
mod operators;
mod orders;
mod own_keys;
mod places;
mod preferences;
mod prices;
mod random_outputs;
mod random_verbs;
mod sharing;
mod small_network;
mod space;
mod sweeping;
mod verbs;
mod watches;

pub(crate) use fixture::RULES;
