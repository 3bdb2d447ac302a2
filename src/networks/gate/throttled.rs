//! For whom a network said that it is asked too fast.
//!
//! Where that is said for every account, the network means us; where it is said for one alone, again and again, it
//! is something about that account, and nobody else is to wait for it.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// So many accounts for which it was said, while nobody was served, are no matter of each of them.
const MANY: usize = 5;

/// So many are remembered; while that many are, nobody new is believed.
const REMEMBERED: usize = 100;

/// What a request is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::networks) struct SubjectHash(u64);

impl SubjectHash {
    pub(in crate::networks) fn of(what: &(impl Hash + ?Sized)) -> Self {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// Those for whom it was said.
#[derive(Default)]
pub(super) struct ThrottledSubjects {
    /// Until when each is remembered, in the clock's elapsed time.
    remembered: BTreeMap<SubjectHash, Duration>,
    /// Those since anybody was served.
    in_a_row: BTreeSet<SubjectHash>,
}

impl ThrottledSubjects {
    /// Notes that it was said for a subject. Returns whether it was said before, as far as can be told.
    pub(super) fn note(&mut self, subject: SubjectHash, now: Duration, until: Duration) -> bool {
        if self.in_a_row.len() < MANY {
            self.in_a_row.insert(subject);
        }
        self.remembered.retain(|_, until| *until > now);
        let is_full = self.remembered.len() >= REMEMBERED;
        let again = self.remembered.contains_key(&subject) || is_full;
        if !is_full || self.remembered.contains_key(&subject) {
            self.remembered.insert(subject, until);
        }
        again
    }

    pub(super) fn served(&mut self, subject: SubjectHash) {
        self.remembered.remove(&subject);
        self.in_a_row.clear();
    }

    /// Whether it was said for so many in a row that it is about all; then the row begins anew.
    pub(super) fn take_many(&mut self) -> bool {
        let many = self.in_a_row.len() >= MANY;
        if many {
            self.in_a_row.clear();
        }
        many
    }
}
