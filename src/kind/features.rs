//! What the classifier sees of an account. Pure; allocates for a field, not for a feature.

use crate::kind::feature::Feature;
use crate::kind::{Words, bio, handle, name};

/// Calls `each` with every feature. Without `given_names`, it is not seen which words are names: so much is learned from
/// that, if all people in an invented list have a known one, that nothing else is.
pub fn features(words: Words<'_>, given_names: bool, each: &mut impl FnMut(Feature)) {
    name::features(words, given_names, each);
    handle::features(words.handle, given_names, each);
    bio::features(words.bio, given_names, each);
}
