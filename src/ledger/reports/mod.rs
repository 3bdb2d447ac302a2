//! Reports: queries, statistics, and what was spent.

pub(super) mod queries;
pub(super) mod spending;
pub(super) mod stats;
