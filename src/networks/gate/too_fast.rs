//! For whom a network said that it is asked too fast.
//!
//! Where that is said for every account, the network means us; where it is said for one alone, again and again, it
//! is something about that account, and nobody else is to wait for it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// So many accounts for which it was said, and that were not served since, are no matter of each of them.
const MANY: usize = 5;

/// So many are remembered; the network means us long before.
const REMEMBERED: usize = 100;

/// What a request is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::networks) struct Subject(u64);

impl Subject {
    pub(in crate::networks) fn of(what: &(impl Hash + ?Sized)) -> Self {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// Those for whom it was said, each until it is forgotten in the clock's elapsed time.
#[derive(Default)]
pub(super) struct TooFast(BTreeMap<Subject, Duration>);

impl TooFast {
    /// Notes that it was said for a subject. Returns whether it was said before.
    pub(super) fn note(&mut self, subject: Subject, now: Duration, until: Duration) -> bool {
        self.0.retain(|_, until| *until > now);
        let again = self.0.contains_key(&subject);
        if again || self.0.len() < REMEMBERED {
            self.0.insert(subject, until);
        }
        again
    }

    pub(super) fn served(&mut self, subject: Subject) {
        self.0.remove(&subject);
    }

    /// Whether it was said for so many that it is about all; then it begins anew.
    pub(super) fn take_many(&mut self) -> bool {
        let many = self.0.len() >= MANY;
        if many {
            self.0.clear();
        }
        many
    }
}
