//! Which language is spoken where: what a chat has chosen, or else what Telegram tells of who writes there.

use teloxide::types::{Update, UpdateKind};

use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Locale};
use crate::model::{ChatId, Preferences};
use crate::stores::StoreError;

/// What holds for an update, and what of it is worth remembering if it was meant for the bot.
pub(in crate::bot) struct ChatPreferences {
    pub(in crate::bot) preferences: Preferences,
    pub(in crate::bot) update: Option<Change>,
}

/// The language of what is said in a chat by itself.
pub(in crate::bot) fn of_chat(cx: &Context, chat: ChatId) -> Result<&'static Locale, StoreError> {
    Ok(locales::of(&cx.ledger.preferences(chat)?))
}

impl ChatPreferences {
    pub(in crate::bot) fn of(cx: &Context, update: &Update) -> Result<Self, StoreError> {
        let from = update.from().filter(|user| !user.is_bot);
        // A button of a message that Telegram has forgotten is answered in private.
        let private = from.map(|user| user.id.0.cast_signed());
        let Some(chat) = update.chat().map(|chat| chat.id.0).or(private) else {
            return Ok(Self {
                preferences: Preferences::default(),
                update: None,
            });
        };
        let chat = ChatId(chat);
        let told = Preferences {
            telegram_language: from.and_then(|user| user.language_code.clone()),
            ..Preferences::default()
        };
        let known = cx.ledger.preferences(chat)?;
        // Who asks in a group is answered in his language, and what follows goes on in it, whoever presses.
        let is_press = matches!(update.kind, UpdateKind::CallbackQuery(_));
        if is_press && Some(chat.0) != private {
            return Ok(Self {
                preferences: known.or(told),
                update: None,
            });
        }
        // What is typed behind the bot's name is said to nobody: it tells nothing of the private chat.
        if matches!(update.kind, UpdateKind::InlineQuery(_)) {
            return Ok(Self {
                preferences: told.or(known),
                update: None,
            });
        }
        let remembered = Change::Prefer {
            chat,
            preferences: told.clone(),
        };
        Ok(Self {
            preferences: told.or(known),
            update: Some(remembered),
        })
    }
}
