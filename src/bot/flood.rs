//! How much one person may ask for. Decides, and answers nothing.
//!
//! Kept in memory: a restart is worth one more minute to somebody, and costs nobody anything.

use std::collections::HashMap;
use std::time::Duration;

use crate::model::PersonId;

/// What a person may ask for in a minute: messages, presses, and each account of a message. Somebody who
/// types fast comes to ten; and it is what one chat can be answered, since a finished search that is
/// asked for again takes three messages, of which a chat takes one a second.
const IN_A_MINUTE: usize = 20;

const MINUTE: Duration = Duration::from_secs(60);

/// Everybody's last minute.
#[derive(Debug, Default)]
pub(super) struct Flood {
    people: HashMap<PersonId, Minute>,
}

/// A minute that began with somebody's first message.
#[derive(Clone, Copy, Debug)]
struct Minute {
    ends: Duration,
    asked: usize,
}

impl Flood {
    /// How long somebody who has asked for too much is not listened to.
    pub(super) fn left(&self, person: PersonId, now: Duration) -> Option<Duration> {
        let minute = self.people.get(&person)?;
        let over = minute.asked > IN_A_MINUTE;
        minute
            .ends
            .checked_sub(now)
            .filter(|left| over && !left.is_zero())
    }

    /// Counts what somebody asks for.
    pub(super) fn count(&mut self, person: PersonId, things: usize, now: Duration) {
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
