//! What a message shows: its text and its buttons.

use crate::model::Button;

/// The text and the buttons of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::bot) struct MessageContent {
    pub(in crate::bot) html: String,
    pub(in crate::bot) buttons: Vec<Button>,
}

impl MessageContent {
    /// Returns a text without buttons.
    pub(in crate::bot) fn plain(html: String) -> Self {
        Self {
            html,
            buttons: Vec::new(),
        }
    }
}
