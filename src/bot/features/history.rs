//! /history: the results so far.

use teloxide::types::CallbackQuery;

use crate::bot::paging::page_buttons;
use crate::bot::pressed_message::shows;
use crate::bot::reply::Handled;
use crate::bot::reply::PressReply;
use crate::bot::results::results;
use crate::bot::sender::Sender;
use crate::bot::view::title;
use crate::context::Context;
use crate::locales::{Day, Whole};
use crate::model::{Analysis, Button, Press, Say};
use crate::stores::StoreError;

/// Results on a page.
const SHOWN: usize = 10;

/// Lists all results here, newest first, each with a button that sends it again.
pub(crate) async fn history(cx: Context, sender: Sender) -> Handled {
    let results = results(&cx, &sender)?;
    if results.is_empty() {
        return Ok(vec![
            sender.reply(sender.locale.no_result(sender.example())),
        ]);
    }
    let html = sender.locale.history(Whole(results.len() as u64));
    Ok(vec![sender.reply_with_buttons(
        html,
        buttons(&cx, &sender, &results, 0),
    )])
}

/// Shows another page.
pub(crate) fn turn_page(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
    page: u16,
) -> Result<PressReply, StoreError> {
    let buttons = buttons(cx, sender, &results(cx, sender)?, page);
    let keyboard = (!shows(query, &buttons)).then(|| {
        sender.send(Say::Keyboard {
            message: sender.message,
            buttons,
        })
    });
    Ok((keyboard.into_iter().collect(), String::new()))
}

/// Returns the buttons of a page, or of the last one if there are fewer pages by now.
fn buttons(cx: &Context, sender: &Sender, results: &[Analysis], page: u16) -> Vec<Button> {
    let locale = sender.locale;
    let pages_of_results: Vec<&[Analysis]> = results.chunks(SHOWN).collect();
    let count = u16::try_from(pages_of_results.len()).unwrap_or(u16::MAX);
    let page = page.min(count.saturating_sub(1));
    let results_here = pages_of_results
        .get(usize::from(page))
        .copied()
        .unwrap_or_default();
    let is_one_network = cx.networks.names().nth(1).is_none();
    let label = |analysis: &Analysis| {
        let (handle, day) = (&analysis.handle.0, Day(analysis.created_at));
        match is_one_network {
            true => locale.button_result(handle, day),
            // The same name may belong to another account elsewhere.
            false => locale.button_result_on(handle, &title(&analysis.network), day),
        }
    };
    let again = results_here.iter().map(|analysis| Button {
        label: label(analysis),
        press: Press::Result(analysis.id),
    });
    let turn = |page| Press::History(sender.person, page);
    again
        .chain(page_buttons(locale, page, count, turn))
        .collect()
}
