//! Lookalike: which accounts are like this one? A Telegram bot that finds out from shared followers.

pub mod app;
pub mod bot;
pub mod check;
pub mod clock;
pub mod config;
pub mod context;
pub mod counting;
pub mod crawl;
pub mod demo;
pub mod ledger;
pub mod measures;
pub mod model;
pub mod networks;
pub mod stages;
pub mod stores;
