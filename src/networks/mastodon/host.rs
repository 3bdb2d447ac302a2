//! One server: its pace, and whether it is to be left alone.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::model::Rate;
use crate::networks::{NetworkError, TokenBucket};

/// What a server grants an address in five minutes is 300; with the burst it is never passed.
pub(super) const REQUESTS: (u32, Duration) = (290, Duration::from_secs(5 * 60));

/// Requests for later pages have a limit beside that, of 300 in a quarter of an hour.
pub(super) const LATER_PAGES: (u32, Duration) = (290, Duration::from_secs(15 * 60));

/// Requests that may go at once to a server which was not asked for a while.
pub(super) const BURST: u32 = 10;

/// After so many failures one after the other a server is given up ...
const FAILURES_TO_GIVE_UP: usize = 5;

/// ... for so long.
pub(super) const GIVEN_UP_FOR: Duration = Duration::from_secs(6 * 3_600);

/// So many accounts are remembered for which a server was too busy; while that many are, nobody new is believed.
const REMEMBERED: usize = 100;

/// How long a name that leads nowhere is not looked up again.
const UNKNOWN_FOR: Duration = Duration::from_secs(600);

pub(super) struct Host {
    /// One request at a time.
    pub(super) turn: tokio::sync::Mutex<()>,
    requests: TokenBucket,
    later_pages: TokenBucket,
    state: Mutex<HostState>,
}

#[derive(Default)]
pub(super) struct HostState {
    /// Failures of the server, one after the other.
    failures: usize,
    /// What was asked for when it answered with something else than an answer. An account for which it always does
    /// is one subject: strangers choose those.
    odd: BTreeSet<String>,
    /// For whom it said that it is asked too fast, and whom it has not served since.
    too_fast: BTreeSet<String>,
    /// It does not answer, or with failures alone.
    pub(super) is_silent: bool,
    /// In the clock's elapsed time.
    pub(super) alone_until: Duration,
    /// What it is left alone for, when that is for long.
    pub(super) lost: Option<NetworkError>,
}

impl Host {
    pub(super) fn new(clock: &Arc<dyn Clock>) -> Self {
        Self {
            turn: tokio::sync::Mutex::default(),
            requests: bucket(REQUESTS, clock),
            later_pages: bucket(LATER_PAGES, clock),
            state: Mutex::default(),
        }
    }

    /// Waits until it may be asked by its limits.
    pub(super) async fn pace(&self, is_later_page: bool) {
        self.requests.take().await;
        if is_later_page {
            self.later_pages.take().await;
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, HostState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HostState {
    /// Notes that it said it is asked too fast. Returns whether it said so of the same account before.
    pub(super) fn too_fast_again(&mut self, subject: &str) -> bool {
        if self.too_fast.len() >= REMEMBERED {
            return true;
        }
        !self.too_fast.insert(subject.to_owned())
    }

    /// Whether the last that it did was to serve somebody.
    pub(super) fn serves(&self) -> bool {
        self.count() == 0
    }

    pub(super) fn served(&mut self, subject: &str) {
        let mut too_fast = std::mem::take(&mut self.too_fast);
        too_fast.remove(subject);
        *self = Self {
            too_fast,
            ..Self::default()
        };
    }

    /// Notes a failure. Says how many there were before it, or for how long the server is given up.
    pub(super) fn failed(&mut self, error: &NetworkError, subject: &str) -> Result<u32, Duration> {
        let before = self.count();
        match error {
            NetworkError::HostUnknown => {
                self.lost = Some(NetworkError::HostUnknown);
                return Err(UNKNOWN_FOR);
            }
            NetworkError::Unreachable(_) => self.failures += 1,
            _ => {
                self.odd.insert(subject.to_owned());
            }
        }
        self.is_silent = !matches!(
            error,
            NetworkError::Throttled { .. } | NetworkError::HostForeign
        );
        self.lost = None;
        if self.count() >= FAILURES_TO_GIVE_UP {
            self.lost = Some(match error {
                NetworkError::HostForeign => NetworkError::HostForeign,
                _ => NetworkError::HostLost,
            });
            return Err(GIVEN_UP_FOR);
        }
        Ok(before as u32)
    }

    /// Whether it is given up with the next failure.
    pub(super) fn is_last_try(&self) -> bool {
        self.count() + 1 >= FAILURES_TO_GIVE_UP
    }

    /// Failures one after the other.
    fn count(&self) -> usize {
        self.failures.saturating_add(self.odd.len())
    }
}

fn bucket((count, window): (u32, Duration), clock: &Arc<dyn Clock>) -> TokenBucket {
    let positive = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    let rate = Rate {
        count: positive(count),
        window,
    };
    TokenBucket::queue(rate, positive(BURST), clock.clone())
}
