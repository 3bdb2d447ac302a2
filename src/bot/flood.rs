//! Flood control: how much one person may ask for in a minute. Decides, and answers nothing.
//!
//! Kept in memory: a restart grants at most one extra minute.

use std::collections::HashMap;
use std::time::Duration;

use crate::model::PersonId;

/// Messages, presses that turn no page, and accounts named in a message. A fast typist gets to ten; and one chat can't
/// be answered faster, since repeating a finished search takes three messages, and a chat takes one per second.
pub(super) const REQUESTS: usize = 20;

/// Pages that may be turned: each is an edit, and a chat takes one per second.
pub(super) const PAGE_TURNS: usize = 60;

/// Inline queries: each letter that is typed is one.
pub(super) const INLINE_QUERIES: usize = 120;

const MINUTE: Duration = Duration::from_secs(60);

/// Counts what each person asked for in their current minute.
#[derive(Debug)]
pub(super) struct FloodControl {
    per_minute: usize,
    people: HashMap<PersonId, Window>,
}

/// One person's minute, which starts with their first message.
#[derive(Clone, Copy, Debug)]
struct Window {
    ends: Duration,
    used: usize,
}

impl FloodControl {
    pub(super) fn new(per_minute: usize) -> Self {
        Self {
            per_minute,
            people: HashMap::new(),
        }
    }

    /// Returns for how long a person over the limit is still ignored, `None` if they are not.
    pub(super) fn blocked_for(&self, person: PersonId, now: Duration) -> Option<Duration> {
        let window = self.people.get(&person)?;
        let over = window.used > self.per_minute;
        window
            .ends
            .checked_sub(now)
            .filter(|left| over && !left.is_zero())
    }

    /// Counts what a person asks for.
    pub(super) fn count(&mut self, person: PersonId, requests: usize, now: Duration) {
        let window = self.people.get(&person).copied();
        let mut window = window
            .filter(|window| window.ends > now)
            .unwrap_or_else(|| {
                // As good a moment as any to forget people who have left.
                self.people.retain(|_, window| window.ends > now);
                Window {
                    ends: now + MINUTE,
                    used: 0,
                }
            });
        window.used += requests;
        self.people.insert(person, window);
    }
}
