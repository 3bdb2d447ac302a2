//! Building blocks of replies.

use crate::bot::view::networks;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{Locale, Markup, Who};
use crate::model::{Analysis, Button, Handle, Press};
use crate::networks::Mistake;
use crate::stores::StoreError;

/// The most plain words that may have been meant as accounts; more are a sentence.
const PLAIN: usize = 2;

/// The changes that handling an update leads to.
pub type Handled = Result<Vec<Change>, StoreError>;

/// The changes that a press leads to, and the text of its answer; an empty one shows nothing.
pub(super) type PressReply = (Vec<Change>, String);

pub(super) fn explain(cx: &Context, locale: &Locale, mistake: Mistake) -> String {
    let networks = networks(cx, locale);
    match mistake {
        Mistake::NoHandle => locale.not_understood(&networks),
        Mistake::NotAnAccount(word) => locale.not_an_account(&word),
        Mistake::Elsewhere(host) => locale.elsewhere(&host, &networks),
        Mistake::SwitchedOff(network) => locale.switched_off(network, &networks),
        Mistake::Words(handles) if handles.len() > PLAIN => locale.not_understood(&networks),
        Mistake::Words(handles) => {
            let handles: Vec<String> = handles
                .iter()
                .map(|handle| locale.name(who(handle, None)))
                .collect();
            locale.several_words(Markup(&handles.join(" ")))
        }
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
