//! Audiences compared: what was counted.

use serde::{Deserialize, Serialize};

use crate::model::{CrawlId, Handle, Sample, Similar, Tally};

/// What a comparison tells. It is kept, since the lists that were counted are not kept as long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    pub audiences: Audiences,
    /// The accounts without a result.
    pub missing: Vec<Handle>,
}

/// A comparison of audiences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Audiences {
    pub each: Vec<Audience>,
    /// Accounts that are similar to all owners, the most similar first.
    pub close: Vec<Compared>,
}

/// One of the audiences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Audience {
    pub crawl: CrawlId,
    /// Its owner: the handle as links have it, the name that people write, what to call them where no other name is
    /// shown, and the name in their profile.
    pub handle: Handle,
    pub own_name: Handle,
    pub called: String,
    pub name: String,
    pub picture: Option<String>,
    pub followers: u64,
    /// Its list was cut by the cap, so that all numbers are about its newest followers.
    pub is_cut: bool,
    pub sample: Sample,
    /// How many of it follow the owner of each audience, in their order; `None` in its own place.
    pub with: Vec<Option<Tally>>,
    /// How many follow none of the others.
    pub alone: Tally,
    /// Accounts that it follows more than any of the others does.
    pub own: Vec<Compared>,
}

/// An account, and what was counted of it in each audience.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Without its picture, which nobody shows.
    pub account: Similar,
    pub counts: Vec<Tally>,
}
