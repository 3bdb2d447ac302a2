//! A crawl: the work on one account, shared by all analyses that want it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    AnalysisId, ByStage, Handle, ListEnd, NetworkName, Pointer, Profile, Refusal, StageName,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CrawlId(pub u64);

/// Where a crawl is in its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its account is being looked up, ahead of other work.
    Verifying,
    /// It waits for its turn.
    Queued,
    /// Its stages are at work.
    Active,
    /// Its ranking is there.
    Finished,
    /// It can't be done.
    Refused(Refusal),
    /// Nobody wants it any more, or another crawl does the same.
    Dropped,
}

/// The row of a crawl; small, since every completed task rewrites it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crawl {
    pub id: CrawlId,
    pub network: NetworkName,
    /// As typed by the first who asked.
    pub handle: Handle,
    pub profile: Option<Profile>,
    pub status: Status,
    pub stage: StageName,
    /// Its share of the budget; the highest among those who want it.
    pub priority: u32,
    pub wanted_by: Vec<AnalysisId>,
    /// Asked for although a fresh result is there.
    pub refresh: bool,
    /// The finished crawl of the same account that this one takes the place of.
    pub replaces: Option<CrawlId>,
    pub created_at: DateTime<Utc>,
    /// When its turn came.
    pub started_at: Option<DateTime<Utc>>,
    /// When a task of it was last completed.
    pub progress_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Tasks of the present stage that are not done yet. At 0 the stage is over.
    pub open: u64,
    pub followers: Followers,
    pub candidates: u32,
    pub profiles_done: u32,
    pub profiles_missing: u32,
    pub requests: ByStage<u64>,
    /// Stages that the sweeper forced on with what there was.
    pub forced: Vec<StageName>,
    /// The followers in the order in which they are read.
    pub reading_order: Option<Pointer>,
    pub candidate_list: Option<Pointer>,
    pub ranking: Option<Pointer>,
}

/// What is known of a target's followers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Followers {
    /// Pages listed so far.
    pub pages: u32,
    /// Followers listed; each counted once as soon as the list is whole.
    pub listed: u64,
    pub end: Option<ListEnd>,
    /// Followers of whom it is known whom they follow.
    pub read: u64,
    /// Of those read: lists that broke off, so that the last of them may be missing.
    pub broken_off: u64,
    pub private: u64,
    pub gone: u64,
    pub given_up: u64,
}

impl Crawl {
    /// Whether anything is still to be done for it.
    pub fn is_live(&self) -> bool {
        matches!(
            self.status,
            Status::Verifying | Status::Queued | Status::Active
        )
    }

    /// The handle as the network spells it, or as typed while that is not known.
    pub fn shown_handle(&self) -> &Handle {
        self.profile
            .as_ref()
            .map_or(&self.handle, |profile| &profile.handle)
    }

    /// The target's followers as its profile says, and at least as many as were listed.
    pub fn followers_total(&self) -> u64 {
        let counted = self
            .profile
            .as_ref()
            .and_then(|profile| profile.followers)
            .unwrap_or(0);
        counted.max(self.followers.listed)
    }
}

impl Followers {
    /// Followers about whom it is settled whether their list can be had.
    pub fn settled(&self) -> u64 {
        self.read.saturating_add(self.unreadable())
    }

    pub fn unreadable(&self) -> u64 {
        let known = self.private.saturating_add(self.gone);
        known.saturating_add(self.given_up)
    }
}
