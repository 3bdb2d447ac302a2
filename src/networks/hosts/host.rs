//! One server: its rate limits, and whether it is to be left alone.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::model::Rate;
use crate::networks::hosts::HostLimits;
use crate::networks::throttled::{SubjectHash, ThrottledSubjects};
use crate::networks::{NetworkError, TokenBucket};

/// After this many failures in a row a server is given up ...
const FAILURES_TO_GIVE_UP: usize = 5;

/// ... for this long.
pub(super) const GIVEN_UP_FOR: Duration = Duration::from_secs(6 * 3_600);

/// How long it is remembered for which accounts a server throttled.
const REMEMBERED_FOR: Duration = Duration::from_secs(86_400);

/// How long a name that can't be resolved is not looked up again.
const UNKNOWN_FOR: Duration = Duration::from_secs(600);

pub(super) struct Host {
    /// One request at a time.
    pub(super) turn: Arc<tokio::sync::Mutex<()>>,
    requests: TokenBucket,
    later_pages: Option<TokenBucket>,
    state: Mutex<HostState>,
}

#[derive(Default)]
pub(super) struct HostState {
    /// Failures of the server in a row.
    failures: usize,
    /// The accounts for which its response was not understood. An account for which it never is counts once: strangers
    /// choose those.
    garbled: BTreeSet<String>,
    throttled: ThrottledSubjects,
    /// It does not answer, or only with failures.
    pub(super) is_silent: bool,
    /// In the clock's elapsed time.
    pub(super) paused_until: Duration,
    /// Why it is left alone, if that is for long.
    pub(super) given_up: Option<NetworkError>,
}

impl Host {
    pub(super) fn new(limits: HostLimits, clock: &Arc<dyn Clock>) -> Self {
        let bucket = |rate| bucket(rate, limits.burst, clock);
        Self {
            turn: Arc::default(),
            requests: bucket(limits.requests),
            later_pages: limits.later_pages.map(bucket),
            state: Mutex::default(),
        }
    }

    /// Waits until its rate limits allow a request.
    pub(super) async fn wait_for_rate(&self, is_later_page: bool) {
        self.requests.take().await;
        if let Some(later_pages) = self.later_pages.as_ref().filter(|_| is_later_page) {
            later_pages.take().await;
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, HostState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HostState {
    /// Notes that it throttled a request. Returns whether it did so for the same account before.
    pub(super) fn throttled_again(&mut self, subject: &str, now: Duration) -> bool {
        self.throttled
            .note(SubjectHash::of(subject), now, now + REMEMBERED_FOR)
    }

    /// Whether its last response was a success.
    pub(super) fn last_was_success(&self) -> bool {
        self.count() == 0
    }

    pub(super) fn note_success(&mut self, subject: &str) {
        let mut throttled = std::mem::take(&mut self.throttled);
        throttled.served(SubjectHash::of(subject));
        *self = Self {
            throttled,
            ..Self::default()
        };
    }

    /// Counts a failure. Returns how many there were before.
    ///
    /// # Errors
    /// For how long the server is given up.
    pub(super) fn count_failure(
        &mut self,
        error: &NetworkError,
        subject: &str,
    ) -> Result<u32, Duration> {
        let before = self.count();
        match error {
            NetworkError::HostUnknown => {
                self.given_up = Some(NetworkError::HostUnknown);
                return Err(UNKNOWN_FOR);
            }
            NetworkError::Unreachable(_) => self.failures += 1,
            _ => {
                self.garbled.insert(subject.to_owned());
            }
        }
        self.is_silent = !matches!(
            error,
            NetworkError::Throttled { .. } | NetworkError::HostForeign
        );
        self.given_up = None;
        if self.count() >= FAILURES_TO_GIVE_UP {
            self.given_up = Some(match error {
                NetworkError::HostForeign => NetworkError::HostForeign,
                _ => NetworkError::HostLost,
            });
            return Err(GIVEN_UP_FOR);
        }
        Ok(before as u32)
    }

    /// Whether the next failure makes it be given up.
    pub(super) fn is_last_chance(&self) -> bool {
        self.count() + 1 >= FAILURES_TO_GIVE_UP
    }

    /// Returns the number of failures in a row.
    fn count(&self) -> usize {
        self.failures.saturating_add(self.garbled.len())
    }
}

fn bucket((count, window): (u32, Duration), burst: u32, clock: &Arc<dyn Clock>) -> TokenBucket {
    let positive = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    let rate = Rate {
        count: positive(count),
        window,
    };
    TokenBucket::queue(rate, positive(burst), clock.clone())
}
