//! A person's own API key for a network, which pays for their searches.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{NetworkName, PersonId};

/// The row of a key; the key itself is sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnKey {
    pub person: PersonId,
    pub network: NetworkName,
    pub sealed: String,
    pub given_at: DateTime<Utc>,
    /// The network has accepted it: new searches of its owner use it.
    pub works: bool,
    /// When the network last refused it. Until it is tried again, its searches wait.
    pub refused_at: Option<DateTime<Utc>>,
}

/// What its owner is told about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyNews {
    /// The network accepts it; for this many requests, if it tells.
    Works { requests: Option<u64> },
    /// The network has refused it, and it will be tried once more.
    Doubted,
    /// The network has refused it twice, and it is erased.
    Refused,
    /// Its credit is used up, and it is erased.
    OutOfCredit,
    /// It can't be used, and is erased; the one that it was to replace stays in use.
    Unreplaced,
    /// It can't be used, and is erased; the one that it was to replace is refused too, and will be tried once more.
    NeitherWorks,
    /// It is erased, since the bot's token or API has changed and it can't be opened.
    Lost,
}

impl OwnKey {
    /// Returns the purpose that a key is sealed for: a single API, so that no other ever receives it.
    pub fn purpose(person: PersonId, network: &NetworkName, api: &str) -> String {
        format!("the key of {} for {network} by {api}", person.0)
    }

    /// Whether it must be tried before it is used.
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
