//! The test binary; each file tests one subject.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod browser;
mod chat;
mod crash;
mod disk;
mod expected;
mod fake_instagram;
mod fake_telegram;
mod fakes;
mod harness;
mod hostile;
mod import_cycles;
mod ledger;
mod load;
mod metrics;
mod networks;
mod pace;
mod pages;
mod random_input;
mod rankings;
mod requests;
mod settings;
mod stores;
mod story;
mod terminal;
mod tidy;
mod troubles;
mod worlds;
