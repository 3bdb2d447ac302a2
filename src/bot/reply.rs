//! Building blocks of replies.

use crate::bot::sender::Sender;
use crate::bot::view::networks;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{Locale, Who};
use crate::model::{Analysis, Button, Depth, Handle, Press};
use crate::networks::Mistake;
use crate::stores::StoreError;

/// Accounts that are offered if it is unclear which is meant.
const OFFERED: usize = 5;

/// The changes that handling an update leads to.
pub type Handled = Result<Vec<Change>, StoreError>;

/// The changes that a press leads to, and the text of its answer; an empty one shows nothing.
pub(super) type PressReply = (Vec<Change>, String);

pub(super) fn explain(cx: &Context, sender: &Sender, mistake: Mistake) -> Change {
    let (locale, networks) = (sender.locale, networks(cx, sender.locale));
    sender.reply(match mistake {
        Mistake::NoHandle => locale.not_understood(&networks),
        Mistake::NotAnAccount(word) => locale.not_an_account(&word),
        Mistake::Elsewhere(host) => locale.elsewhere(&host, &networks),
        Mistake::SwitchedOff(network) => locale.switched_off(network, &networks),
        Mistake::Words(handles) => return which_account(cx, sender, &handles, None),
    })
}

/// Asks which of several words is the account, with a button to search for each.
pub(super) fn which_account(
    cx: &Context,
    sender: &Sender,
    handles: &[Handle],
    depth: Option<Depth>,
) -> Change {
    let locale = sender.locale;
    let depth = depth.map_or_else(String::new, |depth| format!(" {depth}"));
    let buttons = handles.iter().filter_map(|handle| {
        Some(Button {
            label: locale.button_account(&handle.0),
            press: Press::search(sender.person, format!("@{handle}{depth}"))?,
        })
    });
    let buttons: Vec<Button> = buttons.take(OFFERED).collect();
    match buttons.is_empty() {
        true => sender.reply(locale.not_understood(&networks(cx, locale))),
        false => sender.reply_with_buttons(locale.which_account(), buttons),
    }
}

/// Returns a button to cancel each of several analyses, and one to cancel `all` of them.
pub(super) fn cancel_buttons(locale: &Locale, running: &[Analysis], all: Press) -> Vec<Button> {
    let mut buttons: Vec<Button> = running
        .iter()
        .map(|analysis| Button {
            label: locale.button_cancel_one(&analysis.handle.0),
            press: Press::Cancel(analysis.id),
        })
        .collect();
    if buttons.len() > 1 {
        buttons.push(Button {
            label: locale.button_cancel_all(),
            press: all,
        });
    }
    buttons
}

/// Returns the accounts of analyses, each with a link.
pub(super) fn analysis_names(cx: &Context, locale: &Locale, analyses: &[Analysis]) -> String {
    let names = analyses
        .iter()
        .map(|analysis| analysis_name(cx, locale, analysis));
    let names: Vec<String> = names.collect();
    names.join(", ")
}

/// Returns the account of an analysis, with a link.
pub(super) fn analysis_name(cx: &Context, locale: &Locale, analysis: &Analysis) -> String {
    let link = cx.networks.link(&analysis.network, &analysis.handle);
    locale.name(who(&analysis.handle, link.as_deref()))
}

pub(super) fn who<'a>(handle: &'a Handle, link: Option<&'a str>) -> Who<'a> {
    Who {
        handle: &handle.0,
        link,
    }
}
