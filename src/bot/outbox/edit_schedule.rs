//! How often bubbles are edited. Pure.
//!
//! The arithmetic: a private chat takes a call a second. Five bubbles that are edited every 5 s each would
//! take all of that, and five in a group every 12 s would be 25 calls a minute where 20 are allowed. So
//! from five on one message shows all of them, and that one is edited like a single bubble: 12 calls a
//! minute, 5 in a group. Up to four bubbles share half of what the chat takes.

use std::time::Duration;

use crate::model::ChatId;

/// From so many bubbles on, one message shows all of them.
pub(in crate::bot) const COMBINED_FROM: usize = 5;

/// How often a bubble in a private chat is edited at most.
const PRIVATE: Duration = Duration::from_secs(5);
/// In groups Telegram allows twenty calls a minute, for everything.
const GROUP: Duration = Duration::from_secs(12);
/// A bubble that has got to another step may be edited sooner.
const NEW_STEP: Duration = Duration::from_secs(2);
/// Bubbles are looked at in this many times their rhythm even without news: times left and a network's
/// trouble change by themselves.
const HEARTBEAT: u32 = 3;
/// Several bubbles share a chat: together they are edited this many times slower than one message after
/// the other could be sent, so that there is room for answers.
const SHARED_PRIVATE: Duration = Duration::from_secs(2);
const SHARED_GROUP: Duration = Duration::from_secs(7);

/// The rhythm of one chat.
#[derive(Clone, Copy, Debug)]
pub(in crate::bot) struct EditSchedule {
    every: Duration,
    new_step: Duration,
    shared: Duration,
}

impl EditSchedule {
    pub(in crate::bot) fn of(chat: ChatId, edit_every: Option<Duration>) -> Self {
        let (every, shared) = if chat.0 < 0 {
            (GROUP, SHARED_GROUP)
        } else {
            (PRIVATE, SHARED_PRIVATE)
        };
        let every = edit_every.unwrap_or(every);
        Self {
            every,
            new_step: NEW_STEP.min(every),
            shared: shared.min(every),
        }
    }

    /// How long a bubble that was just sent is left alone, as one of so many in its chat.
    pub(in crate::bot) fn pause(&self, bubbles: u32, outdated: bool, new_step: bool) -> Duration {
        let every = self.every.max(self.shared.saturating_mul(bubbles));
        match (outdated, new_step) {
            (true, true) => self.new_step,
            (true, false) => every,
            (false, _) => every.saturating_mul(HEARTBEAT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_bubbles_leave_half_of_the_pace_to_answers_and_five_would_leave_nothing() {
        let second = Duration::from_secs(1);
        let schedule = EditSchedule::of(ChatId(7), None);
        assert!(schedule.pause(4, true, false) >= 4 * 2 * second);
        assert!(PRIVATE <= second * COMBINED_FROM as u32);
    }
}
