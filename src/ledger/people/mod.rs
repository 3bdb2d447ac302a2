//! What is kept of people and their chats, and what is left alone for their sake.

pub(super) mod chats;
pub(super) mod forget;
pub(super) mod opt_outs;
pub(super) mod own_keys;
pub(super) mod preferences;
pub(super) mod quota;
pub(super) mod share;
pub(super) mod strangers;
pub(super) mod watches;
