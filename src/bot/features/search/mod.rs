//! Starts searches: /find, /again and plain text.

pub(crate) mod by_name;
pub(crate) mod consent;
pub(crate) mod presses;

use crate::bot::asking::{ask, ask_which};
use crate::bot::names::{self, Name};
use crate::bot::parsing::{split_depth, unknown_words};
use crate::bot::reply::{Handled, explain, which_account};
use crate::bot::resubmit::as_deep;
use crate::bot::results::offers;
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Aside, Whole};
use crate::model::{Asked, Press};
use crate::networks::{Mistake, addresses};

/// Accounts that one message may ask for. More in a list are rarely meant.
const AT_ONCE: usize = 5;

pub(crate) async fn find(cx: Context, sender: Sender, text: String) -> Handled {
    if text.trim().is_empty() {
        return Ok(ask(
            &sender,
            Asked::Find,
            sender.locale.find_whom(),
            Vec::new(),
        ));
    }
    match locales::aside(&text) {
        // After the command, any other word is an account.
        Some(Aside::Depth(depth)) => consent::go_deep(&cx, &sender, depth),
        Some(_) => Ok(vec![sender.reply(sender.locale.word_alone())]),
        None => search(&cx, &sender, &text, false),
    }
}

/// /again: searches again even if there is a fresh result.
pub(crate) async fn again(cx: Context, sender: Sender, text: String) -> Handled {
    if text.trim().is_empty() {
        let question = sender.locale.again_whom();
        let latest = offers(&cx, &sender, Press::Refresh)?;
        return Ok(ask_which(&sender, Asked::Again, &question, latest));
    }
    if locales::aside(&text).is_some() {
        return Ok(vec![sender.reply(sender.locale.word_alone())]);
    }
    search(&cx, &sender, &text, true)
}

/// Starts a search for each account that a text names, or explains what is wrong with it. `refresh` ignores fresh
/// results.
pub(crate) fn search(cx: &Context, sender: &Sender, text: &str, refresh: bool) -> Handled {
    let (text, depth) = split_depth(text);
    let text = locales::without_thanks(text);
    let found = match addresses(&cx.networks, sender.network.as_ref(), text) {
        Ok(found) => found,
        Err(mistake) => {
            let words = names::words(text);
            let is_open = matches!(mistake, Mistake::Words(_) | Mistake::NoHandle);
            let name = Name::of(&words).filter(|_| is_open && !refresh);
            return Ok(vec![match (name, mistake) {
                (Some(name), _) => by_name::search_by_name(cx, sender, name, depth),
                (None, Mistake::Words(handles)) => which_account(cx, sender, &handles, depth),
                (None, mistake) => explain(cx, sender, mistake),
            }]);
        }
    };
    let is_any_depth = depth.is_none() && !refresh;
    let count = found.len();
    let mut changes = Vec::new();
    if let Some(words) = unknown_words(text) {
        changes.push(sender.reply(sender.locale.unknown_words(&words)));
    }
    if count > AT_ONCE {
        let (count, taken) = (Whole(count as u64), Whole(AT_ONCE as u64));
        changes.push(sender.reply(sender.locale.only_the_first(count, taken)));
    }
    for address in found.into_iter().take(AT_ONCE) {
        let depth = match depth {
            Some(depth) => depth,
            None if refresh => as_deep(cx, (&address.network, &address.handle), cx.settings.depth)?,
            None => cx.settings.depth,
        };
        let mut search = sender.new_analysis(cx, address, depth, refresh);
        search.as_is = is_any_depth;
        changes.push(Change::Submit(search));
    }
    Ok(changes)
}
