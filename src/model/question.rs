//! Questions that wait for an answer: a command that was sent bare.

use serde::{Deserialize, Serialize};

use crate::model::{ChatId, Handle, NetworkName, PersonId};

/// A question: this person's next message in this chat is the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub person: PersonId,
    pub chat: ChatId,
    pub asked: Asked,
}

/// What was asked: the rest of which command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    Find,
    Again,
    Watch,
    Result,
    /// The accounts to compare; the first may be known.
    Compare(Option<(NetworkName, Handle)>),
    /// The key for a network, or first the network.
    Key(Option<NetworkName>),
}
