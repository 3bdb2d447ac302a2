//! What the accounts of a list are, guessed from their words. Pure.

use crate::kind::{Guess, Words};
use crate::model::Similar;

/// Returns the guess if it is sure enough to be shown.
pub fn guess_of(row: &Similar) -> Option<Guess> {
    Guess::sure(words_of(row))
}

/// Returns the words that it is made from.
pub fn words_of(row: &Similar) -> Words<'_> {
    Words {
        name: &row.name,
        handle: &row.handle.0,
        bio: &row.bio,
    }
}
