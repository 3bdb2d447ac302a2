//! What people have typed after the bot's name, and what it has offered for that. Plain data.

use std::collections::BTreeMap;

use tokio::time::Instant;

use crate::demo::telegram::formatted::Words;
use crate::demo::telegram::keyboard::Keyboard;
use crate::demo::telegram::model::{Offer, Person};

/// What was typed so far, and whether @BotFather was told that the bot is there for it.
#[derive(Debug)]
pub(super) struct Inline {
    pub(super) on: bool,
    pub(super) queries: BTreeMap<String, Query>,
}

#[derive(Debug)]
pub(super) struct Query {
    pub(super) person: Person,
    pub(super) words: String,
    pub(super) since: Instant,
    /// What was offered, once there is an answer.
    pub(super) offer: Option<Offer>,
    pub(super) messages: BTreeMap<String, Sent>,
}

/// The message that choosing a result sends.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) words: Words,
    pub(super) keyboard: Keyboard,
}

impl Default for Inline {
    fn default() -> Inline {
        Inline {
            on: true,
            queries: BTreeMap::new(),
        }
    }
}
