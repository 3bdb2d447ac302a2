//! Starting searches.

pub(in crate::bot) mod consent;
pub(in crate::bot) mod presses;
