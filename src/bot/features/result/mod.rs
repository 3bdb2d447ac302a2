//! Results as they are sent.

pub(in crate::bot) mod account;
mod account_text;
pub(in crate::bot) mod card;
mod changes;
pub(in crate::bot) mod messages;
pub(in crate::bot) mod presses;
