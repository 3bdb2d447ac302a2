//! /help, and the text of /start.

use teloxide::types::Me;

use crate::bot::reply::Handled;
use crate::bot::sender::Sender;
use crate::bot::view::networks;
use crate::context::Context;
use crate::locales::{Link, Whole};
use crate::networks::addresses;

/// The account in the example.
const EXAMPLE: &str = "@nasa";

/// Introduces the bot.
pub(crate) fn welcome(cx: &Context, sender: &Sender) -> Handled {
    let networks = networks(cx, sender.locale);
    Ok(vec![
        sender.reply(sender.locale.start(&networks, sender.example())),
    ])
}

pub(crate) async fn help(cx: Context, me: Me, sender: Sender) -> Handled {
    let locale = sender.locale;
    let example = addresses(&cx.networks, sender.network.as_ref(), EXAMPLE).ok();
    let example = example.and_then(|found| found.into_iter().next());
    let link = example.and_then(|found| cx.networks.link(&found.network, &found.handle));
    let link = link.unwrap_or_default();
    let limit = Whole(cx.ledger.rules().per_person.into());
    let mut help = locale.help(&networks(&cx, locale), Link(&link), limit);
    if me.supports_inline_queries {
        help = format!("{help}\n\n{}", locale.help_anywhere(me.username()));
    }
    Ok(vec![sender.reply(help)])
}
