//! What goes wrong on the way, whichever network is asked: chosen by seed, request and attempt, so that a
//! run repeats itself however its requests interleave. Says what happens; a fake says how it looks.

use std::time::Duration;

use crate::demo::pseudorandom;

/// How long a slow answer lets wait.
pub(super) const SLOW_ANSWER: Duration = Duration::from_millis(300);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InjectedFault {
    /// Over the rate, says the API.
    Throttled,
    /// Over the rate, says a proxy in front of it, in its own words.
    ProxyThrottled { status: u16 },
    /// A server's error page.
    ErrorPage { status: u16 },
    /// Says all is well and shows a web page.
    WebPage,
    /// The right answer, without its second half.
    Truncated,
    /// The connection closes without an answer.
    Dropped,
    /// The right answer, late.
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

/// What this attempt at a request meets, if anything.
pub(super) fn meets(seed: u64, request: &str, attempt: u32, percent: u8) -> Option<InjectedFault> {
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
            .filter_map(|attempt| meets(7, "followers 5", attempt, 20))
            .collect();
        assert!((1_800..2_200).contains(&met.len()), "{}", met.len());
        assert!(ALL.iter().all(|fault| met.contains(fault)));
        assert_eq!(meets(7, "followers 5", 3, 0), None);
    }
}
