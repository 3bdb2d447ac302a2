//! Faults between client and network, the same for all networks: chosen by seed, request and attempt, so that a run
//! repeats itself however its requests interleave. Says what happens; a fake says what it looks like.

use std::time::Duration;

use crate::demo::pseudorandom;

/// How much later a slow response comes.
pub(super) const SLOW_ANSWER: Duration = Duration::from_millis(300);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InjectedFault {
    /// The API says that the rate is exceeded.
    Throttled,
    /// A proxy in front of the API says so, in its own words.
    ProxyThrottled { status: u16 },
    /// A server's error page.
    ErrorPage { status: u16 },
    /// A web page with a status of success.
    WebPage,
    /// The right response, without its second half.
    Truncated,
    /// The connection closes without a response.
    Dropped,
    /// The right response, late.
    Slow,
}

const ALL: [InjectedFault; 10] = [
    InjectedFault::Throttled,
    InjectedFault::ProxyThrottled { status: 429 },
    InjectedFault::ProxyThrottled { status: 420 },
    InjectedFault::ErrorPage { status: 500 },
    InjectedFault::ErrorPage { status: 502 },
    InjectedFault::ErrorPage { status: 503 },
    InjectedFault::WebPage,
    InjectedFault::Truncated,
    InjectedFault::Dropped,
    InjectedFault::Slow,
];

/// Returns the fault that this attempt at a request meets, if any.
pub(super) fn fault_of(
    seed: u64,
    request: &str,
    attempt: u32,
    percent: u8,
) -> Option<InjectedFault> {
    let number = pseudorandom::mix(&[seed, pseudorandom::of_text(request), u64::from(attempt)]);
    if !pseudorandom::within(number, percent) {
        return None;
    }
    ALL.get((number >> 32) as usize % ALL.len()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_the_wanted_share_meets_a_fault_of_every_kind() {
        let met: Vec<_> = (0..10_000)
            .filter_map(|attempt| fault_of(7, "followers 5", attempt, 20))
            .collect();
        assert!((1_800..2_200).contains(&met.len()), "{}", met.len());
        assert!(ALL.iter().all(|fault| met.contains(fault)));
        assert_eq!(fault_of(7, "followers 5", 3, 0), None);
    }
}
