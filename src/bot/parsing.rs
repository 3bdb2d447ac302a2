//! What the words of a request mean.

use crate::bot::sender::Sender;
use crate::context::Context;
use crate::locales::{self, Aside};
use crate::model::{Analysis, Depth, Handle};
use crate::networks::{Mistake, addresses, kind_called, looks_like_a_handle};

/// The most unknown words after accounts that may be an option; more are a sentence.
const A_WISH: usize = 2;

/// Splits a depth off the end of a text. A depth on its own stays: it may be the name of an account.
pub(super) fn split_depth(text: &str) -> (&str, Option<Depth>) {
    let text = text.trim();
    let (accounts, depth) = locales::depth(locales::without_thanks(text)).unzip();
    (accounts.unwrap_or(text), depth)
}

pub(super) fn handles_in(
    cx: &Context,
    sender: &Sender,
    text: &str,
) -> Result<Vec<Handle>, Mistake> {
    match addresses(&cx.networks, sender.network.as_ref(), text) {
        Ok(found) => Ok(found.into_iter().map(|address| address.handle).collect()),
        // Behind a command they can be nothing but accounts.
        Err(Mistake::Words(handles)) => Ok(handles),
        Err(mistake) => Err(mistake),
    }
}

/// Whether an analysis is for an account with this name, as typed or as the network spells it.
pub(super) fn is_for(cx: &Context, analysis: &Analysis, handle: &Handle) -> bool {
    let crawl = cx.ledger.crawl_of(analysis).ok().flatten();
    let shown = crawl.as_ref().map(|crawl| &crawl.shown_handle().0);
    analysis.handle.0.eq_ignore_ascii_case(&handle.0)
        || shown.is_some_and(|shown| shown.eq_ignore_ascii_case(&handle.0))
}

/// Returns the words after the accounts of a text that are neither accounts nor known to the bot, if they may be meant
/// as an option.
pub(super) fn unknown_words(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let last = words.iter().rposition(|word| is_marked(word))?;
    let (accounts, behind) = words.split_at(last + 1);
    let meant = locales::aside(&behind.join(" "));
    let is_polite = meant.is_some_and(|it| it <= Aside::Yes);
    let mut unknown = behind.to_vec();
    unknown.retain(|word| !is_known(word) && word.contains(char::is_alphanumeric));
    let is_wish = accounts
        .iter()
        .all(|word| is_marked(word) || is_known(word))
        && (1..=A_WISH).contains(&unknown.len())
        && !is_polite;
    is_wish.then(|| unknown.join(" "))
}

/// Whether a word has the form of an account. A colon at its end follows the name of a network.
fn is_marked(word: &str) -> bool {
    let word = word.trim_end_matches(':');
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    word.contains(['@', ':'])
        || (word.contains('/') && word.contains('.'))
        || looks_like_a_handle(bare)
}

/// Whether a word has a meaning between or after accounts.
fn is_known(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    kind_called(bare).is_some()
        || locales::is_on(bare)
        || locales::is_between(bare)
        || locales::is_stop_word(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_words_may_say_how_far_to_go() {
        assert_eq!(split_depth("@nasa deep"), ("@nasa", Some(Depth::Deep)));
        assert_eq!(
            split_depth("@nasa @esa\nQuick "),
            ("@nasa @esa", Some(Depth::Quick))
        );
        for text in [
            "@nasa deep, please",
            "@nasa deep please!",
            "@nasa глубоко, пожалуйста",
            "@nasa глубоко спасибо 🙏",
        ] {
            assert_eq!(split_depth(text), ("@nasa", Some(Depth::Deep)), "{text}");
        }
        assert_eq!(split_depth("nasa ok"), ("nasa ok", None));
        assert_eq!(split_depth("deep"), ("deep", None));
        assert_eq!(split_depth("@nasa @deep"), ("@nasa @deep", None));
    }

    #[test]
    fn what_may_be_a_wish_behind_accounts_is_not_passed_over_in_silence() {
        for (text, unknown) in [
            ("@nasa fast", "fast"),
            ("@nasa and @esa very deep", "very deep"),
            ("https://www.instagram.com/nasa/ fast!", "fast!"),
            ("ig:nasa раз", "раз"),
            ("@nasa weekly", "weekly"),
            ("@nasa, no", "no"),
        ] {
            assert_eq!(unknown_words(text).as_deref(), Some(unknown), "{text}");
        }
        for text in [
            "@nasa",
            "nasa esa",
            "@nasa 🚀",
            "@nasa, please",
            "@nasa on Instagram",
            "@nasa в инстаграме",
            "look at @nasa please",
            "X: nasa",
            "instagram: nasa",
            "Twitter: @nasa",
            "@nasa is what I mean",
            "who is like @nasa?",
            "@nasa похожие",
            "@nasa similar accounts",
            "@nasa porto_roastery",
        ] {
            assert_eq!(unknown_words(text), None, "{text}");
        }
    }
}
