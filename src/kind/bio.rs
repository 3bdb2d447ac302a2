//! What an account says of itself: words, pairs of words, stems and shape. Pure.

use crate::kind::feature::{Feature, Group};
use crate::kind::given_names::is_given_name;
use crate::kind::hash::Hash;
use crate::kind::words::{is_capitalised, stem, words};

/// Letters of a stem.
const STEM: usize = 6;

/// So many digits are a telephone number.
const TELEPHONE: usize = 7;

pub(super) fn features(bio: &str, given_names: bool, each: &mut impl FnMut(Feature)) {
    let lower = bio.to_lowercase();
    let mut before = Hash::of(b'B');
    for word in words(&lower) {
        each(Feature::new(Group::Bio, whole_word(word)));
        each(Feature::new(Group::Bio, before.text(word)));
        if let Some(stem) = stem_of(word) {
            each(Feature::new(Group::Bio, stem));
        }
        before = Hash::of(b'B').text(word).byte(b' ');
    }
    if before != Hash::of(b'B') {
        shape(bio, &lower, each);
        if given_names && has_full_name(bio) {
            each(Feature::shape("full name in bio", 1));
        }
    }
}

/// Returns the hash of a word of a bio.
pub(super) fn whole_word(word: &str) -> Hash {
    Hash::of(b'b').text(word)
}

/// Returns the hash of its first letters, `None` if it has no more.
pub(super) fn stem_of(word: &str) -> Option<Hash> {
    stem(word, STEM).map(|stem| Hash::of(b'p').text(stem))
}

fn shape(bio: &str, lower: &str, each: &mut impl FnMut(Feature)) {
    let mut has = |what: &str, is_there: bool| {
        if is_there {
            each(Feature::shape(what, 1));
        }
    };
    let links = ["http", "www.", ".com", "t.co/"];
    has("link", links.iter().any(|link| lower.contains(link)));
    has("bars", bio.contains(['|', '•']));
    has("bang", bio.contains('!'));
    has("begins small", bio.starts_with(char::is_lowercase));
    let digits = bio.chars().filter(char::is_ascii_digit).count();
    has("telephone", digits >= TELEPHONE);
    for (what, mark) in [("mentions", '@'), ("tags", '#')] {
        match bio.matches(mark).count() {
            0 => {}
            count => each(Feature::shape(what, count.min(3))),
        }
    }
    each(Feature::shape(
        "bio words",
        (words(lower).count() / 5).min(6),
    ));
}

/// Whether a capitalised word follows a given name.
fn has_full_name(bio: &str) -> bool {
    let mut after_given = false;
    words(bio).any(|word| {
        let is_name = is_capitalised(word);
        let is_full = after_given && is_name;
        after_given = is_name && is_given_name(&word.to_lowercase());
        is_full
    })
}
