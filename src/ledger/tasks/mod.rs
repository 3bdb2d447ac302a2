//! Tasks of crawls: who works on them, what their results mean, and when a crawl has its turn.

pub(super) mod advance;
pub(super) mod complete;
pub(super) mod end;
pub(super) mod lease;
pub(super) mod reserve;
pub(super) mod stage;
mod sweep;
pub(super) mod turn;
