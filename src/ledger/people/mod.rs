//! Data about people and their chats, and about accounts: who has opted out, and what they are.

pub(super) mod chats;
pub(super) mod forget;
pub(super) mod opt_outs;
pub(super) mod own_keys;
pub(super) mod preferences;
pub(super) mod promises;
pub(super) mod questions;
pub(super) mod quota;
pub(super) mod set_kinds;
pub(super) mod share;
pub(super) mod share_comparison;
pub(super) mod strangers;
pub(super) mod watches;
