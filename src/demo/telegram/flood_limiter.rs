//! Telegram's flood limits: how much a bot may send, given the time. Keeps no clock of its own.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

/// Calls leave the bot evenly and may arrive a little closer together, which is no violation.
const JITTER: Duration = Duration::from_millis(250);

/// What piles up while a busy machine stands still for half a second arrives at once.
const STALL: Duration = Duration::from_millis(500);

/// Over this many seconds a stall averages out, so that a bot which is too fast all the time is found out.
const SUSTAINED: u32 = 3;

/// How fast the bot may send and edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FloodLimits {
    /// Calls that a private chat accepts at once.
    pub burst: u32,
    /// After how long a private chat accepts one more.
    pub refill: Duration,
    /// Calls that a group accepts in any minute.
    pub group_per_minute: usize,
    /// Calls that all chats together accept in any second.
    pub overall_per_second: usize,
}

impl FloodLimits {
    /// For tests of other things, where limits would only cost time.
    pub fn none() -> FloodLimits {
        FloodLimits {
            burst: u32::MAX,
            refill: Duration::from_nanos(1),
            group_per_minute: usize::MAX,
            overall_per_second: usize::MAX,
        }
    }
}

impl Default for FloodLimits {
    fn default() -> FloodLimits {
        FloodLimits {
            burst: 5,
            refill: Duration::from_secs(1),
            group_per_minute: 20,
            overall_per_second: 30,
        }
    }
}

/// What was spent so far.
#[derive(Debug, Default)]
pub(super) struct FloodLimiter {
    pub(super) limits: FloodLimits,
    private: BTreeMap<i64, ChatBucket>,
    groups: BTreeMap<i64, VecDeque<Instant>>,
    overall: VecDeque<Instant>,
}

#[derive(Debug)]
struct ChatBucket {
    /// When the bucket will be full again.
    full_at: Instant,
}

impl FloodLimiter {
    /// Spends one call.
    ///
    /// # Errors
    /// The seconds to wait, and which limit is exceeded.
    pub(super) fn take(&mut self, chat: i64, now: Instant) -> Result<(), (u64, String)> {
        let second = Duration::from_secs(1);
        forget(&mut self.overall, now, SUSTAINED * second - JITTER);
        let most = self.limits.overall_per_second;
        let is_recent = |at: &&Instant| now.saturating_duration_since(**at) < second - STALL;
        let at_once = self.overall.iter().rev().take_while(is_recent).count();
        if at_once >= most || self.overall.len() >= most.saturating_mul(SUSTAINED as usize) {
            return Err((1, format!("more than {most} calls in a second")));
        }
        if chat < 0 {
            let minute = 60 * second;
            let spent = self.groups.entry(chat).or_default();
            forget(spent, now, minute - JITTER);
            if spent.len() >= self.limits.group_per_minute {
                let free_at = spent.front().map_or(now, |first| *first + minute);
                let what = format!("more than {} calls a minute in a group", spent.len());
                return Err((seconds_up(free_at.saturating_duration_since(now)), what));
            }
            spent.push_back(now);
        } else {
            let refill = self.limits.refill;
            let room = refill.saturating_mul(self.limits.burst);
            let bucket = self
                .private
                .entry(chat)
                .or_insert(ChatBucket { full_at: now });
            let spent = bucket.full_at.saturating_duration_since(now) + refill;
            if spent > room + JITTER {
                let what = format!(
                    "faster than one call a {:?} in a private chat after a burst of {}",
                    refill, self.limits.burst
                );
                return Err((seconds_up(spent - room), what));
            }
            bucket.full_at = now + spent;
        }
        self.overall.push_back(now);
        Ok(())
    }
}

fn forget(spent: &mut VecDeque<Instant>, now: Instant, window: Duration) {
    while spent
        .pop_front_if(|first| now.saturating_duration_since(*first) >= window)
        .is_some()
    {}
}

/// Telegram tells whole seconds, and never zero.
fn seconds_up(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_private_chat_takes_a_burst_and_then_one_a_second() {
        let mut pace = FloodLimiter::default();
        let start = Instant::now();
        for _ in 0..5 {
            pace.take(7, start).unwrap();
        }
        assert_eq!(pace.take(7, start).unwrap_err().0, 1);
        pace.take(8, start).unwrap();
        pace.take(7, start + SECOND).unwrap();
        pace.take(7, start + SECOND).unwrap_err();
        for _ in 0..5 {
            pace.take(7, start + 20 * SECOND).unwrap();
        }
        pace.take(7, start + 20 * SECOND).unwrap_err();
    }

    #[test]
    fn a_group_takes_twenty_in_any_minute() {
        let mut pace = FloodLimiter::default();
        let start = Instant::now();
        for step in 0..20 {
            pace.take(-7, start + step * SECOND).unwrap();
        }
        assert_eq!(pace.take(-7, start + 20 * SECOND).unwrap_err().0, 40);
        pace.take(-7, start + 60 * SECOND).unwrap();
        pace.take(-7, start + 60 * SECOND).unwrap_err();
    }

    #[test]
    fn all_chats_together_take_thirty_in_any_second() {
        let mut pace = FloodLimiter::default();
        let start = Instant::now();
        for chat in 0..30 {
            pace.take(chat, start).unwrap();
        }
        assert_eq!(pace.take(31, start).unwrap_err().0, 1);
        pace.take(31, start + SECOND).unwrap();
    }

    #[test]
    fn all_chats_together_take_no_more_than_thirty_a_second_for_long() {
        let mut pace = FloodLimiter::default();
        let start = Instant::now();
        let mut takes = (0..120).map(|call| pace.take(call, start + call as u32 * SECOND / 35));
        assert!(takes.any(|taken| taken.is_err()));
    }

    #[test]
    fn no_limits_are_no_limits() {
        let mut pace = FloodLimiter {
            limits: FloodLimits::none(),
            ..FloodLimiter::default()
        };
        for _ in 0..1000 {
            pace.take(7, Instant::now()).unwrap();
            pace.take(-7, Instant::now()).unwrap();
        }
    }
}
