//! What holds of every network: the same contract, each against its own fake over real HTTP; whole
//! analyses on each; and what people type, to each.

mod app_view;
mod contract;
mod costs;
mod kit;
mod stories;
mod words;
