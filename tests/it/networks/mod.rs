//! What holds of every network: the same contract, each against its own fake over real HTTP; and whole
//! analyses on each.

mod app_view;
mod check;
mod contract;
mod costs;
mod hosts;
mod kit;
mod stories;
