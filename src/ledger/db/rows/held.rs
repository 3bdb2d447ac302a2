//! Values of rows that are the ledger's own.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    AccountId, Asked, ChatId, CrawlId, Cursor, NetworkName, Pointer, Preferences, Profile, Scope,
    Spent, Unreadable,
};

/// A cached profile, and since when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KnownProfile {
    /// `None` if the account has none.
    pub(crate) profile: Option<Profile>,
    pub(crate) at: DateTime<Utc>,
    /// The crawl that gave it up; that is no word of the network, so other crawls try again.
    pub(crate) given_up_by: Option<CrawlId>,
}

/// The accounts that one account follows, or its followers. It belongs to the network, not to a crawl.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct FollowList {
    /// The last reading that was finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) whole: Option<ListReading>,
    /// A reading that is not finished yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reading: Option<ListReading>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unreadable: Option<(Unreadable, DateTime<Utc>)>,
    /// The length of the list as the network tells it, and when it told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) counted: Option<(u64, DateTime<Utc>)>,
    /// The crawl that gave it up, and when; that is no word of the network, so other crawls try again.
    pub(crate) given_up: Option<(CrawlId, DateTime<Utc>)>,
}

/// One reading of a list: its pages, each a record of its own until the last one arrives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ListReading {
    pub(crate) runs: Vec<Pointer>,
    /// Ids in them; an id on two pages is counted twice until the last page came.
    pub(crate) ids: u64,
    /// When its first page arrived.
    pub(crate) at: DateTime<Utc>,
    /// Pages that were requested.
    pub(crate) pages: u64,
    /// The cursor of the next page, while it is not finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<Cursor>,
    /// It ended, but not where the network said that there is no more, or something in it could not be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) broken_off: bool,
}

/// The id that a key in lists stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KnownId {
    pub(crate) id: AccountId,
    /// The latest segment with a page that names it.
    pub(crate) segment: u32,
}

/// The preferences of a chat, and when it was last heard from, to the day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KnownChat {
    pub(crate) chat: ChatId,
    pub(crate) preferences: Preferences,
    pub(crate) heard_at: DateTime<Utc>,
}

/// What a message with buttons shows, and since when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KnownMessage {
    pub(crate) scope: Scope,
    pub(crate) at: DateTime<Utc>,
}

/// A question that waits for an answer, and since when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OpenQuestion {
    pub(crate) asked: Asked,
    pub(crate) at: DateTime<Utc>,
}

/// What a person has used up on a day.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct DailyUse {
    /// Days since 1970.
    pub(crate) day: u64,
    /// Searches that count.
    pub(crate) searches: u32,
    /// The cost to the shared key of looking up accounts for them.
    pub(crate) looked_up: BTreeMap<NetworkName, Spent>,
    /// Whether they were told that the bot is not for them.
    pub(crate) turned_away: bool,
}

impl DailyUse {
    pub(crate) fn looked_up(&self, network: &NetworkName) -> Spent {
        self.looked_up.get(network).copied().unwrap_or_default()
    }
}

/// Numbers of the database itself; it has one of each.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DbNumber {
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
    LastComparison,
}

impl DbNumber {
    pub(crate) const ALL: [DbNumber; 8] = [
        DbNumber::Epoch,
        DbNumber::LastTask,
        DbNumber::LastCrawl,
        DbNumber::LastAnalysis,
        DbNumber::LastOutgoing,
        DbNumber::LastToken,
        DbNumber::LastUpdate,
        DbNumber::LastComparison,
    ];
}

impl fmt::Display for DbNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the counter {self:?}")
    }
}
