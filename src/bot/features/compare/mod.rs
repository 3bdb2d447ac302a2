//! /compare: compares the audiences of several accounts.

mod buttons;
pub(crate) mod choice;
mod kept;
pub(crate) mod messages;
mod pairs;
mod picture;
pub(crate) mod presses;
mod start;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeSet;

use crate::bot::parsing::split_depth;
use crate::bot::reply::{Handled, explain, who};
use crate::bot::sender::Sender;
use crate::bot::view::title;
use crate::card::AUDIENCES;
use crate::context::Context;
use crate::locales::{self, Markup, Whole};
use crate::model::{Handle, NetworkName};
use crate::networks::{Address, Mistake, addresses, kind_called};

use start::start;

pub(crate) async fn compare(cx: Context, sender: Sender, text: String) -> Handled {
    compare_with(&cx, &sender, None, &text)
}

/// Compares the accounts that a text names, with one that was named before.
pub(crate) fn compare_with(
    cx: &Context,
    sender: &Sender,
    before: Option<(NetworkName, Handle)>,
    text: &str,
) -> Handled {
    let locale = sender.locale;
    let (text, depth) = split_depth(text);
    // The others are on the same network as the first.
    let preferred = before.as_ref().map(|(network, _)| network);
    let named = match accounts(cx, preferred.or(sender.network.as_ref()), text) {
        Ok(named) => named,
        Err(Mistake::NoHandle) => Vec::new(),
        Err(mistake) => return Ok(vec![explain(cx, sender, mistake)]),
    };
    let mut found: Vec<Address> = before
        .into_iter()
        .map(|(network, handle)| Address {
            network,
            handle,
            others: Vec::new(),
        })
        .collect();
    for address in named {
        let is_same = |it: &Address| {
            it.network == address.network && it.handle.0.eq_ignore_ascii_case(&address.handle.0)
        };
        if !found.iter().any(is_same) {
            found.push(address);
        }
    }
    let first = match found.as_slice() {
        [] => return choice::ask(cx, sender),
        [only] => return Ok(choice::ask_with_whom(sender, only, Vec::new())),
        [first, ..] => first,
    };
    if found.iter().any(|address| address.network != first.network) {
        // One account of each network shows what is meant.
        let mut networks = BTreeSet::new();
        found.retain(|address| networks.insert(address.network.clone()));
        let names = found.iter().map(|address| {
            let link = cx.networks.link(&address.network, &address.handle);
            let who = who(&address.handle, link.as_deref());
            locale.name_on(who, &title(&address.network))
        });
        let names: Vec<String> = names.collect();
        let names = names.join(", ");
        return Ok(vec![sender.reply(locale.compare_networks(Markup(&names)))]);
    }
    let mut changes = Vec::new();
    if found.len() > AUDIENCES {
        let (count, taken) = (Whole(found.len() as u64), Whole(AUDIENCES as u64));
        changes.push(sender.reply(locale.only_the_first(count, taken)));
        found.truncate(AUDIENCES);
    }
    changes.push(start(cx, sender, found, depth));
    Ok(changes)
}

/// Returns the accounts that a text names. In this command plain words are accounts too.
fn accounts(
    cx: &Context,
    preferred: Option<&NetworkName>,
    text: &str,
) -> Result<Vec<Address>, Mistake> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
    let is_meant = |word: &&str| {
        !locales::is_between(word) && !locales::is_depth(word) && !locales::is_stop_word(word)
    };
    let words: Vec<&str> = words
        .filter(|word| !word.is_empty())
        .filter(is_meant)
        .collect();
    let names_network = |word: &&str| kind_called(word).is_some() || locales::is_on(word);
    let accounts = words.iter().filter(|word| !names_network(word)).count();
    let marked = words.iter().map(|word| {
        let is_marked = word.contains(['@', '/', ':']);
        // An account may have the name of a network if there is no other account that it could apply to.
        match is_marked || (accounts > 1 && names_network(word)) {
            true => (*word).to_owned(),
            false => format!("@{word}"),
        }
    });
    let marked: Vec<String> = marked.collect();
    addresses(&cx.networks, preferred, &marked.join(" "))
}
