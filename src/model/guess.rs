//! Accounts that may be meant by a handle that is not found, or by a name.

use serde::{Deserialize, Serialize};

use crate::model::{AccountId, Handle, Profile};

/// What an account is looked for by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    #[default]
    Handle,
    /// Its name, for which the network is only searched if that is free.
    Name,
    /// Its name, and somebody has agreed to the price of searching for it.
    NameAtCost,
}

/// An account that may be meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    pub id: AccountId,
    pub handle: Handle,
    pub name: String,
    pub followers: Option<u64>,
}

impl By {
    pub fn is_name(self) -> bool {
        self != Self::Handle
    }
}

impl From<Profile> for Guess {
    fn from(profile: Profile) -> Self {
        Self {
            id: profile.id,
            handle: profile.handle,
            name: profile.name,
            followers: profile.followers,
        }
    }
}
