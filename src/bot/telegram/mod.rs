//! Telegram's side: the poller receives updates, and calls of the Bot API go out within its rate limits.

pub(in crate::bot) mod api_call;
pub(in crate::bot) mod backoff;
pub(in crate::bot) mod connection;
pub(in crate::bot) mod error;
pub(in crate::bot) mod poller;
pub(in crate::bot) mod rate_limits;
pub(in crate::bot) mod redaction;
pub(in crate::bot) mod updates;
