//! Buttons that cancel one search, or all searches of a person.

use teloxide::types::CallbackQuery;

use crate::bot::pressed_message::{is_shown, shows};
use crate::bot::reply::PressReply;
use crate::bot::reply::cancel_buttons;
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::Whole;
use crate::model::{Analysis, Press, Say, Scope};
use crate::stores::StoreError;

pub(crate) fn cancel(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
    analysis: &Analysis,
) -> Result<PressReply, StoreError> {
    let locale = sender.locale;
    let mut changes = Vec::new();
    // Progress messages lose their buttons anyway; another message that lists several does not.
    if analysis
        .bubble
        .is_some_and(|bubble| bubble != sender.message)
    {
        let mut rest = sender.running(cx)?;
        rest.retain(|other| other.id != analysis.id);
        changes.extend(keyboard(cx, query, sender, &rest)?);
    }
    if analysis.outcome.is_some() {
        return Ok((changes, locale.answer_finished(&analysis.handle.0)));
    }
    changes.push(Change::Cancel {
        analysis: analysis.id,
        person: sender.person,
    });
    Ok((changes, locale.answer_cancelled(&analysis.handle.0)))
}

pub(crate) fn cancel_all(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
) -> Result<PressReply, StoreError> {
    let locale = sender.locale;
    let running = sender.running(cx)?;
    if running.is_empty() {
        let buttons = keyboard(cx, query, sender, &[])?;
        return Ok((buttons.into_iter().collect(), locale.answer_nothing()));
    }
    let count = Whole(running.len() as u64);
    let mut changes: Vec<Change> = running
        .into_iter()
        .map(|analysis| Change::Cancel {
            analysis: analysis.id,
            person: sender.person,
        })
        .collect();
    changes.extend(keyboard(cx, query, sender, &[])?);
    Ok((changes, locale.answer_cancelled_all(count)))
}

/// Returns the buttons that still apply below a message that lists several searches; `None` if it has exactly those, or
/// is kept up to date anyway.
fn keyboard(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
    running: &[Analysis],
) -> Result<Option<Change>, StoreError> {
    let is_kept = cx.ledger.together(sender.chat)? == Some(sender.message);
    let scope = Scope::Searches(sender.person);
    if is_kept || !is_shown(cx, query, sender, scope)? {
        return Ok(None);
    }
    let all = Press::CancelAllOf(sender.person);
    let buttons = cancel_buttons(sender.locale, running, all);
    Ok((!shows(query, &buttons)).then(|| {
        sender.send(Say::Keyboard {
            message: sender.message,
            buttons,
        })
    }))
}
