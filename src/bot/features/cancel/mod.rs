//! Cancelling searches.

pub(in crate::bot) mod admin_check;
pub(in crate::bot) mod by_admins;
pub(in crate::bot) mod presses;
