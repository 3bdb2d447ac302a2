//! How much one person may ask for. Decides, and answers nothing.
//!
//! Kept in memory: a restart is worth one more minute to somebody, and costs nobody anything.

use std::collections::HashMap;
use std::time::Duration;

use crate::model::PersonId;

/// What a person may ask for in a window: messages, presses that turn no page, and each account of a message. Somebody who
/// types fast comes to ten; and it is what one chat can be answered, since a finished search that is
/// asked for again takes three messages, of which a chat takes one a second.
pub(in crate::bot) const REQUESTS: usize = 20;

/// Pages of lists that may be turned in a window: each is an edit, of which a chat takes one a second.
pub(in crate::bot) const PAGE_TURNS: usize = 60;

/// What may be typed in a minute behind the bot's name: each letter is a question of its own.
pub(in crate::bot) const INLINE_QUERIES: usize = 120;

const MINUTE: Duration = Duration::from_secs(60);

/// Everybody's last window.
#[derive(Debug)]
pub(in crate::bot) struct FloodControl {
    per_minute: usize,
    people: HashMap<PersonId, Window>,
}

/// A minute that began with somebody's first message.
#[derive(Clone, Copy, Debug)]
struct Window {
    ends: Duration,
    asked: usize,
}

impl FloodControl {
    pub(in crate::bot) fn new(per_minute: usize) -> Self {
        Self {
            per_minute,
            people: HashMap::new(),
        }
    }

    /// How long somebody who has asked for too much is not listened to.
    pub(in crate::bot) fn blocked_for(&self, person: PersonId, now: Duration) -> Option<Duration> {
        let window = self.people.get(&person)?;
        let over = window.asked > self.per_minute;
        window
            .ends
            .checked_sub(now)
            .filter(|left| over && !left.is_zero())
    }

    /// Counts what somebody asks for.
    pub(in crate::bot) fn count(&mut self, person: PersonId, things: usize, now: Duration) {
        let window = self.people.get(&person).copied();
        let mut window = window
            .filter(|window| window.ends > now)
            .unwrap_or_else(|| {
                // As good a moment as any to forget those who have gone.
                self.people.retain(|_, window| window.ends > now);
                Window {
                    ends: now + MINUTE,
                    asked: 0,
                }
            });
        window.asked += things;
        self.people.insert(person, window);
    }
}
