//! How fast Telegram lets a bot send and edit: in one chat, and in all chats together.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

use crate::model::ChatId;

/// Calls that a chat takes at once after a pause.
const BURST: u32 = 3;

/// One call after the other in a private chat.
const PRIVATE: Duration = Duration::from_secs(1);

/// In a group no minute may have more than 20 calls: 3 at once and one every 3.6 s are 19.
const GROUP: Duration = Duration::from_millis(3_600);

/// 30 calls a second are allowed in all chats together: 5 at once and one every 50 ms are 25.
const OVERALL: Duration = Duration::from_millis(50);
const OVERALL_BURST: u32 = 5;

pub(super) struct Pace {
    private: DefaultKeyedRateLimiter<ChatId>,
    groups: DefaultKeyedRateLimiter<ChatId>,
    overall: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            private: RateLimiter::keyed(quota(PRIVATE, BURST)),
            groups: RateLimiter::keyed(quota(GROUP, BURST)),
            overall: RateLimiter::direct(quota(OVERALL, OVERALL_BURST)),
            clock: DefaultClock::default(),
        }
    }
}

impl Pace {
    /// Spends one call of a chat, or says how long it has to wait.
    pub(super) fn spend(&self, chat: ChatId) -> Result<(), Duration> {
        let limiter = if chat.0 < 0 {
            &self.groups
        } else {
            &self.private
        };
        limiter.check_key(&chat).map_err(|early| self.wait(early))
    }

    /// A chat that an earlier process may have written to a moment ago starts without a burst.
    pub(super) fn drain(&self, chat: ChatId) {
        let limiter = if chat.0 < 0 {
            &self.groups
        } else {
            &self.private
        };
        let burst = NonZeroU32::new(BURST).unwrap_or(NonZeroU32::MIN);
        // It fails only where the burst is spent already.
        let _ = limiter.check_key_n(&chat, burst);
    }

    /// Waits until all chats together have room for one call.
    pub(super) async fn spend_overall(&self) {
        while let Err(early) = self.overall.check() {
            tokio::time::sleep(self.wait(early)).await;
        }
    }

    /// Forgets the chats that have been quiet.
    pub(super) fn tidy(&self) {
        self.private.retain_recent();
        self.groups.retain_recent();
    }

    fn wait(&self, early: NotUntil<<DefaultClock as Clock>::Instant>) -> Duration {
        early.wait_time_from(self.clock.now())
    }
}

fn quota(every: Duration, burst: u32) -> Quota {
    let quota = Quota::with_period(every).unwrap_or(Quota::per_second(NonZeroU32::MIN));
    quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chat_has_its_own_pace() {
        let pace = Pace::default();
        for chat in [7, 8, -7] {
            for _ in 0..BURST {
                assert_eq!(pace.spend(ChatId(chat)), Ok(()));
            }
        }
        let wait = |chat| pace.spend(ChatId(chat)).expect_err("too early");
        assert!(wait(7) <= PRIVATE);
        assert!(wait(-7) > PRIVATE && wait(-7) <= GROUP);
    }

    #[test]
    fn a_chat_of_an_earlier_process_has_no_burst() {
        let pace = Pace::default();
        pace.drain(ChatId(7));
        assert!(pace.spend(ChatId(7)).is_err());
    }
}
