//! /result sends a result again; the other files hold the messages and buttons of results.

pub(crate) mod account;
mod account_text;
mod card;
mod changes;
pub(crate) mod messages;
pub(crate) mod presses;

use crate::bot::asking::ask_which;
use crate::bot::parsing::{handles_in, is_for};
use crate::bot::progress;
use crate::bot::progress::buttons;
use crate::bot::reply::{Handled, explain, who};
use crate::bot::results::offers;
use crate::bot::sender::Sender;
use crate::bot::view::View;
use crate::context::Context;
use crate::ledger::Change;
use crate::model::{Analysis, Asked, Button, Outcome, Press};

pub(crate) async fn result(cx: Context, sender: Sender, text: String) -> Handled {
    let locale = sender.locale;
    let mut here = sender.analyses(&cx)?;
    // A result is sent to the chat where it was asked for.
    here.retain(|analysis| analysis.chat == sender.chat);
    let mut wanted = None;
    if text.trim().is_empty() {
        let latest = offers(&cx, &sender, Press::Result)?;
        if latest.len() > 1 {
            let question = locale.which_result();
            return Ok(ask_which(&sender, Asked::Result, &question, latest));
        }
    } else {
        let handles = match handles_in(&cx, &sender, text.trim()) {
            Ok(handles) => handles,
            Err(mistake) => return Ok(vec![explain(&cx, &sender, mistake)]),
        };
        here.retain(|analysis| handles.iter().any(|handle| is_for(&cx, analysis, handle)));
        // A single account keeps the network that was named with it.
        let words = match handles.as_slice() {
            [_] => text.trim().to_owned(),
            [first, ..] => format!("@{first}"),
            [] => String::new(),
        };
        wanted = handles.into_iter().next().map(|handle| (handle, words));
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
                true => buttons::start_buttons(locale, &view, view.analysis.depth),
                false => Vec::new(),
            };
            return Ok(vec![sender.reply_with_buttons(html, buttons)]);
        }
        (None, Some((handle, words))) => {
            let search = Press::search(sender.person, words);
            let button = search.map(|press| Button {
                label: locale.button_search(&handle.0),
                press,
            });
            let html = locale.no_result_for(who(&handle, None));
            let buttons = button.into_iter().collect();
            return Ok(vec![sender.reply_with_buttons(html, buttons)]);
        }
        (None, None) => locale.no_result(sender.example()),
    })])
}
