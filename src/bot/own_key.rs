//! Keys of people's own: how one is given, and how it is kept from everybody's eyes on the way.
//!
//! What follows `/key` is sealed before the update is stored, and the message is deleted from the chat.

use serde_json::Value;

use crate::bot::asker::Asker;
use crate::bot::handlers::Handled;
use crate::bot::view::title;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Locale, Markup};
use crate::model::{NetworkName, OwnKey, Say};
use crate::networks::{Entry, called};
use crate::sealing::{Seal, SealError};
use crate::stores::StoreError;

const COMMAND: &str = "/key";

/// What words that follow the command are sealed for.
const PURPOSE: &str = "the words behind /key";

/// Longer is no key of any network.
const LONGEST: usize = 1_000;

/// An update in which nobody can read what follows `/key`.
pub(super) fn hidden(seal: &Seal, mut update: Value) -> Result<Value, SealError> {
    // Behind the bot's name it is no command, and of no use.
    if let Some(typed) = update.pointer_mut("/inline_query/query") {
        let words = typed.as_str().unwrap_or_default().trim_start();
        let beginning = words.get(..COMMAND.len()).unwrap_or_default();
        if beginning.eq_ignore_ascii_case(COMMAND) {
            *typed = COMMAND.into();
        }
    }
    let Some(message) = update.get_mut("message").and_then(Value::as_object_mut) else {
        return Ok(update);
    };
    for (field, marks) in [("text", "entities"), ("caption", "caption_entities")] {
        let Some(text) = message.get_mut(field) else {
            continue;
        };
        let words = text.as_str().and_then(|text| {
            let (command, words) = text.trim_start().split_once(char::is_whitespace)?;
            let (name, _) = command.split_once('@').unwrap_or((command, ""));
            let is_it = name.eq_ignore_ascii_case(COMMAND) && !words.trim().is_empty();
            is_it.then(|| (command.to_owned(), words.trim().to_owned()))
        });
        if let Some((command, words)) = words {
            *text = format!("{command} {}", seal.seal(&words, PURPOSE)?).into();
            // They speak of places in the words.
            message.remove(marks);
        }
    }
    Ok(update)
}

/// Does what `/key` and the words behind it ask for.
pub(super) async fn key(cx: Context, asker: Asker, sealed: String) -> Handled {
    let locale = asker.locale;
    if sealed.trim().is_empty() {
        return Ok(vec![asker.told(overview(&cx, locale, &asker)?)]);
    }
    let words = cx.keyring.seal().open(sealed.trim(), PURPOSE);
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
    let has_one = cx.ledger.own_key(asker.person, &network)?.is_some();
    let Some(secret) = secret else {
        let example = network.as_str();
        return Ok(vec![asker.told(match has_one {
            true => locale.key_is_there(&shown, example),
            false => locale.key_how_for(&shown, example, page),
        })]);
    };
    if locales::takes_back(secret) {
        let person = asker.person;
        let change = Change::TakeKeyBack { person, network };
        return Ok(match has_one {
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
    let own: Vec<String> = cx
        .ledger
        .own_keys_of(asker.person)?
        .iter()
        .map(|key| title(&key.network))
        .collect();
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_that_is_typed_behind_the_bots_name_is_not_stored() {
        let typed = |words: &str| {
            let update = json!({ "inline_query": { "id": "1", "query": words } });
            let hidden = hidden(&Seal::new("token"), update).expect("it can be sealed");
            hidden["inline_query"]["query"].clone()
        };
        for words in [
            "/key",
            "/key github ghp_secret",
            " /KEY@bot github ghp_secret",
        ] {
            assert_eq!(typed(words), "/key", "{words:?}");
        }
        for words in ["", "/ke", "ключ", "nasa /key"] {
            assert_eq!(typed(words), words);
        }
    }
}
