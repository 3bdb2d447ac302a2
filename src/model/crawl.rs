//! A crawl: the work on one account, shared by all analyses that want it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    AnalysisId, By, ByStage, CrawlId, Depth, Handle, ListEnd, NetworkName, PersonId, Pointer,
    Profile, Reached, Refusal, Spent, StageName, Stopped,
};

/// If long lists are read, those of followers who follow more than this many times the limit are still skipped: one
/// such list costs as much as a hundred others.
const STILL_READ: u64 = 5;

/// Where a crawl is in its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its account is being looked up, ahead of other work.
    Verifying,
    /// It waits for its turn.
    Queued,
    /// Its stages are running.
    Active,
    /// It has a ranking.
    Finished,
    /// It is impossible.
    Refused(Refusal),
    /// It waits for someone to agree to its price.
    Asking,
    /// Nobody wants it any more, or another crawl does the same.
    Dropped,
}

/// The row of a crawl; kept small, since every completed task rewrites it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crawl {
    pub id: CrawlId,
    pub network: NetworkName,
    /// As typed by the first person who asked.
    pub handle: Handle,
    #[serde(default)]
    pub by: By,
    pub profile: Option<Profile>,
    /// The first accounts that the network itself suggests, shown until there is something better.
    pub suggested: Vec<Handle>,
    pub status: Status,
    pub stage: StageName,
    /// Its weight in the budget: the highest of those who want it.
    pub priority: u32,
    pub wanted_by: Vec<AnalysisId>,
    /// Whose own key pays for it, from beginning to end; `None` for the shared key.
    pub key_of: Option<PersonId>,
    /// The greatest depth that anyone who wants it has asked for.
    pub depth: Depth,
    /// The depth that someone has agreed to pay for; `Full` if the network doesn't charge.
    pub agreed: Option<Depth>,
    /// A newer result was asked for although a fresh one exists.
    pub refresh: bool,
    /// The finished crawl of the same account that this one replaces.
    pub replaces: Option<CrawlId>,
    pub created_at: DateTime<Utc>,
    /// When it was asked for, moved on by the time that it was finished before more was asked for.
    pub since: DateTime<Utc>,
    /// When its turn came.
    pub started_at: Option<DateTime<Utc>>,
    /// When one of its tasks was last completed.
    pub progress_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// The number of stages entered; tasks of earlier rounds are void, even if they belong to the same stage.
    pub round: u32,
    /// Tasks of the current stage that are not done yet. At 0 the stage is over.
    pub open: u64,
    pub followers: Followers,
    /// Followers who follow more accounts than this are skipped, by the setting when it began; 0 for no limit.
    pub max_following: u64,
    /// Skipped followers are read after all, except the very longest lists: they were no exceptions, or someone wants
    /// all followers read.
    pub reads_long: bool,
    /// Followers to be read until the next look.
    pub aim: u64,
    /// The part of the reading order whose followers have been or are being read.
    pub planned: u32,
    /// The crawl ended while followers were being read; they must be rescanned if it is reopened.
    pub left_behind: bool,
    /// Its ranking is being recalculated for another order; no more followers are read for that.
    pub again: bool,
    pub candidates: u32,
    /// Profiles that were fetched, and that are unavailable.
    pub profiles_done: u32,
    pub profiles_missing: u32,
    /// Requests that confirming takes in total, by the latest estimate.
    pub to_confirm: u64,
    pub requests: ByStage<u64>,
    /// Accounts returned.
    pub answered: u64,
    /// Answers that arrived after it had ended: paid for, but of no use to it.
    pub late: Spent,
    /// The part that was requested before the network began to charge.
    pub free: Spent,
    /// The most that was ever known to be done of the whole search: see [`Crawl::percent_done`].
    #[serde(default)]
    pub percent: u8,
    /// It has reached its cost limit.
    pub capped: bool,
    /// Roughly how many bytes it has added to the database.
    pub stored: u64,
    /// It has reached its storage limit.
    pub full: bool,
    /// Stages that the sweeper has forced on with what there was.
    pub forced: Vec<StageName>,
    /// It was stopped in the middle of a stage, which continues when its turn comes again.
    pub suspended: bool,
    /// The followers, each once.
    pub reading_order: Option<Pointer>,
    pub candidate_list: Option<Pointer>,
    pub ranking: Option<Pointer>,
    pub reached: Option<Reached>,
    /// Its ranking was delivered to someone, so it stays valid whatever happens when it goes deeper.
    pub handed_over: bool,
}

/// What the stages take of a whole search, in hundredths; the rest is putting the list in order.
const LISTING_PERCENT: u64 = 10;
const READING_PERCENT: u64 = 75;
const CONFIRMING_PERCENT: u64 = 14;

/// The state of a target's followers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Followers {
    /// Pages listed so far.
    pub pages: u32,
    /// Followers listed; without duplicates once the list is complete.
    pub listed: u64,
    /// Items of the list that could not be read.
    pub lost: u64,
    pub end: Option<ListEnd>,
    /// Followers whose lists have been read.
    pub read: u64,
    /// Of those read: lists that were cut short or had unreadable parts, so that some accounts may be missing.
    pub broken_off: u64,
    pub private: u64,
    pub gone: u64,
    pub given_up: u64,
    /// Followers who follow so many accounts that their lists cost much and say little.
    pub skipped: u64,
    /// Of the planned and not skipped ones: how many have a known length of their list, and the sum of these lengths.
    pub counted: u64,
    pub promised: u64,
    /// Pages that needed no request, since other crawls had read them.
    pub saved: u64,
}

impl Crawl {
    /// Returns what its requests have cost, in units that the network charges for.
    pub fn spent(&self) -> Spent {
        self.asked().less(self.free)
    }

    /// Returns all of its requests, charged for or not.
    pub fn asked(&self) -> Spent {
        let requests = StageName::ALL.map(|stage| self.requests[stage]);
        let in_time = Spent {
            requests: requests.into_iter().fold(0, u64::saturating_add),
            accounts: self.answered,
        };
        in_time + self.late
    }

    /// Whether it has not ended yet.
    pub fn is_live(&self) -> bool {
        matches!(
            self.status,
            Status::Verifying | Status::Asking | Status::Queued | Status::Active
        )
    }

    /// Whether its tasks may run.
    pub fn is_at_work(&self) -> bool {
        matches!(self.status, Status::Verifying | Status::Active)
    }

    /// Returns the handle as the network spells it, or as typed if that is not known yet.
    pub fn shown_handle(&self) -> &Handle {
        self.profile
            .as_ref()
            .map_or(&self.handle, |profile| &profile.handle)
    }

    /// Returns the account's name. A server can serve the names of the domain above its own: an account that was asked
    /// for by such a name has it everywhere except in links, where it has the server's.
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

    /// Returns what to call the account where no other name is shown: the name in its profile if it has no handle.
    pub fn called(&self) -> String {
        let own = self.own_name();
        let name = self.profile.as_ref().map(|profile| profile.name.trim());
        let name = name.filter(|name| own.is_id() && !name.is_empty());
        name.map_or_else(|| own.shown(), str::to_owned)
    }

    /// Returns why it has not read more followers.
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

    /// Returns the most accounts that a follower may follow to be read; `None` for no limit.
    pub fn most_followed(&self) -> Option<u64> {
        let times = if self.reads_long { STILL_READ } else { 1 };
        let most = self.max_following.saturating_mul(times);
        (self.depth != Depth::Full && most > 0).then_some(most)
    }

    /// Returns how many followers are to be read for its depth, as far as can be told.
    pub fn to_read(&self) -> u64 {
        let depth = self.depth.followers().unwrap_or(u64::MAX);
        self.followers.readable().min(depth)
    }

    /// Whether the current ranking is the last one, unless someone wants more.
    pub fn is_last_look(&self) -> bool {
        let read = self.followers.read;
        self.depth
            .followers()
            .is_some_and(|followers| read >= followers)
            || u64::from(self.planned) >= self.followers.listed
    }

    /// Whether the current ranking is worth confirming. Before the last look, reading on may settle its doubts; but if
    /// the crawl ends once nothing is in doubt, sooner is better.
    pub fn is_worth_confirming(&self) -> bool {
        self.depth == Depth::Settled || self.is_last_look()
    }

    /// Returns how much of the whole search is done, in hundredths, as far as can be told: never less than was noted.
    pub fn percent_done(&self) -> u8 {
        self.percent.max(self.percent_now())
    }

    /// Listing counts for a tenth, reading for three quarters: that is about what they take.
    fn percent_now(&self) -> u8 {
        let (listed, read) = (LISTING_PERCENT, LISTING_PERCENT + READING_PERCENT);
        let part = |done: u64, all: u64, of: u64| done.min(all) * of / all.max(1);
        let percent = match self.shown_stage() {
            StageName::Verify => 0,
            StageName::Followers => part(self.followers.listed, self.followers_total(), listed),
            StageName::Subscriptions => {
                listed + part(self.followers.read, self.to_read(), READING_PERCENT)
            }
            StageName::Aggregate | StageName::Profiles => read,
            StageName::Confirm => {
                read + part(self.requests.confirm, self.to_confirm, CONFIRMING_PERCENT)
            }
            StageName::Rank | StageName::Deliver => read + CONFIRMING_PERCENT,
        };
        percent as u8
    }

    /// Returns its stage as people see it: what happens between two looks counts as reading.
    pub fn shown_stage(&self) -> StageName {
        match self.stage {
            stage if stage <= StageName::Subscriptions || self.again || self.is_last_look() => {
                stage
            }
            _ => StageName::Subscriptions,
        }
    }

    /// Returns the next depth beyond what it has reached; if it ended early, that may be the one it was meant to reach.
    pub fn deeper(&self) -> Option<Depth> {
        let reached = self.reached.as_ref()?;
        let ended_early = !self.depth.is_reached(reached);
        let further = |depth: &Depth| ended_early || *depth > self.depth;
        let mut deeper = Depth::ALL.into_iter().filter(further);
        deeper.find(|depth| !depth.is_reached(reached))
    }

    /// Returns the greatest depth that was asked for and reached.
    pub fn depth_reached(&self) -> Option<Depth> {
        let reached = self.reached.as_ref()?;
        let mut depths = Depth::ALL.into_iter().rev();
        depths.find(|depth| *depth <= self.depth && depth.is_reached(reached))
    }

    /// Returns the depth at which another search reads about as many followers as its result comes from, or more: what
    /// it was meant to reach, or for one that ended early the least that reads as many.
    pub fn depth_to_repeat(&self) -> Option<Depth> {
        let reached = self.reached.as_ref()?;
        if self.depth.is_reached(reached) {
            return Some(self.depth);
        }
        let reads_as_many = |depth: &Depth| depth.followers().is_some_and(|it| it >= reached.read);
        let mut depths = Depth::ALL.into_iter();
        Some(depths.find(reads_as_many).unwrap_or(self.depth))
    }

    /// Whether its result serves a depth that the other's does not.
    pub fn is_deeper_than(&self, other: &Crawl) -> bool {
        let serves = |crawl: &Crawl, depth: Depth| {
            let reached = crawl.reached.as_ref();
            reached.is_some_and(|reached| depth.is_reached(reached))
        };
        let mut depths = Depth::ALL.into_iter();
        depths.any(|depth| serves(self, depth) && !serves(other, depth))
    }

    /// Returns the next depth that would read more followers than this one.
    pub fn deeper_than(&self, depth: Depth) -> Option<Depth> {
        let reads_all = |depth: Depth| {
            depth
                .followers()
                .is_none_or(|most| most >= self.followers.listed)
        };
        if !reads_all(depth) || self.followers.listed == 0 {
            return depth.deeper();
        }
        // All but the skipped ones.
        let leaves_out = self.followers.skipped > 0 && depth < Depth::Full;
        leaves_out.then_some(Depth::Full)
    }

    /// Returns the target's followers by its profile, or by its list if that is longer.
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

impl Followers {
    /// Resets the counts of followers read.
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

    /// Followers for whom it is decided whether they can be read.
    pub fn settled(&self) -> u64 {
        let tried = self.read.saturating_add(self.unreadable());
        tried.saturating_add(self.skipped)
    }

    /// Returns how many of those listed can be read, extrapolated from those tried.
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
