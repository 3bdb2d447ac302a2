//! /watch: repeats a search every week or month and reports what has changed.

use teloxide::types::CallbackQuery;

use crate::bot::asking::ask;
use crate::bot::parsing::unknown_words;
use crate::bot::parsing::{is_for, split_depth};
use crate::bot::pressed_message::shows;
use crate::bot::reply::PressReply;
use crate::bot::reply::{Handled, explain};
use crate::bot::results::{account_label, latest};
use crate::bot::sender::Sender;
use crate::bot::view::title;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Day, Markup, Who, Whole};
use crate::model::{
    Analysis, Asked, Button, Depth, Every, NetworkName, Outcome, Press, Say, Watch,
};
use crate::networks::{Address, Mistake, addresses};
use crate::stores::StoreError;

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
            true => {
                let (html, buttons) = list(&cx, &sender, watched);
                vec![sender.reply_with_buttons(html, buttons)]
            }
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
    let depth = depth.unwrap_or(cx.settings.depth);
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
        // Changes can be reported only against a result.
        if !is_known(&cx, &sender, &address)? {
            changes.push(sender.submit(&cx, address.clone(), depth, false));
        }
        changes.extend(watch_one(&cx, &sender, address, depth, every)?);
    }
    Ok(changes)
}

/// Returns the accounts that a text says to stop watching, `None` if it says something else.
fn accounts_to_unwatch(text: &str) -> Option<String> {
    let words = text.split_whitespace();
    let (taking_back, accounts): (Vec<&str>, Vec<&str>) =
        words.partition(|word| locales::takes_back(word));
    (!taking_back.is_empty()).then(|| accounts.join(" "))
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

/// Whether the sender has a result for an account here, or will have.
fn is_known(cx: &Context, sender: &Sender, address: &Address) -> Result<bool, StoreError> {
    let analyses = sender.analyses(cx)?;
    Ok(analyses.iter().any(|analysis| {
        let is_there = matches!(analysis.outcome, None | Some(Outcome::Delivered { .. }));
        is_there && analysis.network == address.network && is_for(cx, analysis, &address.handle)
    }))
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

/// Watches an account and confirms it.
fn watch_one(
    cx: &Context,
    sender: &Sender,
    address: Address,
    depth: Depth,
    every: Every,
) -> Result<[Change; 2], StoreError> {
    let next_at = cx.clock.now() + every.length();
    let link = cx.networks.link(&address.network, &address.handle);
    let who = Who {
        handle: &address.handle.0,
        link: link.as_deref(),
    };
    let days = Whole(every.days().unsigned_abs());
    let text = sender.locale.watching(who, days, Day(next_at));
    let text = match cx.networks.charges(&address.network) {
        true => format!("{text}\n\n{}", price(cx, sender, &address.network)?),
        false => text,
    };
    let watch = Watch {
        person: sender.person,
        chat: sender.chat,
        topic: sender.topic,
        network: address.network,
        handle: address.handle,
        depth,
        priority: sender.priority,
        every,
        next_at,
    };
    Ok([Change::Watch(watch), sender.reply(text)])
}

/// Returns what one repetition costs at most, and who pays for it.
fn price(cx: &Context, sender: &Sender, network: &NetworkName) -> Result<String, StoreError> {
    let (shown, most) = (title(network), cx.settings.cost_per_analysis);
    Ok(match cx.ledger.own_key(sender.person, network)? {
        Some(key) if key.works => sender.locale.watching_costs_own(&shown, most),
        _ => sender.locale.watching_costs(&shown, most),
    })
}

/// Returns buttons to watch the accounts of the latest results, except those that are watched.
fn offers(cx: &Context, sender: &Sender, watched: &[Watch]) -> Result<Vec<Button>, StoreError> {
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
fn list(cx: &Context, sender: &Sender, mut watched: Vec<Watch>) -> (String, Vec<Button>) {
    let locale = sender.locale;
    watched.retain(|watch| !sender.in_group || watch.chat == sender.chat);
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
    let ends = watched.iter().map(|watch| Button {
        label: locale.button_unwatch(&watch.handle.0),
        press: Press::EndWatch(watch.person, watch.number()),
    });
    (html, ends.collect())
}

/// Watches the account of a result every week.
pub(crate) fn watch_result(
    cx: &Context,
    sender: &Sender,
    analysis: Analysis,
) -> Result<PressReply, StoreError> {
    let watched = cx.ledger.watches_of(sender.person)?;
    if watched.len() >= AT_MOST {
        let sorry = sender.reply(sender.locale.too_many_watched(Whole(AT_MOST as u64)));
        return Ok((vec![sorry], String::new()));
    }
    let address = Address {
        network: analysis.network,
        handle: analysis.handle,
        others: analysis.others,
    };
    let changes = watch_one(cx, sender, address, cx.settings.depth, Every::Week)?;
    Ok((changes.into(), String::new()))
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
    changes.push(Change::Unwatch {
        person: sender.person,
        network: watch.network,
        handle: watch.handle,
    });
    Ok((changes, text))
}
