//! The language of a chat: the one chosen there, or else the language of the sender's Telegram.

use teloxide::types::{Update, UpdateKind};

use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Locale};
use crate::model::{ChatId, Preferences};
use crate::stores::StoreError;

/// The preferences that apply to an update, and what to remember of it if it was addressed to the bot.
pub(super) struct ChatPreferences {
    pub(super) preferences: Preferences,
    pub(super) remember: Option<Change>,
}

/// Returns the language of messages that the bot sends to a chat unasked.
pub(super) fn of_chat(cx: &Context, chat: ChatId) -> Result<&'static Locale, StoreError> {
    Ok(locales::of(&cx.ledger.preferences(chat)?))
}

impl ChatPreferences {
    pub(super) fn of(cx: &Context, update: &Update) -> Result<Self, StoreError> {
        let from = update.from().filter(|user| !user.is_bot);
        // A press below a message that Telegram no longer knows is answered in the private chat.
        let private = from.map(|user| user.id.0.cast_signed());
        let Some(chat) = update.chat().map(|chat| chat.id.0).or(private) else {
            return Ok(Self {
                preferences: Preferences::default(),
                remember: None,
            });
        };
        let chat = ChatId(chat);
        let from_telegram = Preferences {
            telegram_language: from.and_then(|user| user.language_code.clone()),
            ..Preferences::default()
        };
        let stored = cx.ledger.preferences(chat)?;
        // A group is answered in the language of whoever asked, and stays in it, whoever presses the buttons.
        let is_press = matches!(update.kind, UpdateKind::CallbackQuery(_));
        if is_press && Some(chat.0) != private {
            return Ok(Self {
                preferences: stored.or(from_telegram),
                remember: None,
            });
        }
        // An inline query is not sent to any chat: it says nothing about the private one.
        if matches!(update.kind, UpdateKind::InlineQuery(_)) {
            return Ok(Self {
                preferences: from_telegram.or(stored),
                remember: None,
            });
        }
        let remember = Change::Prefer {
            chat,
            preferences: from_telegram.clone(),
        };
        Ok(Self {
            preferences: from_telegram.or(stored),
            remember: Some(remember),
        })
    }
}
