//! Chats and their messages, with what the Bot API tells and a screen does not show. Plain data.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::demo::telegram::formatted_text::{MessageEntity, MessageText};
use crate::demo::telegram::keyboard::InlineKeyboard;
use crate::demo::telegram::model::{Document, InlineButton, Message, Person};

/// Characters that a reply quotes.
const QUOTED: usize = 40;

/// A private chat or a group.
#[derive(Debug)]
pub(super) struct FakeChat {
    pub(super) id: i64,
    pub(super) kind: ChatKind,
    /// Deleted ones too: they tell a bot that is late from a bot that is wrong.
    pub(super) messages: BTreeMap<i32, ChatMessage>,
    /// Blocked by the person, or removed from the group.
    pub(super) bot_is_out: bool,
    pub(super) upgraded_to: Option<i64>,
}

/// The topics of one group.
#[derive(Debug, Default)]
pub(super) struct Topics {
    pub(super) there: BTreeSet<i32>,
    pub(super) general_is_closed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ChatKind {
    Private(Person),
    Group { title: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Author {
    Bot,
    Person(Person),
}

/// A message and its history.
#[derive(Clone, Debug)]
pub(super) struct ChatMessage {
    pub(super) message: Message,
    pub(super) author: Author,
    pub(super) entities: Vec<MessageEntity>,
    pub(super) markup: Option<Value>,
    pub(super) medium: Option<Medium>,
    pub(super) date: i64,
    pub(super) edited: Option<i64>,
    /// Whether it is deleted, and if so, whether by the bot.
    pub(super) deleted_by_bot: Option<bool>,
    /// Buttons that it had before.
    pub(super) removed_buttons: Vec<InlineButton>,
    /// The run of the bot that wrote or deleted it last, and whether that run never got the answer.
    pub(super) run: u64,
    pub(super) doubtful: bool,
}

impl ChatMessage {
    pub(super) fn replace_keyboard(&mut self, keyboard: InlineKeyboard) {
        let before = std::mem::replace(&mut self.message.buttons, keyboard.rows);
        self.removed_buttons.extend(before.into_iter().flatten());
        self.markup = keyboard.wire;
    }

    /// Returns the quote above a reply to it.
    pub(super) fn quote(&self) -> String {
        let first = self.message.text.lines().next().unwrap_or_default();
        let start: String = first.chars().take(QUOTED).collect();
        let cut = if start.len() < first.len() { "…" } else { "" };
        format!("{}: {start}{cut}", self.message.from)
    }

    pub(super) fn is_present(&self) -> bool {
        self.deleted_by_bot.is_none()
    }
}

/// The file of a message, as the Bot API describes it.
#[derive(Clone, Debug)]
pub(super) enum Medium {
    Document {
        file: String,
        mime_type: Option<String>,
    },
    Photo {
        file: String,
        width: u32,
        height: u32,
    },
}

impl Medium {
    pub(super) fn file(&self) -> &str {
        match self {
            Medium::Document { file, .. } | Medium::Photo { file, .. } => file,
        }
    }
}

pub(super) struct File {
    pub(super) medium: Medium,
    pub(super) document: Document,
}

/// A message that is about to be posted.
pub(super) struct Draft {
    pub(super) chat: i64,
    pub(super) author: Author,
    pub(super) words: MessageText,
    pub(super) keyboard: InlineKeyboard,
    pub(super) reply_to: Option<i32>,
    pub(super) topic: Option<i32>,
    pub(super) file: Option<File>,
    /// Chosen from the bot's inline results.
    pub(super) via_bot: bool,
}

/// A pressed button.
#[derive(Clone, Debug)]
pub(super) struct PressedButton {
    pub(super) chat: i64,
    pub(super) person: String,
    pub(super) label: String,
    /// The bot's answer; `None` until it comes.
    pub(super) answer: Option<String>,
}
