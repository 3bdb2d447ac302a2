//! The keys that a fake network has given out: each with a rate and a count of its own.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

/// One key's book. A request without a known key is one of the installation's.
#[derive(Default)]
pub(super) struct KeyUsage {
    /// When the requests within the rate's window arrived, oldest first.
    window: VecDeque<Instant>,
    pub(super) requests: u64,
    /// Those of them that are charged for.
    pub(super) charged: u64,
    pub(super) is_revoked: bool,
}

/// The books of keys beside the one that the fake was started with.
pub(super) type KeyUsages = HashMap<String, KeyUsage>;

impl KeyUsage {
    /// Notes that a request came in; says whether that is too many, and how many may still come. One that is
    /// refused takes no room in the window, so that a visitor who paces itself from then on is served.
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
