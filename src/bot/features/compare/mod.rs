//! /compare: compares the audiences of several accounts.

pub(crate) mod messages;
mod picture;
mod text;

use std::collections::BTreeSet;

use crate::bot::parsing::split_depth;
use crate::bot::reply::{Handled, explain, who};
use crate::bot::sender::Sender;
use crate::bot::view::title;
use crate::card::AUDIENCES;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Markup, Whole};
use crate::model::{NewAnalysis, NewComparison};
use crate::networks::{Address, Mistake, addresses, kind_called};

pub(crate) use picture::{avatar_urls, picture};
pub(crate) use text::{ComparedResults, caption, comparing, message};

pub(crate) async fn compare(cx: Context, sender: Sender, text: String) -> Handled {
    let locale = sender.locale;
    let (text, depth) = split_depth(&text);
    let mut found = match accounts(&cx, &sender, text) {
        Ok(found) => found,
        Err(Mistake::NoHandle) => return Ok(vec![sender.reply(locale.compare_whom())]),
        Err(mistake) => return Ok(vec![sender.reply(explain(&cx, locale, mistake))]),
    };
    let first = match found.as_slice() {
        [] => return Ok(vec![sender.reply(locale.compare_whom())]),
        [only] => return Ok(vec![sender.reply(locale.compare_with_whom(&only.handle.0))]),
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
    let depth = depth.unwrap_or(cx.settings.depth);
    let accounts = found.into_iter().map(|address| {
        // An account that does not exist is not looked for elsewhere: the networks must match.
        let address = Address {
            others: Vec::new(),
            ..address
        };
        sender.new_analysis(&cx, address, depth, false)
    });
    let accounts: Vec<NewAnalysis> = accounts.collect();
    changes.push(Change::Compare(NewComparison {
        person: sender.person,
        chat: sender.chat,
        question: sender.message,
        topic: sender.topic,
        accounts,
    }));
    Ok(changes)
}

/// Returns the accounts that a text names. In this command plain words are accounts too.
fn accounts(cx: &Context, sender: &Sender, text: &str) -> Result<Vec<Address>, Mistake> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
    let is_meant = |word: &&str| !locales::is_between(word) && !locales::is_depth(word);
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
    addresses(&cx.networks, sender.network.as_ref(), &marked.join(" "))
}
