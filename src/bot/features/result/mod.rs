//! /result sends a result again; the other files hold the messages and buttons of results.

pub(crate) mod account;
mod account_text;
mod card;
mod changes;
pub(crate) mod messages;
pub(crate) mod presses;

use crate::bot::parsing::{handles_in, is_for};
use crate::bot::progress;
use crate::bot::progress::buttons;
use crate::bot::reply::{Handled, explain, who};
use crate::bot::sender::Sender;
use crate::bot::view::View;
use crate::context::Context;
use crate::ledger::Change;
use crate::model::{Analysis, Outcome};

pub(crate) async fn result(cx: Context, sender: Sender, text: String) -> Handled {
    let locale = sender.locale;
    let mut here = sender.analyses(&cx)?;
    // A result is sent to the chat where it was asked for.
    here.retain(|analysis| analysis.chat == sender.chat);
    let mut wanted = None;
    if !text.trim().is_empty() {
        let handles = match handles_in(&cx, &sender, text.trim()) {
            Ok(handles) => handles,
            Err(mistake) => return Ok(vec![sender.reply(explain(&cx, locale, mistake))]),
        };
        here.retain(|analysis| handles.iter().any(|handle| is_for(&cx, analysis, handle)));
        wanted = handles.into_iter().next();
    }
    let delivered =
        |analysis: &&Analysis| matches!(analysis.outcome, Some(Outcome::Delivered { .. }));
    if let Some(analysis) = here.iter().rfind(delivered) {
        return Ok(vec![Change::SendResult(analysis.id, sender.place())]);
    }
    let running = here
        .into_iter()
        .rfind(|analysis| analysis.outcome.is_none());
    Ok(vec![sender.reply(match (running, wanted) {
        (Some(running), _) => {
            let view = View::of(&cx, running)?;
            let state = progress::text(locale, &view);
            let html = format!("{}\n{state}", locale.not_ready(view.who()));
            let buttons = match view.awaits_consent() {
                true => buttons::start_buttons(locale, &view),
                false => Vec::new(),
            };
            return Ok(vec![sender.reply_with_buttons(html, buttons)]);
        }
        (None, Some(handle)) => locale.no_result_for(who(&handle, None)),
        (None, None) => locale.no_result(sender.example()),
    })])
}
