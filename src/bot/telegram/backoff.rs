//! Pauses that grow with each failure.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use crate::model::back_off;

/// The pause after the first failure.
const FIRST: Duration = Duration::from_secs(1);

/// The longest pause, without jitter.
const LONGEST: Duration = Duration::from_secs(60);

/// Exponential back-off: doubles with each failure, with up to a quarter of jitter, so that those who failed together
/// don't come back together.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    pub(crate) fn failures(self) -> u32 {
        self.failures
    }

    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// Counts a failure and returns the pause after it.
    pub(crate) fn next(&mut self) -> Duration {
        let pause = back_off(FIRST, self.failures, LONGEST);
        self.failures = self.failures.saturating_add(1);
        pause + (pause / 4).mul_f64(chance())
    }
}

/// Returns a number from 0 to 1. A hasher's random keys are random enough here.
fn chance() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    (random >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute_and_start_over() {
        let mut backoff = Backoff::default();
        let mut expected = 1.0;
        for _ in 0..12 {
            let pause = backoff.next().as_secs_f64();
            assert!((expected..=expected * 1.25).contains(&pause), "{pause}");
            expected = f64::min(expected * 2.0, 60.0);
        }
        backoff.reset();
        assert!(backoff.next() < Duration::from_secs(2));
    }
}
