//! Requests of people: taken in, joined to crawls, agreed to, and brought to an outcome.

pub(super) mod admin_cancel;
pub(super) mod cancel;
pub(super) mod comparisons;
pub(super) mod consent;
pub(super) mod identity;
pub(super) mod kept;
pub(super) mod outcome;
mod prices;
pub(super) mod reuse;
pub(super) mod settle;
pub(super) mod submit;
pub(super) mod terms;
pub(super) mod under_way;
