//! Accounts whose audiences a person wants compared.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    AnalysisId, ChatId, ComparisonId, CrawlId, Handle, MessageId, NetworkName, NewAnalysis,
    PersonId, ShareId, TopicId,
};

/// The request for a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewComparison {
    pub person: PersonId,
    pub chat: ChatId,
    /// The message that asked.
    pub question: MessageId,
    /// The topic of that message.
    pub topic: Option<TopicId>,
    /// One analysis for each account; running or finished ones are reused.
    pub accounts: Vec<NewAnalysis>,
}

/// The row of a comparison that is waiting for results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub person: PersonId,
    pub chat: ChatId,
    pub question: MessageId,
    pub topic: Option<TopicId>,
    /// In the order in which the accounts were named.
    pub analyses: Vec<AnalysisId>,
}

/// The row of a comparison that was told: it can be sent again, as it was, as long as its results are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptComparison {
    pub id: ComparisonId,
    pub person: PersonId,
    pub chat: ChatId,
    /// The message that asked.
    pub question: MessageId,
    pub topic: Option<TopicId>,
    pub network: NetworkName,
    /// What it was made of, also where there was no result. Empty for someone who opened a shared one: these are not
    /// theirs.
    pub analyses: Vec<AnalysisId>,
    /// The results that were compared, and whose they are.
    pub crawls: Vec<CrawlId>,
    pub handles: Vec<Handle>,
    /// The id under which others may open it.
    pub shared: Option<ShareId>,
    pub asked_at: DateTime<Utc>,
}
