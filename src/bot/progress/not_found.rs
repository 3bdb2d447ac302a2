//! What the message of a search says whose account is not found: who may be meant, and what else can be done. Pure.

use crate::bot::progress::buttons::costing;
use crate::bot::view::View;
use crate::locales::{Locale, Markup, Size, Whole, printable};
use crate::model::{Button, By, Guess, Press};

/// Characters of a name, and of a handle, on a button: what is wider than a phone, Telegram cuts at the end, where the
/// number of followers is.
const LONGEST_NAME: usize = 20;
const LONGEST_HANDLE: usize = 32;

/// Returns a button for each account that may be meant, or else for each word, and one to search for the name.
pub(super) fn buttons(locale: &Locale, view: &View) -> Vec<Button> {
    let guesses = view.missing.guesses.iter();
    let guesses = guesses.map(|(place, guess)| Button {
        label: label(locale, guess),
        press: Press::Guess(view.analysis.id, *place),
    });
    let by_name = view.missing.search_cost.map(|cost| Button {
        label: costing(locale, &locale.button_by_name(), cost),
        press: Press::ByName(view.analysis.id),
    });
    guesses.chain(words(locale, view)).chain(by_name).collect()
}

/// Returns what is known of the account, and what to do next.
pub(super) fn text(locale: &Locale, view: &View) -> String {
    let (name, network) = (view.analysis.handle.0.as_str(), view.network.as_str());
    let costs = view.missing.search_cost.is_some();
    let count = Whole(view.missing.guesses.len() as u64);
    match (view.analysis.by, view.missing.guesses.is_empty()) {
        (By::Handle, true) => locale.no_such_account(view.who(), network),
        (By::Handle, false) => locale.did_you_mean(view.who(), network, count),
        (By::Name, true) if costs => locale.name_costs(name, network),
        (By::Name, false) if costs => locale.name_known(name, network, count),
        (By::Name, true) if !view.missing.is_searchable => locale.name_not_searched(network),
        (_, true) => locale.name_unknown(name, network),
        (_, false) => locale.name_found(name, network, count),
    }
}

/// If nobody has the name, one of its words may be the account.
fn words(locale: &Locale, view: &View) -> Vec<Button> {
    let analysis = &view.analysis;
    let (person, network, depth) = (analysis.person, &analysis.network, analysis.depth);
    let words = view.missing.words.iter().filter_map(|handle| {
        Some(Button {
            label: locale.button_account(&handle.0),
            press: Press::search(person, format!("{network}:{handle} {depth}"))?,
        })
    });
    words.collect()
}

/// Returns what a button says of an account: its name, its handle, and how many follow it, as far as is known.
fn label(locale: &Locale, guess: &Guess) -> String {
    let name = cut(&guess.name, LONGEST_NAME);
    let handle = cut(&guess.handle.shown(), LONGEST_HANDLE);
    let called = match name.is_empty() {
        true => handle,
        false => format!("{name} · {handle}"),
    };
    match guess.followers {
        Some(followers) => locale.button_guess(Markup(&called), Size(followers)),
        None => called,
    }
}

fn cut(text: &str, longest: usize) -> String {
    let text = printable(text);
    if text.chars().count() <= longest {
        return text;
    }
    text.chars().take(longest - 1).chain(['…']).collect()
}
