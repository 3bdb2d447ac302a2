//! What a message shows: its text and its buttons.

use crate::model::Button;

/// The text and the buttons of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MessageContent {
    pub(super) html: String,
    pub(super) buttons: Vec<Button>,
}

impl MessageContent {
    /// Returns a text without buttons.
    pub(super) fn plain(html: String) -> Self {
        Self {
            html,
            buttons: Vec::new(),
        }
    }
}
