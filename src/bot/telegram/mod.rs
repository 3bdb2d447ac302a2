//! Telegram's side: the poller receives updates, and calls of the Bot API go out within its rate limits.

pub(crate) mod api_call;
pub(crate) mod backoff;
pub(crate) mod connection;
pub(crate) mod error;
pub(crate) mod poller;
pub(crate) mod rate_limits;
pub(crate) mod redaction;
pub(crate) mod updates;
