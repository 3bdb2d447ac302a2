//! What those rows hold that are the ledger's own.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    AccountId, ChatId, CrawlId, Cursor, NetworkName, Pointer, Preferences, Profile, Scope, Spent,
    Unreadable,
};

/// What is known of a profile, and since when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::ledger) struct KnownProfile {
    /// `None` if it can't be had.
    pub(in crate::ledger) profile: Option<Profile>,
    pub(in crate::ledger) at: DateTime<Utc>,
    /// The crawl that has given it up; a failure of ours, so that other crawls try again.
    pub(in crate::ledger) given_up_by: Option<CrawlId>,
}

/// Whom one account follows, or who follows it. It belongs to the network, not to a crawl.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::ledger) struct FollowList {
    /// The last reading that came to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) whole: Option<Reading>,
    /// A reading that is not at its end yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) reading: Option<Reading>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) unreadable: Option<(Unreadable, DateTime<Utc>)>,
    /// How long the network says that it is, and when it said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) counted: Option<(u64, DateTime<Utc>)>,
    /// The crawl that has given it up, and when; a failure of ours, so that other crawls try again.
    pub(in crate::ledger) given_up: Option<(CrawlId, DateTime<Utc>)>,
}

/// One reading of a list: its pages, each a record of its own until the last one came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::ledger) struct Reading {
    pub(in crate::ledger) runs: Vec<Pointer>,
    /// Ids in them; an id on two pages is counted twice until the last page came.
    pub(in crate::ledger) ids: u64,
    /// When its first page came.
    pub(in crate::ledger) at: DateTime<Utc>,
    /// Pages that were requested.
    pub(in crate::ledger) pages: u64,
    /// The page to ask for next, while it is not at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) next: Option<Cursor>,
    /// It ended, but not where the network said that there is no more, or something on it could not be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(in crate::ledger) broken_off: bool,
}

/// The id that a key in lists stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::ledger) struct KnownId {
    pub(in crate::ledger) id: AccountId,
    /// The latest segment with a page that names it.
    pub(in crate::ledger) segment: u32,
}

/// What is known of a chat, and since when nothing was heard from it, to the day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::ledger) struct KnownChat {
    pub(in crate::ledger) chat: ChatId,
    pub(in crate::ledger) preferences: Preferences,
    pub(in crate::ledger) heard_at: DateTime<Utc>,
}

/// What a message with buttons shows, and since when it is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::ledger) struct KnownMessage {
    pub(in crate::ledger) scope: Scope,
    pub(in crate::ledger) at: DateTime<Utc>,
}

/// What somebody has had of a day.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::ledger) struct Had {
    /// Days since 1970.
    pub(in crate::ledger) day: u64,
    /// Searches that count.
    pub(in crate::ledger) searches: u32,
    /// What the shared key has paid for look-ups.
    pub(in crate::ledger) looked_up: BTreeMap<NetworkName, Spent>,
    /// The word that the bot is not for them.
    pub(in crate::ledger) turned_away: bool,
}

impl Had {
    pub(in crate::ledger) fn looked_up(&self, network: &NetworkName) -> Spent {
        self.looked_up.get(network).copied().unwrap_or_default()
    }
}

/// Numbers of which a database has one each.
#[derive(Clone, Copy, Debug)]
pub(in crate::ledger) enum Number {
    /// How often the database was opened.
    Epoch,
    LastTask,
    LastCrawl,
    LastAnalysis,
    LastOutgoing,
    LastToken,
    /// The highest update id ever received.
    LastUpdate,
    /// How the rows are to be read.
    Format,
    /// There while an import is not at its end.
    Importing,
}

impl Number {
    pub(in crate::ledger) const ALL: [Number; 7] = [
        Number::Epoch,
        Number::LastTask,
        Number::LastCrawl,
        Number::LastAnalysis,
        Number::LastOutgoing,
        Number::LastToken,
        Number::LastUpdate,
    ];
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the counter {self:?}")
    }
}
