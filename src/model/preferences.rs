//! The preferences of a chat.

use serde::{Deserialize, Serialize};

use crate::model::NetworkName;

/// What was chosen in a chat, and what Telegram says about its people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The code of the language that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The language of the person who last wrote, from Telegram: `ru`, `pt-BR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telegram_language: Option<String>,
    /// Where bare names are looked up first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkName>,
}

impl Preferences {
    /// Returns these, with gaps filled in from others.
    pub fn or(self, others: Self) -> Self {
        Self {
            language: self.language.or(others.language),
            telegram_language: self.telegram_language.or(others.telegram_language),
            network: self.network.or(others.network),
        }
    }
}
