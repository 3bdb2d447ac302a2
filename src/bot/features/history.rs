//! /history: the results and comparisons so far.

use chrono::{DateTime, Utc};
use teloxide::types::CallbackQuery;

use crate::bot::paging::page_buttons;
use crate::bot::pressed_message::shows;
use crate::bot::reply::Handled;
use crate::bot::reply::PressReply;
use crate::bot::results::{comparisons, names_of, results};
use crate::bot::sender::Sender;
use crate::bot::view::{depth_name, title};
use crate::context::Context;
use crate::locales::{Markup, Moment, Whole};
use crate::model::{Analysis, Button, ComparedControl, KeptComparison, Press, Say};
use crate::stores::StoreError;

/// Results on a page.
const SHOWN: usize = 10;

/// Something that a person was told, and can be sent again.
enum Told {
    Result(Analysis),
    Comparison(KeptComparison),
}

impl Told {
    fn at(&self) -> DateTime<Utc> {
        match self {
            Told::Result(analysis) => analysis.created_at,
            Told::Comparison(kept) => kept.asked_at,
        }
    }
}

/// Lists all results here, newest first, each with a button that sends it again.
pub(crate) async fn history(cx: Context, sender: Sender) -> Handled {
    let told = told(&cx, &sender)?;
    if told.is_empty() {
        return Ok(vec![
            sender.reply(sender.locale.no_result(sender.example())),
        ]);
    }
    let html = sender.locale.history(Whole(told.len() as u64));
    Ok(vec![
        sender.reply_with_buttons(html, buttons(&cx, &sender, &told, 0)),
    ])
}

/// Shows another page.
pub(crate) fn turn_page(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
    page: u16,
) -> Result<PressReply, StoreError> {
    let buttons = buttons(cx, sender, &told(cx, sender)?, page);
    let keyboard = (!shows(query, &buttons)).then(|| {
        sender.send(Say::Keyboard {
            message: sender.message,
            buttons,
        })
    });
    Ok((keyboard.into_iter().collect(), String::new()))
}

/// Returns what the person was told here, newest first; a comparison before what it was made of.
fn told(cx: &Context, sender: &Sender) -> Result<Vec<Told>, StoreError> {
    let comparisons = comparisons(cx, sender)?.into_iter().map(Told::Comparison);
    let results = results(cx, sender)?.into_iter().map(Told::Result);
    let mut told: Vec<Told> = comparisons.chain(results).collect();
    // Stable, so that equals keep their order.
    told.sort_by_key(|it| std::cmp::Reverse(it.at()));
    Ok(told)
}

/// Returns the buttons of a page, or of the last one if there are fewer pages by now.
fn buttons(cx: &Context, sender: &Sender, told: &[Told], page: u16) -> Vec<Button> {
    let locale = sender.locale;
    let pages: Vec<&[Told]> = told.chunks(SHOWN).collect();
    let count = u16::try_from(pages.len()).unwrap_or(u16::MAX);
    let page = page.min(count.saturating_sub(1));
    let here = pages.get(usize::from(page)).copied().unwrap_or_default();
    let again = here.iter().map(|it| Button {
        label: label(cx, sender, it),
        press: match it {
            Told::Result(analysis) => Press::Result(analysis.id),
            Told::Comparison(kept) => Press::Compared(kept.id, ComparedControl::Again),
        },
    });
    let turn = |page| Press::History(sender.person, page);
    again
        .chain(page_buttons(locale, page, count, turn))
        .collect()
}

/// Returns what tells it apart from the others. There may be several results for an account, by depth and time.
fn label(cx: &Context, sender: &Sender, told: &Told) -> String {
    let (locale, moment) = (sender.locale, Moment(told.at()));
    let analysis = match told {
        Told::Result(analysis) => analysis,
        Told::Comparison(kept) => {
            let names = names_of(locale, &kept.handles);
            return locale.button_compared(Markup(&names), moment);
        }
    };
    let (handle, depth) = (&analysis.handle.0, depth_name(locale, analysis.depth));
    match cx.networks.names().nth(1) {
        None => locale.button_result(handle, &depth, moment),
        // The same name may belong to another account elsewhere.
        Some(_) => locale.button_result_on(handle, &title(&analysis.network), &depth, moment),
    }
}
