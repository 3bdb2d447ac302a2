//! Tasks of crawls: who works on them, what their results mean, and when a crawl has its turn.

pub(super) mod complete;
pub(super) mod end;
pub(super) mod lease;
pub(super) mod reserve;
mod sweep;
pub(super) mod turn;
