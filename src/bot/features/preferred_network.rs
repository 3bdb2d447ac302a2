//! /network: where the plain names of a chat are looked up first.

use teloxide::types::CallbackQuery;

use crate::bot::pressed_message::shows;
use crate::bot::reply::Handled;
use crate::bot::reply::PressReply;
use crate::bot::sender::Sender;
use crate::bot::view::title;
use crate::context::Context;
use crate::ledger::Change;
use crate::model::{Button, NetworkName, Preferences, Press, Say};
use crate::networks::{KINDS, kind_called};

pub(crate) async fn choose(cx: Context, sender: Sender, text: String) -> Handled {
    let (locale, word) = (sender.locale, text.trim());
    if word.is_empty() {
        return Ok(vec![ask(&cx, &sender, None)]);
    }
    let Some(kind) = kind_called(word.trim_end_matches(':')) else {
        return Ok(vec![ask(&cx, &sender, Some(locale.no_such_network(word)))]);
    };
    let name = NetworkName::new(kind.name);
    if cx.networks.get(&name).is_none() {
        let sorry = locale.network_is_off(kind.title);
        return Ok(vec![ask(&cx, &sender, Some(sorry))]);
    }
    let reply = sender.reply(locale.network_chosen(kind.title));
    Ok(vec![prefer(&sender, name), reply])
}

/// Handles a press on a network.
pub(crate) fn chosen(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
    name: NetworkName,
) -> PressReply {
    let locale = sender.locale;
    if cx.networks.get(&name).is_none() {
        return (Vec::new(), locale.answer_gone());
    }
    let text = locale.network_chosen(&title(&name));
    let buttons = buttons(cx, sender, Some(&name));
    let mut changes = vec![prefer(sender, name)];
    if !shows(query, &buttons) {
        changes.push(sender.send(Say::Keyboard {
            message: sender.message,
            buttons,
        }));
    }
    (changes, text)
}

/// Asks which network to prefer, after a sentence about the last attempt; if only one is enabled, says so.
fn ask(cx: &Context, sender: &Sender, before: Option<String>) -> Change {
    let locale = sender.locale;
    let mut names = cx.networks.names();
    let (question, buttons) = match (names.next(), names.next()) {
        (Some(only), None) => (locale.only_network(&title(&only)), Vec::new()),
        _ => (
            locale.which_network(),
            buttons(cx, sender, sender.network.as_ref()),
        ),
    };
    let sentences: Vec<String> = before.into_iter().chain([question]).collect();
    sender.reply_with_buttons(sentences.join(" "), buttons)
}

fn prefer(sender: &Sender, network: NetworkName) -> Change {
    Change::Prefer {
        chat: sender.chat,
        preferences: Preferences {
            network: Some(network),
            ..Preferences::default()
        },
    }
}

/// Returns a button for each enabled network; the preferred one is marked.
fn buttons(cx: &Context, sender: &Sender, preferred: Option<&NetworkName>) -> Vec<Button> {
    let preferred = preferred.filter(|name| cx.networks.get(name).is_some());
    let first = preferred.cloned().or_else(|| cx.networks.names().next());
    let names = KINDS.iter().map(|kind| NetworkName::new(kind.name));
    let on = names.filter(|name| cx.networks.get(name).is_some());
    let button = |name: NetworkName| Button {
        label: match first.as_ref() == Some(&name) {
            true => sender.locale.button_chosen(&title(&name)),
            false => title(&name),
        },
        press: Press::Network(sender.person, name),
    };
    on.map(button).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_goes_by_its_name_in_any_language() {
        for kind in &KINDS {
            let name = |word: &str| kind_called(word).map(|kind| kind.name);
            assert_eq!(name(kind.name), Some(kind.name));
            assert_eq!(name(kind.title), Some(kind.name));
        }
        let russian = ["Блюскай", "гитхаб", "инста", "мастодон", "икс"];
        let names = russian.map(|word| kind_called(word).map(|kind| kind.name));
        let expected = ["bluesky", "github", "instagram", "mastodon", "x"];
        assert_eq!(names, expected.map(Some));
        assert!(kind_called("лицокнига").is_none());
    }
}
