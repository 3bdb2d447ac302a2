//! /privacy, and /forget, which takes a second confirmation.

use crate::bot::contact::with_contact;
use crate::bot::reply::Handled;
use crate::bot::sender::Sender;
use crate::bot::view::all_networks;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::Whole;
use crate::model::{Button, Press};

pub(crate) async fn privacy(cx: Context, sender: Sender) -> Handled {
    let locale = sender.locale;
    let days = cx.ledger.rules().retention.as_secs().div_ceil(86_400);
    let html = locale.privacy(&all_networks(&cx, locale), Whole(days));
    let contact = cx.settings.contact.as_deref();
    Ok(vec![sender.reply(with_contact(locale, contact, html))])
}

/// Asks for confirmation.
pub(crate) async fn forget(sender: Sender) -> Handled {
    let locale = sender.locale;
    let button = Button {
        label: locale.button_forget(),
        press: Press::Forget(sender.person),
    };
    Ok(vec![sender.reply_with_buttons(
        locale.forget_question(),
        vec![button],
    )])
}

/// Erases everything about the sender. The last message is in the language that was used so far.
pub(crate) fn confirmed(sender: &Sender) -> Vec<Change> {
    let person = sender.person;
    vec![
        Change::Forget { person },
        sender.reply(sender.locale.forgotten()),
    ]
}
