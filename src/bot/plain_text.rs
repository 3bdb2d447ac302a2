//! Routes plain text, and the parameters of deep links.

use teloxide::types::Me;

use crate::bot::addressed_text::AddressedText;
use crate::bot::deep_links;
use crate::bot::features::cancel::cancel;
use crate::bot::features::search::consent;
use crate::bot::features::{compare, help, result, search, share, watch};
use crate::bot::reply::Handled;
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::locales::{self, Aside};
use crate::model::Asked;

pub(super) async fn start(cx: Context, sender: Sender, parameter: String) -> Handled {
    if let Some(opened) = share::open(&cx, &sender, &parameter) {
        return opened;
    }
    if let Some(words) = deep_links::search(&parameter) {
        // It is as good as typed, whoever made the link.
        return understand(cx, sender, words).await;
    }
    help::welcome(&cx, &sender)
}

pub(super) async fn read(
    cx: Context,
    me: Me,
    sender: Sender,
    AddressedText(text): AddressedText,
) -> Handled {
    if let Some(parameter) = deep_links::parameter(me.username(), &text) {
        return start(cx, sender, parameter).await;
    }
    match cx.ledger.asked(sender.person, sender.chat)? {
        Some(asked) if may_answer(&text) => answer(cx, sender, asked, text).await,
        _ => understand(cx, sender, text).await,
    }
}

/// Does what a bare command was meant to do with the rest of it.
async fn answer(cx: Context, sender: Sender, asked: Asked, text: String) -> Handled {
    let text = locales::without_opening(&text).to_owned();
    match asked {
        Asked::Find => search::find(cx, sender, text).await,
        Asked::Again => search::again(cx, sender, text).await,
        Asked::Watch => watch::watch(cx, sender, text).await,
        Asked::Result => result::result(cx, sender, text).await,
        Asked::Compare(first) => compare::compare_with(&cx, &sender, first, &text),
        // What answers it has arrived as the command.
        Asked::Key(_) => understand(cx, sender, text).await,
    }
}

fn may_answer(text: &str) -> bool {
    !text.starts_with('/') && locales::aside(text).is_none()
}

async fn understand(cx: Context, sender: Sender, text: String) -> Handled {
    if text.starts_with('/') {
        return Ok(vec![sender.reply(sender.locale.no_such_command())]);
    }
    if let Some(said) = locales::aside(&text) {
        return answer_aside(cx, sender, said).await;
    }
    search::search(&cx, &sender, locales::without_opening(&text), false)
}

async fn answer_aside(cx: Context, sender: Sender, aside: Aside) -> Handled {
    let locale = sender.locale;
    Ok(vec![match aside {
        Aside::Depth(depth) => return consent::go_deep(&cx, &sender, depth),
        Aside::Stop => return cancel(cx, sender, String::new()).await,
        Aside::Greeting | Aside::Please => sender.reply(locale.hello()),
        Aside::Thanks => sender.reply(locale.welcome()),
        Aside::Yes => return consent::yes(&cx, &sender),
        Aside::No => return consent::no(&cx, &sender),
        Aside::Word => sender.reply(locale.word_alone()),
    }])
}
