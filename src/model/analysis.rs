//! An analysis: one request of one person, in one chat, with one progress message (its bubble).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    AnalysisId, By, ChatId, Cost, CrawlId, Depth, Guess, Handle, MessageId, NetworkName, PersonId,
    Reached, TopicId, WantedOrder,
};

/// Opens a shared result to anyone who has it; it can't be guessed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareId(pub String);

/// What a person asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAnalysis {
    pub person: PersonId,
    pub chat: ChatId,
    /// The message that asked; replied to in groups.
    pub question: Option<MessageId>,
    /// The topic of that message.
    pub topic: Option<TopicId>,
    pub network: NetworkName,
    /// The account, or the name that it is looked for by.
    pub handle: Handle,
    pub by: By,
    /// What the same text could mean on other networks.
    pub others: Vec<(NetworkName, Handle)>,
    pub priority: u32,
    pub depth: Depth,
    /// The order in which its list must be complete, if that is all that is wanted.
    pub order: Option<WantedOrder>,
    /// Whether the price has been agreed to, or there is none.
    pub agreed: bool,
    /// Whether the network charges for it.
    pub charged: bool,
    /// Crawl again even if there is a fresh result.
    pub refresh: bool,
    /// A result that this person has ended early will do: no depth was named.
    pub as_is: bool,
    /// How many the person may ask for in a day; `None` for no limit.
    pub quota: Option<u32>,
}

/// The row of an analysis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    pub id: AnalysisId,
    pub person: PersonId,
    pub chat: ChatId,
    pub question: Option<MessageId>,
    pub topic: Option<TopicId>,
    pub network: NetworkName,
    /// The account, or the name that it is looked for by.
    pub handle: Handle,
    #[serde(default)]
    pub by: By,
    /// What the same text could mean on other networks.
    pub others: Vec<(NetworkName, Handle)>,
    pub priority: u32,
    pub depth: Depth,
    /// The order in which its list must be complete, if that is all that is wanted.
    pub order: Option<WantedOrder>,
    /// Whether the price has been agreed to, or there is none.
    pub agreed: bool,
    /// Whether its requests were paid for with the shared key.
    pub charged: bool,
    pub crawl: Option<CrawlId>,
    /// The progress message, which is edited until the end.
    pub bubble: Option<MessageId>,
    /// `None` until it has ended.
    pub outcome: Option<Outcome>,
    /// If there is no such account: those that may be meant, the likeliest first.
    #[serde(default)]
    pub guesses: Vec<Guess>,
    /// The id under which others may open its result.
    pub shared: Option<ShareId>,
    /// It is part of a comparison: its list is not sent on its own.
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

/// How an analysis ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Delivered {
        /// When the result was made, if it already existed.
        made_at: Option<DateTime<Utc>>,
    },
    Refused(Refusal),
    Cancelled,
    /// Cancelled by an admin of the group.
    Overruled,
}

impl Refusal {
    /// Whether it will most likely be the same the next time: the account is to blame, or its owner.
    pub fn is_lasting(&self) -> bool {
        matches!(
            self,
            Self::NoSuchAccount
                | Self::Suspended
                | Self::Deactivated
                | Self::OptedOut
                | Self::Private
                | Self::NoFollowers
                | Self::HiddenFollowers
                | Self::ShutOut
                | Self::TooDear { .. }
                | Self::LeftAlone
        )
    }
}

/// Why an analysis is impossible. Not an error: a locale turns it into a sentence.
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
    /// The follower list is hidden, or empty although the profile counts some.
    HiddenFollowers,
    /// Its server shows nothing to logged-out visitors.
    ShutOut,
    /// No follower's list could be read.
    NothingReadable,
    /// The followers have no other account in common whose profile is known.
    NothingShared,
    /// The network gave no answer about the account, however often it was asked.
    NoAnswer,
    /// The account's server can't be found.
    NoSuchServer,
    /// The account's server does not respond, or only with errors.
    ServerSilent,
    /// The account's server responds, but not like the network's servers: it is of another kind, or blocks us.
    ForeignServer,
    /// The person has used up the new servers that may be contacted for them in a day.
    ServersSpent,
    /// What was found so far can no longer be read.
    Lost,
    AlreadyRunning(AnalysisId),
    /// The same is already running, and now goes as deep as asked.
    TakenDeeper(AnalysisId),
    TooMany {
        limit: u32,
    },
    /// The person has used up the day's quota; there is room again from `again_at`.
    Quota {
        limit: u32,
        again_at: DateTime<Utc>,
    },
    /// Even the quickest search would cost more than the limit.
    TooDear {
        cost: Cost,
        most: Cost,
    },
    /// The person's look-ups have cost as much today as one search may; there is room again from `again_at`.
    LookUps {
        again_at: DateTime<Utc>,
    },
    /// The person's own key that paid for it can no longer be used.
    KeyGone,
    /// The operators accept no new searches.
    Draining,
    /// The operators have opted the account out, as its owner asked.
    LeftAlone,
}
