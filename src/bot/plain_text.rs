//! Where plain text goes, and what a link to the bot opens.

use crate::bot::deep_links;
use crate::bot::features::cancel::cancel;
use crate::bot::features::search::{consent, search};
use crate::bot::features::{help, share};
use crate::bot::reply::Handled;
use crate::bot::sender::{Asker, Words};
use crate::context::Context;
use crate::locales::{self, Aside};

pub(in crate::bot) async fn start(cx: Context, asker: Asker, parameter: String) -> Handled {
    if let Some(opened) = share::open(&cx, &asker, &parameter) {
        return opened;
    }
    if let Some(words) = deep_links::search(&parameter) {
        // Whoever has made the link: it is as good as typed.
        return read(cx, asker, Words(words)).await;
    }
    help::welcome(&cx, &asker)
}

pub(in crate::bot) async fn read(cx: Context, asker: Asker, Words(text): Words) -> Handled {
    if text.starts_with('/') {
        return Ok(vec![asker.told(asker.locale.no_such_command())]);
    }
    if let Some(said) = locales::aside(&text) {
        return answered(cx, asker, said).await;
    }
    search(&cx, &asker, locales::without_opening(&text), false)
}

async fn answered(cx: Context, asker: Asker, aside: Aside) -> Handled {
    let locale = asker.locale;
    Ok(vec![match aside {
        Aside::Depth(depth) => return consent::deep(&cx, &asker, depth),
        Aside::Stop => return cancel(cx, asker, String::new()).await,
        Aside::Greeting => asker.told(locale.hello()),
        Aside::Thanks => asker.told(locale.welcome()),
        Aside::Yes => return consent::yes(&cx, &asker),
        Aside::No => return consent::no(&cx, &asker),
        Aside::Word => asker.told(locale.word_alone()),
    }])
}
