//! What a handle says: its parts, the words in it, its digits and marks. Pure.

use crate::kind::feature::{Feature, Group, parts};
use crate::kind::given_names::is_given_name;
use crate::kind::hash::Hash;

/// Letters that are looked at.
const LONGEST: usize = 40;

pub(super) fn features(handle: &str, given_names: bool, each: &mut impl FnMut(Feature)) {
    if handle.is_empty() {
        return;
    }
    let lower = handle.chars().flat_map(char::to_lowercase).take(LONGEST);
    let letters: Vec<char> = ['^'].into_iter().chain(lower).chain(['$']).collect();
    parts(b'h', &letters, &mut |part| {
        each(Feature::new(Group::Handle, part));
    });
    of_words(handle, given_names, each);
    let digits = handle.chars().rev().take_while(char::is_ascii_digit);
    match digits.count() {
        0 => {}
        digits => each(Feature::shape("digits", digits.min(5))),
    }
    match handle.matches(['_', '.']).count() {
        0 => {}
        marks => each(Feature::shape("marks", marks.min(3))),
    }
}

/// The words that capitals, digits and marks divide a handle into.
fn of_words(handle: &str, given_names: bool, each: &mut impl FnMut(Feature)) {
    let mut word = String::new();
    let (mut place, mut after_small) = (0, false);
    for c in handle.chars().chain(['_']) {
        let begins = !c.is_alphabetic() || (c.is_uppercase() && after_small);
        if begins && !word.is_empty() {
            each(Feature::new(Group::Handle, Hash::of(b'H').text(&word)));
            if given_names && is_given_name(&word) {
                each(Feature::shape(
                    "given name in handle",
                    usize::from(place > 0),
                ));
            }
            word.clear();
            place += 1;
        }
        if c.is_alphabetic() {
            word.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase();
    }
}
