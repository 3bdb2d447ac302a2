//! Tasks: the smallest unit of work, one API page each, and their results.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    AccountId, CrawlId, Cursor, Guess, Handle, ListEnd, NetworkName, Onward, PersonId, Profile,
    Pseudonym, Ranking, Refusal, Shortlist, Spent, StageName,
};

/// A task's number, and its place in the queue. It grows with every task created in a database; only the next page of a
/// list keeps the number of the page before.
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
    /// Accounts that the network itself suggests as similar to this one.
    Suggestions(AccountId),
    /// The accounts that a search for the name finds.
    Name,
    /// Accounts that a search has found, whose followers are counted.
    Guesses(Vec<Guess>),
    /// Several, fetched in one request.
    Accounts(Vec<AccountId>),
    /// A slice that was planned before, including followers left behind.
    Again { from: u32, to: u32 },
    /// The places from (included) to (excluded) of the stored reading order.
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

/// A follow-up of a task, in the same stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    pub subject: Subject,
    pub cursor: Option<Cursor>,
}

/// A worker's time-limited right to a task. Its token is a fence: once the task is leased again, the old token is void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    pub task: Task,
    pub token: u64,
    /// The number of the opening of the database that granted it; leases of earlier openings are void.
    pub epoch: u64,
    pub expires_at: DateTime<Utc>,
    /// Whose own key pays for its requests; `None` for the shared key.
    pub key_of: Option<PersonId>,
    /// Who wants the account looked up, if the shared key pays for it.
    pub asked_by: Option<Pseudonym>,
    /// Requests sent to a network that charges, at the price of what was requested: paid, whatever happens to the
    /// worker.
    pub sent: Spent,
}

/// The output of a task, saved in one transaction with the task's removal.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskOutput {
    pub facts: Facts,
    pub follow_ups: Vec<NewTask>,
}

/// The facts that a task has found.
#[derive(Clone, Debug, PartialEq)]
pub enum Facts {
    Nothing,
    /// verify: the account exists and can be analysed.
    Account(Profile),
    /// verify: accounts that the network itself suggests as similar.
    Suggested(Vec<Handle>),
    /// verify: there is no such account, but there are these, the likeliest first. Profiles that were fetched of them.
    NotFound {
        guesses: Vec<Guess>,
        profiles: Vec<Profile>,
    },
    /// The crawl can't continue; everyone who waits for it is told why.
    Refused(Refusal),
    /// followers: all of the target's followers, listed in this many pages for another crawl.
    KnownFollowers {
        ids: Vec<AccountId>,
        pages: u64,
    },
    /// followers: one page of the target's followers; `end` if it was the last.
    Followers {
        ids: Vec<AccountId>,
        /// Items of it that could not be read.
        lost: u64,
        end: Option<ListEnd>,
        hints: Hints,
    },
    /// subscriptions: the target's followers, each once.
    ReadingOrder(Vec<AccountId>),
    /// subscriptions: the followers up to this place of the reading order are planned.
    Planned(u32),
    /// subscriptions: the planned followers are counted again, since some were left behind.
    Recounting,
    /// subscriptions: some skipped followers are read after all. What is known about all planned followers, now that
    /// lists may be longer.
    Unskipped(KnownLists),
    /// subscriptions: the profiles of some followers, and so how many accounts they follow; which are gone; and what
    /// that means to the crawl.
    Counted {
        profiles: Vec<Profile>,
        gone: Vec<AccountId>,
        known: KnownLists,
    },
    /// subscriptions: one page of a follower's list, the cursor that fetched it, and what comes after it; without
    /// `asked` the list is read from the start. With the profiles on it, if the list includes them.
    Following {
        follower: AccountId,
        ids: Vec<AccountId>,
        lost: u64,
        profiles: Vec<Profile>,
        asked: Option<Cursor>,
        onward: Onward,
        /// They follow too many: even if it continues, this crawl reads no further.
        skip: bool,
    },
    /// subscriptions: a follower whose list is unavailable.
    Unread {
        follower: AccountId,
        why: Unreadable,
    },
    /// subscriptions: followers for whom no request was needed.
    Known(KnownLists),
    /// aggregate: the accounts that most of the followers follow, most followed first.
    Shortlist(Shortlist),
    /// profiles: those fetched and those unavailable; `given_up` if not because the network said so.
    Profiles {
        found: Vec<Profile>,
        missing: Vec<AccountId>,
        given_up: bool,
    },
    /// confirm: the requests that are likely to remain.
    Confirming(u64),
    /// confirm: one page of a candidate's followers; as with `Following`.
    FollowersOf {
        candidate: AccountId,
        ids: Vec<AccountId>,
        lost: u64,
        asked: Option<Cursor>,
        onward: Onward,
    },
    /// confirm: a candidate whose followers are unavailable.
    Unlisted {
        candidate: AccountId,
        why: Unreadable,
    },
    /// rank: the result.
    Ranking(Ranking),
    /// deliver: the result may be sent to everyone who waits for it.
    Delivered,
}

/// By-products of an answer: facts about accounts that were not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// How many accounts they follow.
    pub following: Vec<(AccountId, u64)>,
    /// Those whose lists are private.
    pub private: Vec<AccountId>,
}

/// Why a follower's list is unavailable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    Private,
    Gone,
    /// The task has used up its retries.
    GivenUp,
}

/// Followers who need no request, since enough is known about their lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KnownLists {
    pub read: u64,
    /// Of those read: lists that were cut short.
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
    /// Collects what profiles say. Accounts that opted out count as private.
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
    /// Creates a task that starts at the first page.
    pub fn of(subject: Subject) -> Self {
        Self {
            subject,
            cursor: None,
        }
    }
}

impl TaskOutput {
    /// Creates an output without follow-ups.
    pub fn of(facts: Facts) -> Self {
        Self {
            facts,
            follow_ups: Vec::new(),
        }
    }
}
