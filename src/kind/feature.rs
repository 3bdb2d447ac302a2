//! One thing that the classifier sees of an account, as a hash. Pure.

use crate::kind::hash::Hash;

/// Buckets that features are hashed into.
pub const BUCKETS: usize = 1 << 17;

/// Letters in a part of a word.
const SHORTEST: usize = 3;
const LONGEST: usize = 5;

/// A feature that an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    pub group: Group,
    /// From 0 to [`BUCKETS`].
    pub bucket: usize,
}

/// Where a feature comes from. Those of a group share their weight: long texts say no more than short ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Name,
    Handle,
    Bio,
    Shape,
}

impl Group {
    pub const COUNT: usize = 4;
}

impl Feature {
    pub(super) fn new(group: Group, hash: Hash) -> Self {
        Self {
            group,
            bucket: hash.finish() as usize % BUCKETS,
        }
    }

    /// Returns one that a text as a whole has, such as digits in a name.
    pub(super) fn shape(what: &str, how: usize) -> Self {
        let how = u8::try_from(how).unwrap_or(u8::MAX);
        Self::new(Group::Shape, Hash::of(b's').text(what).byte(how))
    }
}

/// Calls `each` with every part of three to five letters.
pub(super) fn parts(kind: u8, letters: &[char], each: &mut impl FnMut(Hash)) {
    for start in 0..letters.len() {
        let mut hash = Hash::of(kind);
        let part = letters.iter().skip(start).take(LONGEST);
        for (length, letter) in part.enumerate() {
            hash = hash.letter(*letter);
            if length + 1 >= SHORTEST {
                each(hash);
            }
        }
    }
}
