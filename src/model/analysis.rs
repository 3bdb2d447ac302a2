//! An analysis: one request of one person, in one chat, with one bubble.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Cost, CrawlId, Depth, Handle, NetworkName, Reached, TopicId, WantedOrder};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AnalysisId(pub u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonId(pub u64);

/// What opens a result to whoever knows it; nobody guesses it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareId(pub String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChatId(pub i64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageId(pub i32);

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAnalysis {
    pub person: PersonId,
    pub chat: ChatId,
    /// The message that asked; answered to in groups.
    pub question: Option<MessageId>,
    /// Where that was.
    pub topic: Option<TopicId>,
    pub network: NetworkName,
    pub handle: Handle,
    /// What the same words could mean on other networks.
    pub others: Vec<(NetworkName, Handle)>,
    pub priority: u32,
    pub depth: Depth,
    /// The order in which its list is to be complete, where that is all that is wanted.
    pub order: Option<WantedOrder>,
    /// Whether it is agreed to what it costs, or costs nothing.
    pub agreed: bool,
    /// Whether the network charges for what is asked.
    pub charged: bool,
    /// Crawl anew even when a finished result is still fresh.
    pub refresh: bool,
    /// How many the person may ask for in a day; nothing for no limit.
    pub quota: Option<u32>,
}

/// The row of an analysis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    pub id: AnalysisId,
    pub person: PersonId,
    pub chat: ChatId,
    pub question: Option<MessageId>,
    #[serde(default)]
    pub topic: Option<TopicId>,
    pub network: NetworkName,
    pub handle: Handle,
    /// What the same words could mean on other networks.
    #[serde(default)]
    pub others: Vec<(NetworkName, Handle)>,
    pub priority: u32,
    pub depth: Depth,
    /// The order in which its list is to be complete, where that is all that is wanted.
    #[serde(default)]
    pub order: Option<WantedOrder>,
    /// Whether it is agreed to what it costs, or costs nothing.
    #[serde(default = "yes")]
    pub agreed: bool,
    /// Whether what was asked for it was paid for by the shared key.
    #[serde(default)]
    pub charged: bool,
    pub crawl: Option<CrawlId>,
    /// The one message that is edited from then on.
    pub bubble: Option<MessageId>,
    /// `None` while it is wanted and not there yet.
    pub outcome: Option<Outcome>,
    /// By which others may open its result.
    #[serde(default)]
    pub shared: Option<ShareId>,
    /// Wanted for a comparison alone: its list is not sent by itself.
    #[serde(default)]
    pub compared: bool,
    pub created_at: DateTime<Utc>,
}

impl Analysis {
    /// Whether a ranking is what was asked for.
    pub fn is_served_by(&self, reached: &Reached) -> bool {
        reached.serves(self.depth, self.order.as_ref())
    }
}

impl std::fmt::Debug for ShareId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShareId")
    }
}

/// For analyses from before anything was charged.
fn yes() -> bool {
    true
}

/// How an analysis ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Delivered {
        /// When the result was made, if it was there before it was asked for.
        made_at: Option<DateTime<Utc>>,
    },
    Refused(Refusal),
    Cancelled,
    /// Cancelled by somebody who runs the group.
    Overruled,
}

/// Why an analysis can't be had. Not an error: a locale makes a sentence of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    NoSuchAccount,
    Suspended,
    Deactivated,
    /// The account asks not to be shown.
    OptedOut,
    Private,
    NoFollowers,
    /// The list of followers is not shown, or shows none though the profile counts some.
    HiddenFollowers,
    /// Its server shows nothing to who is not logged in there.
    ShutOut,
    /// No follower's list could be read.
    NothingReadable,
    /// The followers have no other account in common whose profile is known.
    NothingShared,
    /// However often it was asked, the network told nothing about the account.
    NoAnswer,
    /// The account's server can't be found.
    NoSuchServer,
    /// The account's server does not answer, or with failures alone.
    ServerSilent,
    /// The account's server answers, but not as the network's servers do: it is of another kind, or keeps us out.
    ForeignServer,
    /// As many new servers as may be asked for one person in a day were asked.
    ServersSpent,
    /// What was found so far can't be read any more.
    Lost,
    AlreadyRunning(AnalysisId),
    /// The same is under way, and goes as deep as was wished now.
    TakenDeeper(AnalysisId),
    TooMany {
        limit: u32,
    },
    /// The person has had as many as a day allows; there is room again from then on.
    Quota {
        limit: u32,
        again_at: DateTime<Utc>,
    },
    /// Even the quickest look at it costs more than one search may.
    TooDear {
        cost: Cost,
        most: Cost,
    },
    /// The person's look-ups have cost as much today as one search may; there is room again from then on.
    LookUps {
        again_at: DateTime<Utc>,
    },
    /// The key of the person's own that paid for it can't be used any more.
    KeyGone,
    /// The operators let nothing new begin.
    Draining,
    /// The operators leave the account alone, as its owner wants.
    LeftAlone,
}
