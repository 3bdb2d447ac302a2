//! The database: transactions over ordered rows, the one writer, and what keeps the rows readable.

pub(super) mod archive;
pub(super) mod erasure;
pub(super) mod format;
mod repair;
pub(super) mod rows;
pub(super) mod transaction;
pub(super) mod wakeups;
pub(super) mod writer;
