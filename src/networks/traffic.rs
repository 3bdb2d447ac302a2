//! The outcomes of all requests to one network since the start, with all keys. In memory only; there are no more
//! numbers than kinds of outcomes.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::networks::NetworkError;

/// The name of a successful outcome.
pub const ANSWERED: &str = "answered";

/// The name of the outcome that somebody's own key is refused: their business, and no error of ours.
pub const OWN_KEY_REFUSED: &str = "own_key_refused";

/// The numbers at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests by outcome: [`ANSWERED`], [`OWN_KEY_REFUSED`], or a [`NetworkError::kind`].
    pub results: BTreeMap<&'static str, u64>,
    /// Requests that the gate has let through, and how long they waited for it in total.
    pub let_through: u64,
    pub waited: Duration,
}

#[derive(Debug, Default)]
pub(super) struct TrafficCounter(Mutex<Traffic>);

impl TrafficCounter {
    pub(super) fn count_wait(&self, time: Duration) {
        let mut traffic = self.traffic();
        traffic.let_through += 1;
        traffic.waited += time;
    }

    /// Counts an outcome of the shared key, or of somebody's own.
    pub(super) fn count_outcome(&self, error: Option<&NetworkError>, is_own_key: bool) {
        let kind = match error {
            None => ANSWERED,
            Some(NetworkError::Denied(_) | NetworkError::OutOfCredit) if is_own_key => {
                OWN_KEY_REFUSED
            }
            Some(error) => error.kind(),
        };
        *self.traffic().results.entry(kind).or_default() += 1;
    }

    pub(super) fn read(&self) -> Traffic {
        self.traffic().clone()
    }

    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
