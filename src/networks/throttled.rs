//! The subjects for which a network, or a server of it, said that it is requested too fast.
//!
//! If it says so for every account, it means this client; if it says so for one alone, again and again, it is about
//! that account, and the others need not wait.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// This many subjects in a row, without a success in between, are no matter of each of them.
const MANY: usize = 5;

/// This many are remembered; while they are, no new one is believed.
const REMEMBERED: usize = 100;

/// A hash of what a request is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SubjectHash(u64);

impl SubjectHash {
    pub(super) fn of(what: &(impl Hash + ?Sized)) -> Self {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// The throttled subjects.
#[derive(Default)]
pub(super) struct ThrottledSubjects {
    /// Until when each is remembered, in the clock's elapsed time.
    remembered: BTreeMap<SubjectHash, Duration>,
    /// Those since the last success.
    in_a_row: BTreeSet<SubjectHash>,
}

impl ThrottledSubjects {
    /// Notes that a subject was throttled. Returns whether it was before, as far as is known.
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

    /// Whether so many in a row were throttled that it concerns all; if so, the row starts again.
    pub(super) fn take_many(&mut self) -> bool {
        let many = self.in_a_row.len() >= MANY;
        if many {
            self.in_a_row.clear();
        }
        many
    }
}
