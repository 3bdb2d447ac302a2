//! What people can do: a shelf with one file or folder per feature, which holds its command, its buttons and its
//! messages.
//!
//! To add a command: add a file or folder here, a variant in `commands` and a line in `schema`. Features don't import
//! each other; what two of them need is outside this folder, in `reply`, `parsing`, `view`, `progress` or `list`.

pub(in crate::bot) mod admin;
pub(in crate::bot) mod cancel;
pub(in crate::bot) mod compare;
pub(in crate::bot) mod help;
pub(in crate::bot) mod history;
pub(in crate::bot) mod inline;
pub(in crate::bot) mod keys;
pub(in crate::bot) mod language;
pub(in crate::bot) mod opt_out;
pub(in crate::bot) mod preferred_network;
pub(in crate::bot) mod privacy;
pub(in crate::bot) mod result;
pub(in crate::bot) mod search;
pub(in crate::bot) mod share;
pub(in crate::bot) mod status;
pub(in crate::bot) mod watch;
