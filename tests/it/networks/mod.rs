//! What holds of every network: the same contract, each against its own fake over real HTTP; and whole
//! analyses on each.

mod contract;
mod hosts;
mod kit;
mod stories;
