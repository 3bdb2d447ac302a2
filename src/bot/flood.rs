//! How much one person may ask for. Decides, and answers nothing.
//!
//! Kept in memory: a restart is worth one more minute to somebody, and costs nobody anything.

use std::collections::HashMap;
use std::time::Duration;

use crate::model::PersonId;

/// What a person may ask for in a minute: messages, presses that turn no page, and each account of a message. Somebody who
/// types fast comes to ten; and it is what one chat can be answered, since a finished search that is
/// asked for again takes three messages, of which a chat takes one a second.
pub(in crate::bot) const ASKED: usize = 20;

/// Pages of lists that may be turned in a minute: each is an edit, of which a chat takes one a second.
pub(in crate::bot) const TURNED: usize = 60;

/// What may be typed in a minute behind the bot's name: each letter is a question of its own.
pub(in crate::bot) const TYPED: usize = 120;

const MINUTE: Duration = Duration::from_secs(60);

/// Everybody's last minute.
#[derive(Debug)]
pub(in crate::bot) struct Flood {
    in_a_minute: usize,
    people: HashMap<PersonId, Minute>,
}

/// A minute that began with somebody's first message.
#[derive(Clone, Copy, Debug)]
struct Minute {
    ends: Duration,
    asked: usize,
}

impl Flood {
    pub(in crate::bot) fn above(in_a_minute: usize) -> Self {
        Self {
            in_a_minute,
            people: HashMap::new(),
        }
    }

    /// How long somebody who has asked for too much is not listened to.
    pub(in crate::bot) fn left(&self, person: PersonId, now: Duration) -> Option<Duration> {
        let minute = self.people.get(&person)?;
        let over = minute.asked > self.in_a_minute;
        minute
            .ends
            .checked_sub(now)
            .filter(|left| over && !left.is_zero())
    }

    /// Counts what somebody asks for.
    pub(in crate::bot) fn count(&mut self, person: PersonId, things: usize, now: Duration) {
        let minute = self.people.get(&person).copied();
        let mut minute = minute
            .filter(|minute| minute.ends > now)
            .unwrap_or_else(|| {
                // As good a moment as any to forget those who have gone.
                self.people.retain(|_, minute| minute.ends > now);
                Minute {
                    ends: now + MINUTE,
                    asked: 0,
                }
            });
        minute.asked += things;
        self.people.insert(person, minute);
    }
}
