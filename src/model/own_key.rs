//! A key that a person has given for a network, so that searches of theirs go by it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{NetworkName, PersonId};

/// The row of one; the key itself is sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnKey {
    pub person: PersonId,
    pub network: NetworkName,
    pub sealed: String,
    pub given_at: DateTime<Utc>,
    /// The network has taken it. Until then nothing goes by it.
    pub works: bool,
}

/// What its owner is told of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyNews {
    /// The network takes it; for so many requests, where it tells.
    Works { requests: Option<u64> },
    /// The network refuses it, and it is erased.
    Refused,
    /// Its credit is spent, and it is erased.
    OutOfCredit,
    /// It can't be opened, since the bot has another token now, and is erased.
    Lost,
}

impl OwnKey {
    /// What a key is sealed for.
    pub fn purpose(person: PersonId, network: &NetworkName) -> String {
        format!("the key of {} for {network}", person.0)
    }
}

impl std::fmt::Debug for OwnKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnKey")
            .field("network", &self.network)
            .field("works", &self.works)
            .finish_non_exhaustive()
    }
}
