//! What a name says: its words, parts of words and shape. Pure.

use std::sync::LazyLock;

use crate::kind::Words;
use crate::kind::feature::{Feature, Group, parts};
use crate::kind::given_names::is_given_name;
use crate::kind::hash::Hash;
use crate::kind::words::{is_capitalised, words};

/// What companies and clubs add to their names.
static LEGAL_FORMS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("legal_forms.txt").lines().collect());

/// What people add to theirs.
const TITLES: [&str; 14] = [
    "dr", "gov", "jr", "md", "mr", "mrs", "ms", "phd", "prof", "rep", "rev", "sen", "sir", "sr",
];

/// How Russian names of people end.
static ENDINGS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("endings.txt").lines().collect());

/// Marks that say something in a name.
const MARKS: [char; 12] = ['&', '|', '.', ',', '!', '™', '®', '+', '-', '"', '«', '’'];

pub(super) fn features(account: Words<'_>, given_names: bool, each: &mut impl FnMut(Feature)) {
    let name = account.name;
    if words(name).next().is_none() {
        return;
    }
    let lower = name.to_lowercase();
    let mut before = Hash::of(b'N');
    for word in words(&lower) {
        each(Feature::new(Group::Name, whole_word(word)));
        each(Feature::new(Group::Name, before.text(word)));
        before = Hash::of(b'N').text(word).byte(b' ');
    }
    parts(b'n', &letters(&lower), &mut |part| {
        each(Feature::new(Group::Name, part));
    });
    shape(name, each);
    of_words(&lower, given_names, each);
    fit(&lower, account.handle, each);
}

/// Returns the hash of a word of a name.
pub(super) fn whole_word(word: &str) -> Hash {
    Hash::of(b'w').text(word)
}

/// Returns the letters of a name, with one blank around each word.
pub(super) fn letters(lower: &str) -> Vec<char> {
    let mut letters = vec![' '];
    for word in words(lower) {
        letters.extend(word.chars());
        letters.push(' ');
    }
    letters
}

/// Capitals, digits and marks.
fn shape(name: &str, each: &mut impl FnMut(Feature)) {
    let count = words(name).count();
    let capitalised = words(name).filter(|word| is_capitalised(word)).count();
    each(Feature::shape("words", count.min(6)));
    each(Feature::shape(
        "capitals",
        match capitalised {
            0 => 0,
            some if some < count => 1,
            _ => 2,
        },
    ));
    let is_shouted = |word: &str| word.chars().count() > 2 && word.chars().all(char::is_uppercase);
    if words(name).any(is_shouted) {
        each(Feature::shape("shouted", 1));
    }
    if name.contains(|c: char| c.is_ascii_digit()) {
        each(Feature::shape("digit", 1));
    }
    for (place, mark) in MARKS.into_iter().enumerate() {
        if name.contains(mark) {
            each(Feature::shape("mark", place));
        }
    }
}

/// Legal forms, titles, given names and endings.
fn of_words(lower: &str, given_names: bool, each: &mut impl FnMut(Feature)) {
    let count = words(lower).count();
    if words(lower).any(|word| LEGAL_FORMS.contains(&word)) {
        each(Feature::shape("legal form", 1));
    }
    if words(lower).any(|word| TITLES.contains(&word)) {
        each(Feature::shape("title", 1));
    }
    for word in words(lower) {
        for (place, ending) in ENDINGS.iter().enumerate() {
            if word.ends_with(*ending) {
                each(Feature::shape("ending", place));
            }
        }
    }
    if !given_names {
        return;
    }
    if words(lower).next().is_some_and(is_given_name) {
        each(Feature::shape("given name", count.min(4)));
    }
    if words(lower).skip(1).any(is_given_name) {
        each(Feature::shape("given name later", 1));
    }
}

/// How a handle is made of a name.
fn fit(lower: &str, handle: &str, each: &mut impl FnMut(Feature)) {
    let handle: String = handle
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    if handle.is_empty() {
        return;
    }
    let joined: String = words(lower).collect();
    let contains = |word: Option<&str>| {
        word.is_some_and(|word| word.chars().count() > 2 && handle.contains(word))
    };
    let fit = match () {
        () if joined == handle => 4,
        () if joined.chars().count() > 3 && handle.contains(&joined) => 3,
        () if contains(words(lower).next()) => 2,
        () if contains(words(lower).last()) => 1,
        () => 0,
    };
    each(Feature::shape("fit", fit));
    let initials: String = words(lower)
        .filter_map(|word| word.chars().next())
        .collect();
    let count = initials.chars().count();
    if count > 2 && handle.starts_with(&initials) {
        each(Feature::shape("initials", count.min(5)));
    }
}
