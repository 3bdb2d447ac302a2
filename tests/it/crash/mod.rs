//! The real binary, killed at any moment, and started again.

mod aftermath;
mod chats;
mod confirming;
mod gathered;
mod life;
mod long_lists;
mod orders;
mod post_mortem;
mod second;
mod shutdown;
mod steps;
mod storm;
mod storms;
mod updates;
