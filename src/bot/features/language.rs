//! /language: which language is spoken in a chat.

use teloxide::types::CallbackQuery;

use crate::bot::pressed_message::shows;
use crate::bot::reply::Handled;
use crate::bot::reply::PressReply;
use crate::bot::sender::Asker;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Locale};
use crate::model::{Button, PersonId, Preferences, Press, Say};
use crate::stores::StoreError;

pub(in crate::bot) async fn choose(cx: Context, asker: Asker, text: String) -> Handled {
    let (locale, word) = (asker.locale, text.trim());
    if word.is_empty() {
        return Ok(vec![
            asker.offered(locale.which_language(), buttons(locale, asker.person)),
        ]);
    }
    let Some(wanted) = locales::called(word) else {
        let html = format!(
            "{} {}",
            locale.no_such_language(word),
            locale.which_language()
        );
        return Ok(vec![asker.offered(html, buttons(locale, asker.person))]);
    };
    let mut changes = switch(&cx, &asker, wanted)?;
    changes.push(asker.told(wanted.language_chosen()));
    Ok(changes)
}

/// The language of this place on the shelf was pressed.
pub(in crate::bot) fn chosen(
    cx: &Context,
    query: &CallbackQuery,
    asker: &Asker,
    place: u8,
) -> Result<PressReply, StoreError> {
    let Some(wanted) = locales::all().nth(place.into()) else {
        return Ok((Vec::new(), asker.locale.answer_gone()));
    };
    let mut changes = switch(cx, asker, wanted)?;
    let buttons = buttons(wanted, asker.person);
    if !shows(query, &buttons) {
        changes.push(asker.say(Say::Rewritten {
            message: asker.message,
            html: wanted.which_language(),
            buttons,
        }));
    }
    Ok((changes, wanted.language_chosen()))
}

/// From now on the chat is spoken to in this language, by the bubbles that stand there too.
fn switch(cx: &Context, asker: &Asker, wanted: &Locale) -> Result<Vec<Change>, StoreError> {
    let mut changes = vec![Change::Prefer {
        chat: asker.chat,
        preferences: Preferences {
            language: Some(wanted.code().to_owned()),
            ..Preferences::default()
        },
    }];
    let running = asker.running(cx)?.into_iter();
    let here = running.filter(|analysis| analysis.chat == asker.chat);
    changes.extend(here.map(|analysis| asker.say(Say::Bubble(analysis.id))));
    Ok(changes)
}

/// A button for each language; the one that is spoken is marked.
fn buttons(spoken: &Locale, asked: PersonId) -> Vec<Button> {
    let buttons = locales::all().zip(0..).map(|(locale, place)| Button {
        label: match locale == spoken {
            true => spoken.button_chosen(locale.own_name()),
            false => locale.own_name().to_owned(),
        },
        press: Press::LanguageOf(asked, place),
    });
    buttons.collect()
}
