//! Keys of people's own: how one is given. The words come sealed (see [`redaction`]), and the message is deleted from the
//! chat.

use crate::bot::reply::Handled;
use crate::bot::sender::Asker;
use crate::bot::telegram::redaction;
use crate::bot::view::title;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Locale, Markup};
use crate::model::{NetworkName, OwnKey, Say};
use crate::networks::{Entry, called};
use crate::stores::StoreError;

/// Longer is no key of any network.
const LONGEST: usize = 1_000;

/// Does what `/key` and the words behind it ask for.
pub(in crate::bot) async fn key(cx: Context, asker: Asker, sealed: String) -> Handled {
    let locale = asker.locale;
    if sealed.trim().is_empty() {
        return Ok(vec![asker.told(overview(&cx, locale, &asker)?)]);
    }
    let words = redaction::open(cx.keyring.seal(), sealed.trim());
    let words: Vec<&str> = words
        .iter()
        .flat_map(|words| words.split_whitespace())
        .collect();
    let entry = words.first().and_then(|word| named(&cx, word));
    if let (Some(entry), [_]) = (entry, &words[..]) {
        // Which keys somebody has is nobody else's business.
        return match asker.in_group {
            true => Ok(vec![asker.told(how(&cx, locale))]),
            false => one(&cx, locale, &asker, entry, None),
        };
    }
    let mut changes = vec![asker.say(Say::Delete {
        message: asker.message,
    })];
    changes.extend(match (entry, &words[..]) {
        _ if asker.in_group => vec![asker.told(locale.key_in_group())],
        (Some(entry), [_, secret]) => one(&cx, locale, &asker, entry, Some(secret))?,
        (_, []) => vec![asker.told(locale.key_again())],
        _ => vec![asker.told(how(&cx, locale))],
    });
    Ok(changes)
}

/// Tells who has sent what may be a key that it was not read.
pub(in crate::bot) async fn unread(asker: Asker) -> Handled {
    let locale = asker.locale;
    Ok(vec![asker.told(match asker.in_group {
        true => locale.key_in_group(),
        false => locale.key_unread(),
    })])
}

/// What becomes of the key for one network.
fn one(
    cx: &Context,
    locale: &Locale,
    asker: &Asker,
    entry: &Entry,
    secret: Option<&str>,
) -> Handled {
    let network = entry.network.name();
    let shown = title(&network);
    let Some(page) = entry.network.keys_from() else {
        return Ok(vec![asker.told(locale.key_not_needed(&shown))]);
    };
    let key = cx.ledger.own_key(asker.person, &network)?;
    let Some(secret) = secret else {
        let example = network.as_str();
        return Ok(vec![asker.told(match key {
            Some(key) if key.works => locale.key_is_there(&shown, example),
            Some(_) => locale.key_is_tried(&shown, example),
            None => locale.key_how_for(&shown, example, page),
        })]);
    };
    if locales::takes_back(secret) {
        let person = asker.person;
        let change = Change::TakeKeyBack { person, network };
        return Ok(match key.is_some() {
            true => vec![change, asker.told(locale.key_taken_back(&shown))],
            false => vec![asker.told(locale.key_was_not_there(&shown))],
        });
    }
    if secret.len() > LONGEST || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(vec![asker.told(locale.key_refused_own(&shown))]);
    }
    let purpose = OwnKey::purpose(asker.person, &network, entry.api);
    Ok(match cx.keyring.seal().seal(secret, &purpose) {
        Ok(sealed) => vec![
            asker.told(locale.key_tried(&shown)),
            Change::GiveKey(OwnKey {
                person: asker.person,
                network,
                sealed,
                given_at: cx.clock.now(),
                works: false,
                refused_at: None,
            }),
        ],
        Err(error) => {
            tracing::error!(%error, "a key was not kept");
            vec![asker.told(locale.failed())]
        }
    })
}

/// The networks that there are keys for, and which the asker has.
fn overview(cx: &Context, locale: &Locale, asker: &Asker) -> Result<String, StoreError> {
    let mut parts = vec![how(cx, locale)];
    let mut own: Vec<String> = cx
        .ledger
        .own_keys_of(asker.person)?
        .iter()
        .map(|key| title(&key.network))
        .collect();
    // Of one network there may be a new one that is to be tried.
    own.dedup();
    // Which keys somebody has is nobody else's business.
    if !own.is_empty() && !asker.in_group {
        parts.push(locale.keys_there(&own.join(", ")));
    }
    Ok(parts.join("\n\n"))
}

fn how(cx: &Context, locale: &Locale) -> String {
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

/// A network that is switched on, by what people call it.
fn named<'a>(cx: &'a Context, word: &str) -> Option<&'a Entry> {
    let kind = called(word.trim_end_matches(':'))?;
    cx.networks.get(&NetworkName::new(kind.name))
}
