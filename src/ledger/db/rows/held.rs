//! Values of rows that are the ledger's own.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    AccountId, ChatId, CrawlId, Cursor, NetworkName, Pointer, Preferences, Profile, Scope, Spent,
    Unreadable,
};

/// A cached profile, and since when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::ledger) struct KnownProfile {
    /// `None` if the account has none.
    pub(in crate::ledger) profile: Option<Profile>,
    pub(in crate::ledger) at: DateTime<Utc>,
    /// The crawl that gave it up; that is no word of the network, so other crawls try again.
    pub(in crate::ledger) given_up_by: Option<CrawlId>,
}

/// The accounts that one account follows, or its followers. It belongs to the network, not to a crawl.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::ledger) struct FollowList {
    /// The last reading that was finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) whole: Option<ListReading>,
    /// A reading that is not finished yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) reading: Option<ListReading>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) unreadable: Option<(Unreadable, DateTime<Utc>)>,
    /// The length of the list as the network tells it, and when it told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) counted: Option<(u64, DateTime<Utc>)>,
    /// The crawl that gave it up, and when; that is no word of the network, so other crawls try again.
    pub(in crate::ledger) given_up: Option<(CrawlId, DateTime<Utc>)>,
}

/// One reading of a list: its pages, each a record of its own until the last one arrives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::ledger) struct ListReading {
    pub(in crate::ledger) runs: Vec<Pointer>,
    /// Ids in them; an id on two pages is counted twice until the last page came.
    pub(in crate::ledger) ids: u64,
    /// When its first page arrived.
    pub(in crate::ledger) at: DateTime<Utc>,
    /// Pages that were requested.
    pub(in crate::ledger) pages: u64,
    /// The cursor of the next page, while it is not finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::ledger) next: Option<Cursor>,
    /// It ended, but not where the network said that there is no more, or something in it could not be read.
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

/// The preferences of a chat, and when it was last heard from, to the day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::ledger) struct KnownChat {
    pub(in crate::ledger) chat: ChatId,
    pub(in crate::ledger) preferences: Preferences,
    pub(in crate::ledger) heard_at: DateTime<Utc>,
}

/// What a message with buttons shows, and since when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::ledger) struct KnownMessage {
    pub(in crate::ledger) scope: Scope,
    pub(in crate::ledger) at: DateTime<Utc>,
}

/// What a person has used up on a day.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::ledger) struct DailyUse {
    /// Days since 1970.
    pub(in crate::ledger) day: u64,
    /// Searches that count.
    pub(in crate::ledger) searches: u32,
    /// The cost to the shared key of looking up accounts for them.
    pub(in crate::ledger) looked_up: BTreeMap<NetworkName, Spent>,
    /// Whether they were told that the bot is not for them.
    pub(in crate::ledger) turned_away: bool,
}

impl DailyUse {
    pub(in crate::ledger) fn looked_up(&self, network: &NetworkName) -> Spent {
        self.looked_up.get(network).copied().unwrap_or_default()
    }
}

/// Numbers of the database itself; it has one of each.
#[derive(Clone, Copy, Debug)]
pub(in crate::ledger) enum DbNumber {
    /// How often the database was opened.
    Epoch,
    LastTask,
    LastCrawl,
    LastAnalysis,
    LastOutgoing,
    LastToken,
    /// The highest update id ever received.
    LastUpdate,
    /// The format of the rows.
    Format,
    /// There while an import is not finished.
    Importing,
}

impl DbNumber {
    pub(in crate::ledger) const ALL: [DbNumber; 7] = [
        DbNumber::Epoch,
        DbNumber::LastTask,
        DbNumber::LastCrawl,
        DbNumber::LastAnalysis,
        DbNumber::LastOutgoing,
        DbNumber::LastToken,
        DbNumber::LastUpdate,
    ];
}

impl fmt::Display for DbNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the counter {self:?}")
    }
}
