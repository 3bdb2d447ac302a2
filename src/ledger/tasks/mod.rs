//! Tasks of crawls: leased, completed, put back, and the turns of the crawls that they belong to.

pub(super) mod advance;
pub(super) mod complete;
pub(super) mod end;
pub(super) mod lease;
pub(super) mod reserve;
pub(super) mod stage;
mod sweep;
pub(super) mod turn;
