//! How many followers it takes until the stopping rule holds. Pure.
//!
//! It is looked at only when twice as many are read, and how much nearer each look comes is a matter of
//! chance: of searches that differ in nothing but the sample, some take twice or four times as long as
//! others. So what can be told is the first and the last look at which it is to be expected.

use crate::model::Reached;
use crate::sampling::{SETTLED, next_aim};

/// Followers read at the first look, and how precise it is at best and at worst: so in four fifths of 47 searches
/// by the peers measure, of accounts with 1,000 to 30,000 followers, that were watched as in `tests/it/expected`.
const FIRST_LOOK: u64 = 100;
const USUALLY_AT_BEST: f64 = 0.68;
const USUALLY_AT_WORST: f64 = 0.81;

/// What listing followers of candidates adds to what a larger sample does: in those searches, scores strayed
/// so many times less at each look than the sample alone explains.
const CONFIRMED: f64 = 0.85;

/// They strayed at most so many times more or less than that says, but for two of those searches.
const BY_CHANCE: f64 = 1.4;

/// Followers to be read, at least and at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Settling {
    pub(super) earliest: f64,
    pub(super) latest: f64,
}

/// At which looks the list may be settled, if so many followers can be read.
pub(super) fn settling(reached: Option<&Reached>, readable: f64) -> Settling {
    let read = reached.map_or(FIRST_LOOK, |reached| reached.read);
    let look = |usually: f64, by_chance: f64| {
        let precision = reached.map_or(usually, |reached| reached.precision);
        let (mut at, mut strays) = (read, by_chance * straying(precision));
        // Nothing strays any more once all are read.
        while (at as f64) < readable {
            let next = next_aim(at, u64::MAX);
            strays *= CONFIRMED * deviation(next, readable) / deviation(at, readable);
            at = next;
            if strays <= straying(SETTLED) {
                break;
            }
        }
        (at as f64).min(readable)
    };
    match reached {
        Some(reached) if reached.settled => Settling {
            earliest: read as f64,
            latest: read as f64,
        },
        _ => Settling {
            earliest: look(USUALLY_AT_BEST, 1.0 / BY_CHANCE),
            latest: look(USUALLY_AT_WORST, BY_CHANCE),
        },
    }
}

/// By what part of it scores stray, if one that is too high by that is compared with one that is too low.
fn straying(precision: f64) -> f64 {
    precision / (2.0 - precision)
}

/// How far a count strays, up to a factor: with the root of the sample, less the more of all it is.
pub(super) fn deviation(read: u64, readable: f64) -> f64 {
    (1.0 / read.max(1) as f64 - 1.0 / readable).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn after(read: u64, precision: f64, readable: f64) -> (f64, f64) {
        let reached = Reached {
            read,
            all: false,
            skipped: 0,
            settled: precision <= SETTLED,
            precision,
            fetched: 0,
            undecided: 0,
            orders: Default::default(),
            in_doubt: 0,
            ranked: 20,
            first: Vec::new(),
            made_at: DateTime::UNIX_EPOCH,
        };
        let settling = settling(Some(&reached), readable);
        (settling.earliest, settling.latest)
    }

    #[test]
    fn the_nearer_it_is_the_fewer_looks_it_takes() {
        assert_eq!(after(100, 0.8, 8_000.0), (400.0, 1_600.0));
        assert_eq!(after(400, 0.4, 8_000.0), (800.0, 1_600.0));
        assert_eq!(after(400, 0.32, 8_000.0), (800.0, 800.0));
        assert_eq!(after(812, 0.28, 8_000.0), (812.0, 812.0));
    }

    #[test]
    fn it_is_over_when_all_are_read() {
        assert_eq!(after(400, 0.9, 500.0), (500.0, 500.0));
        let few = settling(None, 60.0);
        assert_eq!((few.earliest, few.latest), (60.0, 60.0));
    }
}
