//! What people can do: a shelf with one file or folder per feature, which holds its command, its buttons and its
//! messages.
//!
//! To add a command: add a file or folder here, a variant in `commands` and a line in `schema`. Features don't import
//! each other; what two of them need is outside this folder, in `reply`, `parsing`, `asking`, `results`, `view`,
//! `progress` or `list`.

pub(crate) mod admin;
pub(crate) mod cancel;
pub(crate) mod compare;
pub(crate) mod help;
pub(crate) mod history;
pub(crate) mod inline;
pub(crate) mod keys;
pub(crate) mod language;
pub(crate) mod opt_out;
pub(crate) mod preferred_network;
pub(crate) mod privacy;
pub(crate) mod result;
pub(crate) mod search;
pub(crate) mod share;
pub(crate) mod status;
pub(crate) mod watch;
