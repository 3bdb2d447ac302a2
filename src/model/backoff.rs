//! Exponential back-off: pauses that double with each failure in a row.

use std::time::Duration;

/// Returns a pause that has doubled this many times, without jitter.
pub fn back_off(first: Duration, doublings: u32, longest: Duration) -> Duration {
    first
        .saturating_mul(2u32.saturating_pow(doublings))
        .min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_stay_within_bounds() {
        let seconds = |doublings| {
            let longest = Duration::from_secs(60);
            back_off(Duration::from_secs(1), doublings, longest).as_secs()
        };
        assert_eq!(
            [0, 1, 5, 6, 31, 32, u32::MAX].map(seconds),
            [1, 2, 32, 60, 60, 60, 60]
        );
        assert_eq!(back_off(Duration::ZERO, 3, Duration::MAX), Duration::ZERO);
    }
}
