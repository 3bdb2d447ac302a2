//! Routes plain text, and the parameters of deep links.

use crate::bot::addressed_text::AddressedText;
use crate::bot::deep_links;
use crate::bot::features::cancel::cancel;
use crate::bot::features::search::{consent, search};
use crate::bot::features::{help, share};
use crate::bot::reply::Handled;
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::locales::{self, Aside};

pub(super) async fn start(cx: Context, sender: Sender, parameter: String) -> Handled {
    if let Some(opened) = share::open(&cx, &sender, &parameter) {
        return opened;
    }
    if let Some(words) = deep_links::search(&parameter) {
        // It is as good as typed, whoever made the link.
        return read(cx, sender, AddressedText(words)).await;
    }
    help::welcome(&cx, &sender)
}

pub(super) async fn read(
    cx: Context,
    sender: Sender,
    AddressedText(text): AddressedText,
) -> Handled {
    if text.starts_with('/') {
        return Ok(vec![sender.reply(sender.locale.no_such_command())]);
    }
    if let Some(said) = locales::aside(&text) {
        return answer_aside(cx, sender, said).await;
    }
    search(&cx, &sender, locales::without_opening(&text), false)
}

async fn answer_aside(cx: Context, sender: Sender, aside: Aside) -> Handled {
    let locale = sender.locale;
    Ok(vec![match aside {
        Aside::Depth(depth) => return consent::go_deep(&cx, &sender, depth),
        Aside::Stop => return cancel(cx, sender, String::new()).await,
        Aside::Greeting => sender.reply(locale.hello()),
        Aside::Thanks => sender.reply(locale.welcome()),
        Aside::Yes => return consent::yes(&cx, &sender),
        Aside::No => return consent::no(&cx, &sender),
        Aside::Word => sender.reply(locale.word_alone()),
    }])
}
