//! How often live messages are edited. Pure.
//!
//! The arithmetic: a private chat takes one call per second. Five progress messages that are edited every 5 s each
//! would use all of that, and five in a group every 12 s would be 25 calls a minute where 20 are allowed. So from five
//! on, one combined message shows all of them and is edited like a single one: 12 calls a minute, 5 in a group. Up to
//! four progress messages share half of what the chat takes.

use std::time::Duration;

use crate::model::ChatId;

/// From this many progress messages on, one message shows all of them.
pub(super) const COMBINED_FROM: usize = 5;

/// Pause between edits of a progress message in a private chat.
const PRIVATE: Duration = Duration::from_secs(5);
/// In groups Telegram allows 20 calls a minute, for everything.
const GROUP: Duration = Duration::from_secs(12);
/// Shorter pause before a message that shows a new step.
const NEW_STEP: Duration = Duration::from_secs(2);
/// Without news a message is checked after this many pauses: remaining times and a network's trouble change on their
/// own.
const HEARTBEAT: u32 = 3;
/// Several progress messages in a chat: each waits this long per message, which is longer than the rate limit asks for,
/// so that there is room for replies.
const SHARED_PRIVATE: Duration = Duration::from_secs(2);
const SHARED_GROUP: Duration = Duration::from_secs(7);

/// The schedule of one chat.
#[derive(Clone, Copy, Debug)]
pub(super) struct EditSchedule {
    every: Duration,
    new_step: Duration,
    shared: Duration,
}

impl EditSchedule {
    pub(super) fn of(chat: ChatId, edit_every: Option<Duration>) -> Self {
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

    /// Returns how long to wait after sending a progress message, as one of several in its chat.
    pub(super) fn pause(&self, bubbles: u32, outdated: bool, new_step: bool) -> Duration {
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
