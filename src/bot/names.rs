//! Names of accounts in a message: several words that are no handles, such as "The New York Times". Pure.

use crate::locales;
use crate::networks::{Kind, kind_called};

/// Words of a name: of one in capitals, and of one in small letters, which may as well be a sentence.
const WORDS: std::ops::RangeInclusive<usize> = 2..=6;
const SMALL_WORDS: usize = 4;

/// Characters of a name.
const LONGEST: usize = 60;

/// A name, and the network that was said with it.
#[derive(Clone, Copy)]
pub(super) struct Name<'a> {
    words: &'a [&'a str],
    pub(super) kind: Option<&'static Kind>,
}

impl<'a> Name<'a> {
    /// Returns the name that words consist of, without the words of a sentence around it; `None` if they are something
    /// else.
    pub(super) fn of(words: &'a [&'a str]) -> Option<Self> {
        let (words, kind) = without_network(words);
        let words = without_edges(words);
        let is_small = |word: &&str| word.starts_with(char::is_lowercase);
        let is_stop = |word: &&str| is_around_names(word) && is_small(word);
        let count = words.len();
        let in_capitals = words.iter().all(|word| is_stop(word) || !is_small(word));
        let in_letters = count <= SMALL_WORDS && !words.iter().any(is_stop);
        // In other scripts, few names are written small, and sentences are not known from their words.
        let is_known = words.iter().all(|word| word.is_ascii()) || !words.iter().all(is_small);
        let is_name = WORDS.contains(&count) && (in_capitals || in_letters) && is_known;
        let name = Self { words, kind };
        (is_name && name.to_string().chars().count() <= LONGEST).then_some(name)
    }
}

/// Returns the words of a text without the signs around them; none if it has more than words.
pub(super) fn words(text: &str) -> Vec<&str> {
    let is_more = |c: char| matches!(c, '@' | '/' | '_' | '\n' | ',' | ';');
    if text.trim().contains(is_more) {
        return Vec::new();
    }
    let is_around = |c: char| !c.is_alphanumeric() && !matches!(c, '&' | ':');
    let words = text.split_whitespace();
    let words = words.map(|word| word.trim_matches(is_around));
    words.filter(|word| !word.is_empty()).collect()
}

/// Splits off a network: `GitHub: Luna Park`, `Luna Park on GitHub`.
fn without_network<'a>(words: &'a [&'a str]) -> (&'a [&'a str], Option<&'static Kind>) {
    if let [first, rest @ ..] = words
        && let Some(kind) = first.strip_suffix(':').and_then(kind_called)
    {
        return (rest, Some(kind));
    }
    if let [rest @ .., on, last] = words
        && let Some(kind) = kind_called(last).filter(|_| locales::is_on(on))
    {
        return (rest, Some(kind));
    }
    (words, None)
}

/// Returns words without those of a sentence around them. A capital before the name belongs to it: "The Cure".
fn without_edges<'a>(mut words: &'a [&'a str]) -> &'a [&'a str] {
    let is_stop = is_around_names;
    let is_small = |word: &str| word.starts_with(char::is_lowercase);
    while let [first, rest @ ..] = words
        && is_stop(first)
        && (is_small(first) || rest.first().is_some_and(|next| is_stop(next)))
    {
        words = rest;
    }
    while let [rest @ .., last] = words
        && is_stop(last)
        && is_small(last)
    {
        words = rest;
    }
    words
}

/// Whether a word belongs to the sentence around a name, or connects the words of a long one.
fn is_around_names(word: &str) -> bool {
    locales::is_stop_word(word) || locales::is_on(word)
}

impl std::fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<(String, &'static str)> {
        let words = words(text);
        let name = Name::of(&words)?;
        Some((name.to_string(), name.kind.map_or("", |kind| kind.name)))
    }

    #[test]
    fn what_looks_like_a_name_is_one() {
        for (text, expected, network) in [
            ("The New York Times", "The New York Times", ""),
            ("the new york times", "new york times", ""),
            ("bergen loaf", "bergen loaf", ""),
            ("“Bergen Loaf”!", "Bergen Loaf", ""),
            ("Museum of Modern Art", "Museum of Modern Art", ""),
            ("Marks & Spencer", "Marks & Spencer", ""),
            ("who is like Bergen Loaf?", "Bergen Loaf", ""),
            ("Who is like The New York Times?", "The New York Times", ""),
            ("Bergen Loaf similar accounts", "Bergen Loaf", ""),
            ("Новая газета", "Новая газета", ""),
            ("кто похож на Новую газету?", "Новую газету", ""),
            ("Luna Park on GitHub", "Luna Park", "github"),
            ("GitHub: Luna Park", "Luna Park", "github"),
            ("Luna Park в блюскае", "Luna Park", "bluesky"),
        ] {
            assert_eq!(name(text), Some((expected.to_owned(), network)), "{text}");
        }
    }

    #[test]
    fn a_sentence_or_anything_else_is_no_name() {
        for text in [
            "",
            "Luna",
            "who is like me",
            "maria rossi bakes many cakes daily",
            "coffee roasters in bergen",
            "what a lovely day it is for a walk",
            "как твои дела",
            "luna, park",
            "luna_park bakery",
            "https://luna.example park",
            "@luna park",
            "¿¡!? …",
        ] {
            assert_eq!(name(text), None, "{text}");
        }
        assert_eq!(name(&["Luna"; 7].join(" ")), None);
        assert_eq!(name(&"Lunapark ".repeat(100)), None);
        assert_eq!(name(&["L".repeat(40), "L".repeat(40)].join(" ")), None);
    }
}
