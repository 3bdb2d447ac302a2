//! What people have typed after the bot's name, and what it has offered for that. Plain data.

use std::collections::BTreeMap;

use tokio::time::Instant;

use crate::demo::telegram::formatted_text::MessageText;
use crate::demo::telegram::keyboard::InlineKeyboard;
use crate::demo::telegram::model::{InlineResults, Person};

/// The inline queries so far, and whether inline mode is on at @BotFather.
#[derive(Debug)]
pub(super) struct InlineMode {
    pub(super) on: bool,
    pub(super) queries: BTreeMap<String, InlineQuery>,
}

#[derive(Debug)]
pub(super) struct InlineQuery {
    pub(super) person: Person,
    pub(super) words: String,
    pub(super) since: Instant,
    /// The results, once there is an answer.
    pub(super) offer: Option<InlineResults>,
    pub(super) messages: BTreeMap<String, ResultMessage>,
}

/// The message that choosing a result sends.
#[derive(Clone, Debug)]
pub(super) struct ResultMessage {
    pub(super) words: MessageText,
    pub(super) keyboard: InlineKeyboard,
}

impl Default for InlineMode {
    fn default() -> InlineMode {
        InlineMode {
            on: true,
            queries: BTreeMap::new(),
        }
    }
}
