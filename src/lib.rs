//! Lookalike.

pub mod bot;
pub mod clock;
pub mod context;
pub mod counting;
pub mod crawl;
pub mod demo;
pub mod ledger;
pub mod locales;
pub mod measures;
pub mod model;
pub mod networks;
pub mod stages;
pub mod stores;
