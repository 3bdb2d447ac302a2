//! What holds of every network: the same contract, each against its own fake over real HTTP; whole
//! analyses on each; and what people type, to each.

mod accounts_servers;
mod app_view;
mod charges;
mod check;
mod contract;
pub(crate) mod costs;
mod fixture;
mod hosts;
mod odd_answers;
mod orders;
mod other_servers;
mod own_keys;
mod schemas;
mod stories;
mod words;
mod world;
