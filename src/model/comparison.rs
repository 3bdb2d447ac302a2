//! Several accounts that somebody wants compared.

use serde::{Deserialize, Serialize};

use crate::model::{AnalysisId, ChatId, MessageId, NewAnalysis, PersonId, TopicId};

/// What somebody wants compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewComparison {
    pub person: PersonId,
    pub chat: ChatId,
    /// The message that asked.
    pub question: MessageId,
    /// Where that was.
    pub topic: Option<TopicId>,
    /// One analysis of each account; those that are under way or there already serve as well.
    pub accounts: Vec<NewAnalysis>,
}

/// The row of a comparison, while a result is still to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub person: PersonId,
    pub chat: ChatId,
    pub question: MessageId,
    #[serde(default)]
    pub topic: Option<TopicId>,
    /// In the order in which they were named.
    pub analyses: Vec<AnalysisId>,
}
