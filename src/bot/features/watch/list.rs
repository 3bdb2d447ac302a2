//! What a person watches, each with a button that ends it, and what else could be watched.

use teloxide::types::CallbackQuery;

use crate::bot::features::watch::unwatched;
use crate::bot::parsing::is_for;
use crate::bot::pressed_message::shows;
use crate::bot::reply::PressReply;
use crate::bot::results::{account_label, latest};
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::locales::{Day, Locale, Markup, Who, Whole};
use crate::model::{Analysis, Button, Press, Say, Watch};
use crate::stores::StoreError;

/// Returns buttons to watch the accounts of the latest results, except those that are watched.
pub(super) fn offers(
    cx: &Context,
    sender: &Sender,
    watched: &[Watch],
) -> Result<Vec<Button>, StoreError> {
    let mut offered = latest(cx, sender)?;
    offered.retain(|analysis| {
        let mut watched = watched.iter();
        !watched.any(|it| it.network == analysis.network && is_for(cx, analysis, &it.handle))
    });
    let offer = |analysis: &Analysis| Button {
        label: sender
            .locale
            .button_watch(&account_label(cx, sender, analysis)),
        press: Press::Watch(analysis.id),
    };
    Ok(offered.iter().map(offer).collect())
}

/// Lists what is watched, each with a button that ends it; in a group only what is watched there.
pub(super) fn list(
    cx: &Context,
    sender: &Sender,
    mut watched: Vec<Watch>,
) -> (String, Vec<Button>) {
    let locale = sender.locale;
    // What has not been found yet is not promised either.
    watched.retain(|watch| watch.unpromised.is_none() && is_shown_here(sender, watch));
    if watched.is_empty() {
        return (locale.nothing_watched(), Vec::new());
    }
    let lines = watched.iter().map(|watch| {
        let link = cx.networks.link(&watch.network, &watch.handle);
        let who = Who {
            handle: &watch.handle.0,
            link: link.as_deref(),
        };
        locale.watched(
            who,
            Whole(watch.every.days().unsigned_abs()),
            Day(watch.next_at),
        )
    });
    let lines: Vec<String> = lines.collect();
    let html = locale.all_watched(Markup(&lines.join("\n")));
    let buttons = end_buttons(locale, &watched);
    (html, buttons)
}

/// Whether a watch may be shown where the sender is: in a group only one that was set there.
pub(super) fn is_shown_here(sender: &Sender, watch: &Watch) -> bool {
    !sender.in_group || watch.chat == sender.chat
}

/// Returns a button for each watch that ends it.
pub(super) fn end_buttons(locale: &Locale, watched: &[Watch]) -> Vec<Button> {
    let ends = watched.iter().map(|watch| Button {
        label: locale.button_unwatch(&watch.handle.0),
        press: Press::EndWatch(watch.person, watch.number()),
    });
    ends.collect()
}

/// Ends one of the presser's watches by its number; the list then shows the rest.
pub(crate) fn unwatch(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
    number: u32,
) -> Result<PressReply, StoreError> {
    let locale = sender.locale;
    let watched = cx.ledger.watches_of(sender.person)?;
    let (ended, rest): (Vec<Watch>, Vec<Watch>) = watched
        .into_iter()
        .partition(|watch| watch.number() == number);
    let mut changes = Vec::new();
    let (html, buttons) = list(cx, sender, rest);
    if !shows(query, &buttons) {
        changes.push(sender.send(Say::Rewritten {
            message: sender.message,
            html,
            buttons,
        }));
    }
    let Some(watch) = ended.into_iter().next() else {
        return Ok((changes, locale.answer_not_watched()));
    };
    let text = locale.answer_unwatched(&watch.handle.0);
    changes.push(unwatched(&watch));
    Ok((changes, text))
}
