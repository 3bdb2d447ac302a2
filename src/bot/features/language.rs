//! /language: the language of a chat.

use teloxide::types::CallbackQuery;

use crate::bot::pressed_message::shows;
use crate::bot::reply::Handled;
use crate::bot::reply::PressReply;
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Locale};
use crate::model::{Button, PersonId, Preferences, Press, Say};
use crate::stores::StoreError;

pub(crate) async fn choose(cx: Context, sender: Sender, text: String) -> Handled {
    let (locale, word) = (sender.locale, text.trim());
    if word.is_empty() {
        return Ok(vec![sender.reply_with_buttons(
            locale.which_language(),
            buttons(locale, sender.person),
        )]);
    }
    let Some(wanted) = locales::called(word) else {
        let html = format!(
            "{} {}",
            locale.no_such_language(word),
            locale.which_language()
        );
        return Ok(vec![
            sender.reply_with_buttons(html, buttons(locale, sender.person)),
        ]);
    };
    let mut changes = switch(&cx, &sender, wanted)?;
    changes.push(sender.reply(wanted.language_chosen()));
    Ok(changes)
}

/// Handles a press on a language; `code` is its code.
pub(crate) fn chosen(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
    code: &str,
) -> Result<PressReply, StoreError> {
    let Some(wanted) = locales::all().find(|locale| locale.code() == code) else {
        return Ok((Vec::new(), sender.locale.answer_gone()));
    };
    let mut changes = switch(cx, sender, wanted)?;
    let buttons = buttons(wanted, sender.person);
    if !shows(query, &buttons) {
        changes.push(sender.send(Say::Rewritten {
            message: sender.message,
            html: wanted.which_language(),
            buttons,
        }));
    }
    Ok((changes, wanted.language_chosen()))
}

/// Switches the chat to a language, its progress messages included.
fn switch(cx: &Context, sender: &Sender, wanted: &Locale) -> Result<Vec<Change>, StoreError> {
    let mut changes = vec![Change::Prefer {
        chat: sender.chat,
        preferences: Preferences {
            language: Some(wanted.code().to_owned()),
            ..Preferences::default()
        },
    }];
    let running = sender.running(cx)?.into_iter();
    let here = running.filter(|analysis| analysis.chat == sender.chat);
    changes.extend(here.map(|analysis| sender.send(Say::Bubble(analysis.id))));
    Ok(changes)
}

/// Returns a button for each language; the current one is marked.
fn buttons(current: &Locale, person: PersonId) -> Vec<Button> {
    let buttons = locales::all().map(|locale| Button {
        label: match locale == current {
            true => current.button_chosen(locale.own_name()),
            false => locale.own_name().to_owned(),
        },
        press: Press::Language(person, locale.code().to_owned()),
    });
    buttons.collect()
}
