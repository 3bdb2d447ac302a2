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
    /// The network has taken it: the searches that its owner begins go by it.
    pub works: bool,
    /// When the network last refused it. What goes by it waits until it is tried once more.
    #[serde(default)]
    pub refused_at: Option<DateTime<Utc>>,
}

/// What its owner is told of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyNews {
    /// The network takes it; for so many requests, where it tells.
    Works { requests: Option<u64> },
    /// The network refuses it for now, and it is tried once more.
    Doubted,
    /// The network has refused it twice, and it is erased.
    Refused,
    /// Its credit is spent, and it is erased.
    OutOfCredit,
    /// It can't be used, and is erased; the one that it was to replace stays in use.
    Unreplaced,
    /// It can't be used, and is erased; the one that it was to replace is refused too, and is tried once more.
    NeitherWorks,
    /// It can't be used, since the bot has another token or asks another API now, and is erased.
    Lost,
}

impl OwnKey {
    /// What a key is sealed for: one API alone, so that no other is ever shown it.
    pub fn purpose(person: PersonId, network: &NetworkName, api: &str) -> String {
        format!("the key of {} for {network} by {api}", person.0)
    }

    /// Whether nothing may go by it until it is tried.
    pub fn is_in_doubt(&self) -> bool {
        !self.works || self.refused_at.is_some()
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
