//! The outcomes of all requests to one network since the start, with all keys. In memory only; there are no more
//! numbers than kinds of outcomes.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::networks::NetworkError;

/// The name of a successful outcome.
pub const ANSWERED: &str = "answered";

/// The numbers at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests by outcome: [`ANSWERED`], or a [`NetworkError::kind`].
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

    pub(super) fn count_outcome(&self, error: Option<&NetworkError>) {
        let kind = error.map_or(ANSWERED, NetworkError::kind);
        *self.traffic().results.entry(kind).or_default() += 1;
    }

    pub(super) fn read(&self) -> Traffic {
        self.traffic().clone()
    }

    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
