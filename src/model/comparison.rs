//! Accounts whose audiences a person wants compared.

use serde::{Deserialize, Serialize};

use crate::model::{AnalysisId, ChatId, MessageId, NewAnalysis, PersonId, TopicId};

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
