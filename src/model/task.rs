//! Tasks: the smallest unit of work, one API page each, and what becomes of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    AccountId, CrawlId, Cursor, Handle, ListEnd, NetworkName, Onward, PersonId, Profile, Pseudonym,
    Ranking, Refusal, Shortlist, Spent, StageName,
};

/// A task's number, and its place in line. It grows with every task ever made in a database; only the next
/// page of a list keeps that of the page before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaskId(pub u64);

/// The tasks of one stage on one network share a queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Queue {
    pub network: NetworkName,
    pub stage: StageName,
}

/// What a task is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The first task of a stage; every stage begins with exactly one.
    Opening,
    /// One account.
    Account(AccountId),
    /// Those that the network itself takes for like this one.
    Suggestions(AccountId),
    /// Several, of which the network may tell in one answer.
    Accounts(Vec<AccountId>),
    /// A stretch like the next one that was taken on before, with those in it who were left behind.
    Again { from: u32, to: u32 },
    /// The places from (included) to (excluded) of a list that the crawl has stored.
    Slice { from: u32, to: u32 },
}

/// One unit of work, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub crawl: CrawlId,
    pub queue: Queue,
    /// See [`crate::model::Crawl`].
    pub round: u32,
    pub subject: Subject,
    pub cursor: Option<Cursor>,
    /// Failed attempts so far.
    pub attempt: u32,
}

/// A follow-up that a task asks for, in its own stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    pub subject: Subject,
    pub cursor: Option<Cursor>,
}

/// A worker's time-limited right to a task. Its token is the fence: once the task is somebody
/// else's, the old token opens nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    pub task: Task,
    pub token: u64,
    /// Which opening of the database granted it; all leases of earlier openings are void.
    pub epoch: u64,
    pub expires_at: DateTime<Utc>,
    /// Whose own key pays for what is asked by it; `None` where the shared key does.
    #[serde(default)]
    pub key_of: Option<PersonId>,
    /// Who wants the account looked up, where the shared key pays for that.
    #[serde(default)]
    pub asked_by: Option<Pseudonym>,
    /// What was asked by it of a network that charges, at the price of what was asked for: paid, whatever becomes
    /// of the worker.
    #[serde(default)]
    pub sent: Spent,
}

/// What a task yields, saved in one transaction with the task's removal.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskOutput {
    pub facts: Facts,
    pub follow_ups: Vec<NewTask>,
}

/// The facts that a task brings home.
#[derive(Clone, Debug, PartialEq)]
pub enum Facts {
    Nothing,
    /// verify: the account exists and can be analysed.
    Account(Profile),
    /// verify: accounts that the network itself takes for like this one.
    Suggested(Vec<Handle>),
    /// The crawl can't go on; everybody who waits for it is told why.
    Refused(Refusal),
    /// followers: all of the target's followers, who were listed in so many pages for another crawl.
    KnownFollowers {
        ids: Vec<AccountId>,
        pages: u64,
    },
    /// followers: one page of the target's followers; `end` when it was the last.
    Followers {
        ids: Vec<AccountId>,
        /// Items of it that could not be read.
        lost: u64,
        end: Option<ListEnd>,
        hints: Hints,
    },
    /// subscriptions: the target's followers, each once.
    ReadingOrder(Vec<AccountId>),
    /// subscriptions: the followers up to this place of the reading order are taken on.
    Planned(u32),
    /// subscriptions: those that were taken on are counted anew, since some were left behind.
    Recounting,
    /// subscriptions: of those that were skipped, some are taken on after all. What is known of all that were taken
    /// on, now that lists may be longer.
    Unskipped(KnownLists),
    /// subscriptions: who some followers are, and so how many accounts they follow; who of them is gone; and
    /// what that means to the crawl.
    Counted {
        profiles: Vec<Profile>,
        gone: Vec<AccountId>,
        known: KnownLists,
    },
    /// subscriptions: one page of a follower's list, the cursor that asked for it, and what comes after
    /// it; without `asked` a new reading begins. The profiles of those on it, where the list tells them.
    Following {
        follower: AccountId,
        ids: Vec<AccountId>,
        lost: u64,
        profiles: Vec<Profile>,
        asked: Option<Cursor>,
        onward: Onward,
        /// They follow too many: however it goes on, this crawl goes no further.
        skip: bool,
    },
    /// subscriptions: a follower whose list can't be had.
    Unread {
        follower: AccountId,
        why: Unreadable,
    },
    /// subscriptions: followers about whom nothing had to be asked.
    Known(KnownLists),
    /// aggregate: the accounts that most of the followers follow, most followed first.
    Shortlist(Shortlist),
    /// profiles: what was fetched, and whose can't be had; `given_up` if that is by no word of the network.
    Profiles {
        found: Vec<Profile>,
        missing: Vec<AccountId>,
        given_up: bool,
    },
    /// confirm: requests that are likely to be left.
    Confirming(u64),
    /// confirm: one page of who follows a candidate; as with `Following`.
    FollowersOf {
        candidate: AccountId,
        ids: Vec<AccountId>,
        lost: u64,
        asked: Option<Cursor>,
        onward: Onward,
    },
    /// confirm: a candidate whose followers can't be listed.
    Unlisted {
        candidate: AccountId,
        why: Unreadable,
    },
    /// rank: the answer.
    Ranking(Ranking),
    /// deliver: the answer may go out to all who wait for it.
    Delivered,
}

/// By-products of an answer: facts about accounts that were not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// How many accounts they follow.
    pub following: Vec<(AccountId, u64)>,
    /// Those whose lists nobody may read.
    pub private: Vec<AccountId>,
}

/// Why a follower's list can't be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    Private,
    Gone,
    /// We tried as often as the queue allows.
    GivenUp,
}

/// How many followers need no request, since enough is known of their lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KnownLists {
    pub read: u64,
    /// Of those read: lists that broke off.
    pub broken_off: u64,
    pub private: u64,
    pub gone: u64,
    pub skipped: u64,
    /// Pages of those read.
    pub pages: u64,
    /// See [`crate::model::Followers`].
    pub counted: u64,
    pub promised: u64,
}

impl Hints {
    /// What profiles say. Who asks to be left alone is left alone.
    pub fn of<'a>(profiles: impl IntoIterator<Item = &'a Profile>) -> Self {
        let mut hints = Self::default();
        for profile in profiles {
            match profile.following {
                _ if profile.private || profile.opted_out => hints.private.push(profile.id.clone()),
                Some(following) => hints.following.push((profile.id.clone(), following)),
                None => {}
            }
        }
        hints
    }
}

impl NewTask {
    /// A task that begins at the first page.
    pub fn of(subject: Subject) -> Self {
        Self {
            subject,
            cursor: None,
        }
    }
}

impl TaskOutput {
    /// Facts without follow-ups.
    pub fn of(facts: Facts) -> Self {
        Self {
            facts,
            follow_ups: Vec::new(),
        }
    }
}
