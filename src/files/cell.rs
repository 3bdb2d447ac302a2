//! What one column of a sheet has of one account.

pub(super) enum Cell {
    Empty,
    Text(String),
    /// A web address.
    Link(String),
    /// An id, of which no digit may be lost.
    Id(String),
    /// An account's name on its network, and its web address.
    Account(String, Option<String>),
    Whole(u64),
    /// From 0 to 1.
    Share(f64),
}
