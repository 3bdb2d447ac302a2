//! One test binary; each file tells one kind of story.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod chance;
mod chat;
mod circles;
mod crash;
mod disk;
mod expected;
mod fake_telegram;
mod fakes;
mod hostile;
mod house;
mod ledger;
mod load;
mod metrics;
mod networks;
mod pace;
mod pages;
mod rankings;
mod settings;
mod stores;
mod story;
mod terminal;
mod tidy;
mod troubles;
mod visit;
mod worlds;
