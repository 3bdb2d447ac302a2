//! A crawl: the work on one account, shared by all analyses that want it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    AnalysisId, ByStage, Depth, Handle, ListEnd, NetworkName, PersonId, Pointer, Profile, Reached,
    Refusal, Spent, StageName, Stopped,
};

/// Where those are read who follow more than the limit, those who follow over so many times as many are passed over
/// still: what one such list costs would read a hundred others.
const STILL_READ: u64 = 5;

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
    /// Somebody must agree to what it costs.
    Asking,
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
    /// The first of those that the network itself takes for like it, until there is something better.
    #[serde(default)]
    pub suggested: Vec<Handle>,
    pub status: Status,
    pub stage: StageName,
    /// Its share of the budget; the highest among those who want it.
    pub priority: u32,
    pub wanted_by: Vec<AnalysisId>,
    /// Whose own key pays for it, from its beginning to its end; `None` where the shared key does.
    #[serde(default)]
    pub key_of: Option<PersonId>,
    /// The deepest that is asked for by any of those who want it.
    pub depth: Depth,
    /// How deep somebody has agreed to pay for; where nothing is charged that is taken for granted.
    #[serde(default = "all")]
    pub agreed: Option<Depth>,
    /// Asked for although a fresh result is there; until there is a newer one.
    pub refresh: bool,
    /// The finished crawl of the same account that this one takes the place of.
    pub replaces: Option<CrawlId>,
    pub created_at: DateTime<Utc>,
    /// When it was asked for; later by as long as it lay finished before more was asked for.
    pub since: DateTime<Utc>,
    /// When its turn came.
    pub started_at: Option<DateTime<Utc>>,
    /// When a task of it was last completed.
    pub progress_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// How many stages it has entered; tasks of earlier ones are void, also when it is at the same stage again.
    pub round: u32,
    /// Tasks of the present stage that are not done yet. At 0 the stage is over.
    pub open: u64,
    pub followers: Followers,
    /// Followers who follow more accounts than this are passed over, as the setting was when it began; 0 for
    /// none.
    #[serde(default)]
    pub max_following: u64,
    /// They are read after all, but for those who follow very many: they were no exceptions, or somebody wanted all
    /// followers read.
    #[serde(default)]
    pub reads_long: bool,
    /// Followers to be read before they are looked at the next time.
    pub aim: u64,
    /// Places of the reading order whose followers were read or are being read.
    pub planned: u32,
    /// It ended while some of them were being read, so that it has to be looked through whom it has left behind.
    #[serde(default)]
    pub left_behind: bool,
    /// What its ranking rests on is looked at once more, for another order; nothing is read for that.
    #[serde(default)]
    pub again: bool,
    pub candidates: u32,
    /// Profiles that it has fetched, and that it could not have.
    pub profiles_done: u32,
    pub profiles_missing: u32,
    /// Requests that listing candidates' followers takes in all, as it was last looked at.
    #[serde(default)]
    pub to_confirm: u64,
    pub requests: ByStage<u64>,
    /// Accounts that came back.
    #[serde(default)]
    pub answered: u64,
    /// What came in when it was over: paid for, and of no use to its result.
    #[serde(default)]
    pub late: Spent,
    /// What of it was asked before the network began to charge.
    #[serde(default)]
    pub free: Spent,
    /// It has cost as much as an analysis may.
    #[serde(default)]
    pub capped: bool,
    /// Bytes that the database has grown by for it, about.
    #[serde(default)]
    pub stored: u64,
    /// It has stored as much as an analysis may.
    #[serde(default)]
    pub full: bool,
    /// Stages that the sweeper forced on with what there was.
    pub forced: Vec<StageName>,
    /// It was stopped in the middle of a stage, which goes on when it has its turn again.
    #[serde(default)]
    pub suspended: bool,
    /// The followers, each once.
    pub reading_order: Option<Pointer>,
    pub candidate_list: Option<Pointer>,
    pub ranking: Option<Pointer>,
    pub reached: Option<Reached>,
    /// Somebody has been handed its ranking, so that it counts, whatever becomes of going deeper.
    pub handed_over: bool,
}

/// What is known of a target's followers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Followers {
    /// Pages listed so far.
    pub pages: u32,
    /// Followers listed; each counted once as soon as the list is whole.
    pub listed: u64,
    /// Items of the list that could not be read.
    pub lost: u64,
    pub end: Option<ListEnd>,
    /// Followers of whom it is known whom they follow.
    pub read: u64,
    /// Of those read: lists that broke off or had parts that could not be read, so that some may be missing.
    pub broken_off: u64,
    pub private: u64,
    pub gone: u64,
    pub given_up: u64,
    /// Those who follow so many that their lists cost much and say little.
    pub skipped: u64,
    /// Of those taken on and not passed over: of how many it was known how many they follow, and how many
    /// that is in all.
    pub counted: u64,
    pub promised: u64,
    /// Pages that were not asked for, since other crawls have read them.
    pub saved: u64,
}

impl Crawl {
    /// What was asked for it so far that has cost something, where anything does.
    pub fn spent(&self) -> Spent {
        self.asked().less(self.free)
    }

    /// What was asked for it, charged for or not.
    pub fn asked(&self) -> Spent {
        let requests = StageName::ALL.map(|stage| self.requests[stage]);
        let in_time = Spent {
            requests: requests.into_iter().fold(0, u64::saturating_add),
            accounts: self.answered,
        };
        in_time + self.late
    }

    /// Whether anything is still to be done for it.
    pub fn is_live(&self) -> bool {
        matches!(
            self.status,
            Status::Verifying | Status::Asking | Status::Queued | Status::Active
        )
    }

    /// Whether its tasks may be done.
    pub fn is_at_work(&self) -> bool {
        matches!(self.status, Status::Verifying | Status::Active)
    }

    /// The handle as the network spells it, or as typed while that is not known.
    pub fn shown_handle(&self) -> &Handle {
        self.profile
            .as_ref()
            .map_or(&self.handle, |profile| &profile.handle)
    }

    /// What its owner is called. A server can serve the names of the domain above its own: who was asked for by
    /// such a name has it everywhere but in addresses, where it is the server's.
    pub fn own_name(&self) -> &Handle {
        let shown = self.shown_handle();
        let is_above = || {
            let (user, domain) = self.handle.0.split_once('@')?;
            let server = shown.0.strip_prefix(user)?.strip_prefix('@')?;
            Some(server.strip_suffix(domain)?.ends_with('.'))
        };
        match is_above() {
            Some(true) => &self.handle,
            _ => shown,
        }
    }

    /// What its owner is called where there is no other name beside: the name in the profile where the account has
    /// none of its own.
    pub fn called(&self) -> String {
        let own = self.own_name();
        let name = self.profile.as_ref().map(|profile| profile.name.trim());
        let name = name.filter(|name| own.is_id() && !name.is_empty());
        name.map_or_else(|| own.shown(), str::to_owned)
    }

    /// Why it has read no more followers than it has.
    pub fn stopped(&self) -> Option<Stopped> {
        let reached = self.reached.as_ref()?;
        let full = self.depth == Depth::Full;
        Some(match self.depth {
            _ if self.capped => Stopped::Cost,
            _ if self.full => Stopped::Room,
            _ if !self.forced.is_empty() => Stopped::Deadline,
            _ if reached.all && !(full && reached.skipped > 0) => Stopped::AllRead,
            Depth::Settled if reached.is_settled() => Stopped::Settled,
            depth if depth.is_reached(reached) => Stopped::Depth,
            _ => Stopped::Enough,
        })
    }

    /// Whom a follower of its target may follow at most to be read.
    pub fn most_followed(&self) -> Option<u64> {
        let times = if self.reads_long { STILL_READ } else { 1 };
        let most = self.max_following.saturating_mul(times);
        (self.depth != Depth::Full && most > 0).then_some(most)
    }

    /// Followers that are to be read for the depth, as far as it can be told.
    pub fn to_read(&self) -> u64 {
        let depth = self.depth.followers().unwrap_or(u64::MAX);
        self.followers.readable().min(depth)
    }

    /// The ranking that is being worked on is the last one, unless somebody wants more.
    pub fn is_last_look(&self) -> bool {
        let read = self.followers.read;
        self.depth
            .followers()
            .is_some_and(|followers| read >= followers)
            || u64::from(self.planned) >= self.followers.listed
    }

    /// Whether the ranking that is being worked on is worth making sure of. What is in doubt before the last
    /// one, reading on may settle; but where the reading ends when nothing is in doubt, sooner is better.
    pub fn is_worth_confirming(&self) -> bool {
        self.depth == Depth::Settled || self.is_last_look()
    }

    /// What it is at as people see it: what comes between two looks belongs to the reading.
    pub fn shown_stage(&self) -> StageName {
        match self.stage {
            stage if stage <= StageName::Subscriptions || self.again || self.is_last_look() => {
                stage
            }
            _ => StageName::Subscriptions,
        }
    }

    /// The depth that goes further than what it has reached; what ended early may go as far as was wanted.
    pub fn deeper(&self) -> Option<Depth> {
        let reached = self.reached.as_ref()?;
        let ended_early = !self.depth.is_reached(reached);
        let further = |depth: &Depth| ended_early || *depth > self.depth;
        let mut deeper = Depth::ALL.into_iter().filter(further);
        deeper.find(|depth| !depth.is_reached(reached))
    }

    /// The deepest that was asked for and has been reached.
    pub fn depth_reached(&self) -> Option<Depth> {
        let reached = self.reached.as_ref()?;
        let mut depths = Depth::ALL.into_iter().rev();
        depths.find(|depth| *depth <= self.depth && depth.is_reached(reached))
    }

    /// Whether its result serves a depth that another's does not.
    pub fn is_deeper_than(&self, other: &Crawl) -> bool {
        let serves = |crawl: &Crawl, depth: Depth| {
            let reached = crawl.reached.as_ref();
            reached.is_some_and(|reached| depth.is_reached(reached))
        };
        let mut depths = Depth::ALL.into_iter();
        depths.any(|depth| serves(self, depth) && !serves(other, depth))
    }

    /// The next depth at which more followers would be read than at this one.
    pub fn deeper_than(&self, depth: Depth) -> Option<Depth> {
        let reads_all = |depth: Depth| {
            depth
                .followers()
                .is_none_or(|most| most >= self.followers.listed)
        };
        if !reads_all(depth) || self.followers.listed == 0 {
            return depth.deeper();
        }
        // All but those who are passed over.
        let leaves_out = self.followers.skipped > 0 && depth < Depth::Full;
        leaves_out.then_some(Depth::Full)
    }

    /// The target's followers as its profile says, and at least as many as its list has shown.
    pub fn followers_total(&self) -> u64 {
        let counted = self
            .profile
            .as_ref()
            .and_then(|profile| profile.followers)
            .unwrap_or(0);
        let shown = self.followers.listed.saturating_add(self.followers.lost);
        counted.max(shown)
    }
}

/// Crawls that were begun before anything was charged.
fn all() -> Option<Depth> {
    Some(Depth::Full)
}

impl Followers {
    /// As if nobody of those listed had been read yet.
    pub fn forget_counts(&mut self) {
        *self = Self {
            pages: self.pages,
            listed: self.listed,
            lost: self.lost,
            end: self.end,
            saved: self.saved,
            ..Self::default()
        };
    }

    /// Followers about whom it is settled whether their list can be had.
    pub fn settled(&self) -> u64 {
        let tried = self.read.saturating_add(self.unreadable());
        tried.saturating_add(self.skipped)
    }

    /// How many of those listed can be read, by the part that could be so far.
    pub fn readable(&self) -> u64 {
        let (listed, read) = (u128::from(self.listed), u128::from(self.read));
        match u128::from(self.settled()) {
            0 => self.listed,
            settled => u64::try_from((listed * read).div_ceil(settled)).unwrap_or(u64::MAX),
        }
    }

    pub fn unreadable(&self) -> u64 {
        let known = self.private.saturating_add(self.gone);
        known.saturating_add(self.given_up)
    }
}
