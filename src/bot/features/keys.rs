//! /key: people's own API keys. The text arrives sealed (see [`redaction`]), and the message is deleted from the chat.

use crate::bot::asking::ask;
use crate::bot::reply::Handled;
use crate::bot::sender::Sender;
use crate::bot::telegram::redaction;
use crate::bot::view::title;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Locale, Markup};
use crate::model::{Asked, NetworkName, OwnKey, Say};
use crate::networks::{Entry, kind_called};
use crate::stores::StoreError;

/// No network has longer keys.
const LONGEST: usize = 1_000;

/// Handles `/key` and its argument.
pub(crate) async fn key(cx: Context, sender: Sender, sealed: String) -> Handled {
    let locale = sender.locale;
    if sealed.trim().is_empty() {
        let takes_keys = cx
            .networks
            .iter()
            .any(|it| it.network.keys_from().is_some());
        let mut html = overview(&cx, locale, &sender)?;
        if sender.in_group || !takes_keys {
            return Ok(vec![sender.reply(html)]);
        }
        html = format!("{html}\n\n{}", locale.key_which());
        return Ok(ask(&sender, Asked::Key(None), html, Vec::new()));
    }
    let words = redaction::unseal(cx.keyring.seal(), sealed.trim());
    let words: Vec<&str> = words
        .iter()
        .flat_map(|words| words.split_whitespace())
        .collect();
    let entry = words.first().and_then(|word| enabled_network(&cx, word));
    if let (Some(entry), [_]) = (entry, &words[..]) {
        // Others must not see which keys a person has.
        return match sender.in_group {
            true => Ok(vec![sender.reply(instructions(&cx, locale))]),
            false => for_network(&cx, locale, &sender, entry, None),
        };
    }
    let mut changes = vec![sender.send(Say::Delete {
        message: sender.message,
    })];
    changes.extend(match (entry, &words[..]) {
        _ if sender.in_group => vec![sender.reply(locale.key_in_group())],
        (Some(entry), [_, secret]) => for_network(&cx, locale, &sender, entry, Some(secret))?,
        (_, []) => vec![sender.reply(locale.key_again())],
        _ => vec![sender.reply(instructions(&cx, locale))],
    });
    Ok(changes)
}

/// Says that a message with what may be a key was not read.
pub(crate) async fn unread(sender: Sender) -> Handled {
    let locale = sender.locale;
    Ok(vec![sender.reply(match sender.in_group {
        true => locale.key_in_group(),
        false => locale.key_unread(),
    })])
}

/// Shows, stores or removes the key for one network.
fn for_network(
    cx: &Context,
    locale: &Locale,
    sender: &Sender,
    entry: &Entry,
    secret: Option<&str>,
) -> Handled {
    let network = entry.network.name();
    let shown = title(&network);
    let Some(page) = entry.network.keys_from() else {
        return Ok(vec![sender.reply(locale.key_not_needed(&shown))]);
    };
    let key = cx.ledger.own_key(sender.person, &network)?;
    let Some(secret) = secret else {
        let example = network.as_str();
        let html = match key {
            Some(key) if key.works => locale.key_is_there(&shown, example),
            Some(_) => locale.key_is_tried(&shown, example),
            None => locale.key_how_for(&shown, example, page),
        };
        let asked = Asked::Key(Some(network));
        return Ok(ask(sender, asked, html, Vec::new()));
    };
    if locales::takes_back(secret) {
        let person = sender.person;
        let change = Change::TakeKeyBack { person, network };
        return Ok(match key.is_some() {
            true => vec![change, sender.reply(locale.key_taken_back(&shown))],
            false => vec![sender.reply(locale.key_was_not_there(&shown))],
        });
    }
    if secret.len() > LONGEST || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(vec![sender.reply(locale.key_refused_own(&shown))]);
    }
    let purpose = OwnKey::purpose(sender.person, &network, entry.api);
    Ok(match cx.keyring.seal().seal(secret, &purpose) {
        Ok(sealed) => vec![
            sender.reply(locale.key_tried(&shown)),
            Change::GiveKey(OwnKey {
                person: sender.person,
                network,
                sealed,
                given_at: cx.clock.now(),
                works: false,
                refused_at: None,
            }),
        ],
        Err(error) => {
            tracing::error!(%error, "a key was not kept");
            vec![sender.reply(locale.failed())]
        }
    })
}

/// Returns the networks that take keys, and which of them the sender has one for.
fn overview(cx: &Context, locale: &Locale, sender: &Sender) -> Result<String, StoreError> {
    let mut parts = vec![instructions(cx, locale)];
    let mut own: Vec<String> = cx
        .ledger
        .own_keys_of(sender.person)?
        .iter()
        .map(|key| title(&key.network))
        .collect();
    // Besides the key in use there may be a new one that is still to be tried.
    own.dedup();
    // Others must not see which keys a person has.
    if !own.is_empty() && !sender.in_group {
        parts.push(locale.keys_there(&own.join(", ")));
    }
    Ok(parts.join("\n\n"))
}

fn instructions(cx: &Context, locale: &Locale) -> String {
    let with_keys = cx.networks.iter().filter_map(|entry| {
        let page = entry.network.keys_from()?;
        let name = entry.network.name();
        Some(locale.key_line(&title(&name), name.as_str(), page))
    });
    let lines: Vec<String> = with_keys.collect();
    match lines.is_empty() {
        true => locale.keys_not_needed(),
        false => locale.key_how(Markup(&lines.join("\n"))),
    }
}

/// Returns an enabled network by its everyday name.
fn enabled_network<'a>(cx: &'a Context, word: &str) -> Option<&'a Entry> {
    let kind = kind_called(word.trim_end_matches(':'))?;
    cx.networks.get(&NetworkName::new(kind.name))
}
