//! An account that is analysed again from time to time.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{ChatId, Depth, Every, Handle, NetworkName, PersonId, Place, TopicId};

/// The row of a watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    pub person: PersonId,
    pub chat: ChatId,
    pub topic: Option<TopicId>,
    pub network: NetworkName,
    pub handle: Handle,
    pub depth: Depth,
    pub priority: u32,
    pub every: Every,
    pub next_at: DateTime<Utc>,
    /// Where it is to be promised as soon as its account is known to be there; `None` once it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpromised: Option<Place>,
}

impl Watch {
    /// Returns a short number that identifies it among a person's watches, whichever others come and go.
    pub fn number(&self) -> u32 {
        crc32fast::hash(format!("{}:{}", self.network, self.handle).as_bytes())
    }
}
