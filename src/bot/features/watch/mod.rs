//! /watch: repeats a search every week or month and reports what has changed.

mod list;
mod promise;

use crate::bot::asking::ask;
use crate::bot::parsing::{is_for, split_depth, unknown_words};
use crate::bot::reply::PressReply;
use crate::bot::reply::{Handled, explain};
use crate::bot::resubmit::as_deep;
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Whole};
use crate::model::{Analysis, Asked, Depth, Every, Handle, NetworkName, Watch};
use crate::networks::{Address, Mistake, addresses};
use crate::stores::StoreError;

use list::{list, offers};

pub(crate) use list::unwatch;
pub(crate) use promise::{change, promise};

/// Accounts that one person may watch.
const AT_MOST: usize = 10;

pub(crate) async fn watch(cx: Context, sender: Sender, text: String) -> Handled {
    let locale = sender.locale;
    let watched = cx.ledger.watches_of(sender.person)?;
    if text.trim().is_empty() {
        let offers = offers(&cx, &sender, &watched)?;
        let (html, mut buttons) = list(&cx, &sender, watched);
        buttons.extend(offers);
        return Ok(ask(&sender, Asked::Watch, html, buttons));
    }
    if let Some(accounts) = accounts_to_unwatch(&text) {
        return Ok(match accounts.is_empty() {
            true => end_any(&sender, watched),
            false => end(&cx, &sender, &accounts),
        });
    }
    if locales::aside(&text).is_some() {
        return Ok(vec![sender.reply(locale.word_alone())]);
    }
    let (accounts, depth, every) = split_options(&text);
    if locales::ends_with_another_rhythm(accounts) || unknown_words(accounts).is_some() {
        return Ok(vec![sender.reply(locale.rhythms())]);
    }
    let found = match addresses(&cx.networks, sender.network.as_ref(), accounts) {
        Ok(found) => found,
        // A button would search, and watch nothing.
        Err(Mistake::Words(_)) => return Ok(vec![sender.reply(locale.rhythms())]),
        Err(mistake) => return Ok(vec![explain(&cx, &sender, mistake)]),
    };
    let every = every.unwrap_or(Every::Week);
    let mut free = AT_MOST.saturating_sub(watched.len());
    let mut changes = Vec::new();
    for address in found {
        let is_same = |it: &Watch| it.network == address.network && it.handle == address.handle;
        if !watched.iter().any(is_same) {
            let Some(left) = free.checked_sub(1) else {
                changes.push(sender.reply(locale.too_many_watched(Whole(AT_MOST as u64))));
                break;
            };
            free = left;
        }
        let depth = match depth {
            Some(depth) => depth,
            None => as_deep(&cx, (&address.network, &address.handle), cx.settings.depth)?,
        };
        let first = sender.new_analysis(&cx, address.clone(), depth, false);
        changes.push(Change::Watch {
            watch: new_watch(
                &cx,
                &sender,
                (address.network, address.handle),
                depth,
                every,
            ),
            first: Some(first),
        });
    }
    Ok(changes)
}

/// Returns the accounts that a text says to stop watching, `None` if it says something else.
fn accounts_to_unwatch(text: &str) -> Option<String> {
    let words = locales::without_thanks(text).split_whitespace();
    let (taking_back, accounts): (Vec<&str>, Vec<&str>) =
        words.partition(|word| locales::takes_back(word));
    (!taking_back.is_empty()).then(|| accounts.join(" "))
}

/// Ends the only watch; of several it asks which.
fn end_any(sender: &Sender, mut watched: Vec<Watch>) -> Vec<Change> {
    let locale = sender.locale;
    watched.retain(|watch| list::is_shown_here(sender, watch));
    match watched.as_slice() {
        [] => vec![sender.reply(locale.nothing_watched())],
        [only] => {
            let reply = sender.reply(locale.answer_unwatched(&only.handle.0));
            vec![unwatched(only), reply]
        }
        several => {
            let buttons = list::end_buttons(locale, several);
            vec![sender.reply_with_buttons(locale.which_to_unwatch(), buttons)]
        }
    }
}

fn unwatched(watch: &Watch) -> Change {
    Change::Unwatch {
        person: watch.person,
        network: watch.network.clone(),
        handle: watch.handle.clone(),
    }
}

fn end(cx: &Context, sender: &Sender, accounts: &str) -> Vec<Change> {
    let found = match addresses(&cx.networks, sender.network.as_ref(), accounts) {
        Ok(found) => found,
        Err(mistake) => return vec![explain(cx, sender, mistake)],
    };
    let end = |address: Address| {
        let reply = sender.reply(sender.locale.answer_unwatched(&address.handle.0));
        let unwatch = Change::Unwatch {
            person: sender.person,
            network: address.network,
            handle: address.handle,
        };
        [unwatch, reply]
    };
    found.into_iter().flat_map(end).collect()
}

/// Splits a text into accounts, depth and interval, which may come in any order.
fn split_options(text: &str) -> (&str, Option<Depth>, Option<Every>) {
    let (text, depth) = split_depth(text);
    let text = locales::without_thanks(text);
    let (accounts, every) = locales::every(text).unzip();
    let (accounts, deeper) = split_depth(accounts.unwrap_or(text));
    let accounts = locales::without_thanks(accounts);
    (accounts, depth.or(deeper), every)
}

fn new_watch(
    cx: &Context,
    sender: &Sender,
    (network, handle): (NetworkName, Handle),
    depth: Depth,
    every: Every,
) -> Watch {
    Watch {
        person: sender.person,
        chat: sender.chat,
        topic: sender.topic,
        network,
        handle,
        depth,
        priority: sender.priority,
        every,
        next_at: cx.clock.now() + every.length(),
        unpromised: Some(sender.place()),
    }
}

/// Watches the account of a result every week, as deep as that; how often it is looked at stays as it is.
pub(crate) fn watch_result(
    cx: &Context,
    sender: &Sender,
    analysis: Analysis,
) -> Result<PressReply, StoreError> {
    let watched = cx.ledger.watches_of(sender.person)?;
    let mut same = watched.iter();
    let same = same.find(|it| it.network == analysis.network && is_for(cx, &analysis, &it.handle));
    if same.is_none() && watched.len() >= AT_MOST {
        let sorry = sender.reply(sender.locale.too_many_watched(Whole(AT_MOST as u64)));
        return Ok((vec![sorry], String::new()));
    }
    let account = match same {
        Some(same) => (same.network.clone(), same.handle.clone()),
        None => (analysis.network, analysis.handle),
    };
    let depth = as_deep(cx, (&account.0, &account.1), cx.settings.depth)?;
    let every = same.map_or(Every::Week, |same| same.every);
    let watch = Change::Watch {
        watch: new_watch(cx, sender, account, depth, every),
        first: None,
    };
    Ok((vec![watch], String::new()))
}
