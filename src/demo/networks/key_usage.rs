//! The keys of a fake network: each with its own rate and counters.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

/// The usage of one key. Requests without a known key count for the first one.
#[derive(Default)]
pub(super) struct KeyUsage {
    /// When the requests within the rate's window arrived, oldest first.
    window: VecDeque<Instant>,
    pub(super) requests: u64,
    /// Those that are charged for.
    pub(super) charged: u64,
    pub(super) is_revoked: bool,
}

/// The usage of the keys besides the one that the fake was started with.
pub(super) type KeyUsages = HashMap<String, KeyUsage>;

impl KeyUsage {
    /// Counts a request. Returns whether it is over the rate, and how many may still come. A refused one takes no room
    /// in the window, so that a client that paces itself from then on is served.
    pub(super) fn admit(&mut self, (limit, window): (u32, Duration), now: Instant) -> (bool, u32) {
        let aged = |then: &Instant| now.duration_since(*then) >= window;
        while self.window.front().is_some_and(aged) {
            self.window.pop_front();
        }
        let is_over_rate = self.window.len() >= limit as usize;
        if !is_over_rate {
            self.window.push_back(now);
        }
        let remaining = limit.saturating_sub(self.window.len() as u32);
        (is_over_rate, remaining)
    }
}
