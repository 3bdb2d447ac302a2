//! The allow-list: who may use the bot if its operators have restricted it, and what the others are told.

use std::sync::Arc;

use teloxide::types::{Update, UpdateKind};

use crate::bot::{BotSettings, sender};
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::Locale;
use crate::model::{ChatId, Outgoing, PersonId, Place, Press, Say, Watch};
use crate::stores::StoreError;

/// Commands that are open to everybody: what is stored about a person, and erasing it.
const OPEN_TO_ALL: [&str; 2] = ["/privacy", "/forget"];

/// Whether an update comes from a person, or from a group, that may use the bot.
pub(super) fn admits(cx: &Context, settings: &BotSettings, update: &Update) -> bool {
    let Some(person) = update.from().map(|user| PersonId(user.id.0)) else {
        return true;
    };
    let chat = update.chat().map(|chat| ChatId(chat.id.0));
    is_allowed(cx, settings, person, chat) || is_about_own_data(update)
}

/// Ends the watches of those who may no longer use the bot.
pub(super) async fn end_unlisted_watches(
    cx: &Context,
    settings: &Arc<BotSettings>,
) -> Result<(), StoreError> {
    let (own, settings) = (cx.clone(), settings.clone());
    let is_over = move |it: &Watch| !is_allowed(&own, &settings, it.person, Some(it.chat));
    cx.ledger.unwatch_where(is_over).await
}

fn is_allowed(
    cx: &Context,
    settings: &BotSettings,
    person: PersonId,
    chat: Option<ChatId>,
) -> bool {
    let private = person.0.cast_signed();
    let is_listed = |id: i64| settings.allowed.contains(&id);
    settings.allowed.is_empty()
        || is_listed(private)
        || chat.is_some_and(|chat| is_listed(chat.0))
        || settings.priority_people.contains(&person.0)
        || cx.settings.operators.contains(&ChatId(private))
}

fn is_about_own_data(update: &Update) -> bool {
    match &update.kind {
        UpdateKind::Message(message) => {
            let words = message.text().unwrap_or_default();
            let ends = |c: char| c.is_whitespace() || c == '@';
            let command = words.split(ends).next().unwrap_or_default();
            OPEN_TO_ALL.contains(&command.to_lowercase().as_str())
        }
        UpdateKind::CallbackQuery(query) => {
            let press = query.data.as_deref().and_then(|data| data.parse().ok());
            matches!(press, Some(Press::Forget(_)))
        }
        _ => false,
    }
}

/// Returns what a request from somebody who may not use the bot changes.
pub(super) fn rejection(
    locale: &Locale,
    person: PersonId,
    chat: Option<ChatId>,
    update: &UpdateKind,
) -> Vec<Change> {
    let private = ChatId(person.0.cast_signed());
    let sentence = |chat, place: Place| Change::TurnAway {
        person,
        sentence: Outgoing {
            chat,
            place: Some(place),
            say: Say::Text {
                html: locale.not_for_you(&person.0.to_string()),
                buttons: Vec::new(),
                reply_to: place.question,
            },
        },
    };
    match update {
        // A message in the name of a group or channel has no personal ID that could be put on the list.
        UpdateKind::Message(message) if message.sender_chat.is_some() => Vec::new(),
        UpdateKind::Message(message) => {
            let told = chat.map(|chat| sentence(chat, sender::place(message)));
            told.into_iter().collect()
        }
        // Every press needs an answer, with text or without.
        UpdateKind::CallbackQuery(query) => vec![Change::Say(Outgoing {
            chat: private,
            place: None,
            say: Say::Answer {
                callback: query.id.0.clone(),
                text: Some(locale.answer_not_yours()),
            },
        })],
        _ => Vec::new(),
    }
}
