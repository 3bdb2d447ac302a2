//! One test binary; each file tells one kind of story.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod chat;
mod fake_telegram;
mod fakes;
mod troubles;
mod visit;
mod worlds;
