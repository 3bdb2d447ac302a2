//! What a message says and offers.

use crate::model::Button;

/// A message as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::bot) struct MessageContent {
    pub(in crate::bot) html: String,
    pub(in crate::bot) buttons: Vec<Button>,
}

impl MessageContent {
    /// Words without buttons.
    pub(in crate::bot) fn plain(html: String) -> Self {
        Self {
            html,
            buttons: Vec::new(),
        }
    }
}
