//! How many followers it takes until the stopping rule holds. Pure.
//!
//! The rule is checked each time twice as many followers are read. It holds once the profile budget covers every
//! account that could reach the first places: the larger the sample, the larger the budget, and the fewer the accounts.
//! How many they will be is partly chance: of searches that differ only in the sample, some take twice as long as
//! others. So the estimate is a range of looks.

use crate::model::{Reached, SETTLED};
use crate::sampling::{budget_at, next_aim};

/// Profiles that make the first places certain: a constant, plus a number divided by the followers read. Fitted to 20
/// searches by the peers measure, of accounts with 1,000 to 30,000 followers, watched as in `tests/it/expected`: about
/// 1,400 at 200 followers, 740 at 400, 480 at 800, 350 at 1,600.
const ALWAYS_NEEDED: f64 = 200.0;
const NEEDED_BY_CHANCE: f64 = 215_000.0;

/// Below this, more accounts could reach the first places than are counted.
const TELLING: u64 = 200;

/// At the next look it was at most this factor off the expectation, except in one of those searches.
const BY_CHANCE: f64 = 1.5;

/// Followers to be read, at least and at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SettledAt {
    pub(super) earliest: f64,
    pub(super) latest: f64,
}

/// Returns at which looks the list may be settled, if `readable` followers can be read, with this budget of profiles.
pub(super) fn settled_at(reached: Option<&Reached>, readable: f64, budget: usize) -> SettledAt {
    let read = reached.map_or(0, |reached| reached.read);
    let look = |by_chance: f64| {
        let mut at = read;
        // Once all are read, nothing is left to chance.
        while (at as f64) < readable {
            at = next_aim(at, u64::MAX);
            let is_covered =
                by_chance * profiles_needed(reached, at) <= budget_at(budget, at, false) as f64;
            if is_covered && by_chance * precision(reached, at, readable) <= SETTLED {
                break;
            }
        }
        (at as f64).min(readable)
    };
    match reached {
        Some(reached) if reached.is_settled() => SettledAt {
            earliest: read as f64,
            latest: read as f64,
        },
        _ => SettledAt {
            earliest: look(1.0 / BY_CHANCE),
            latest: look(BY_CHANCE),
        },
    }
}

/// Returns how many profiles make the first places certain at `read` followers, cached ones included. The count at the
/// latest look predicts it no better than the usual one: so the mean of both.
pub(super) fn profiles_needed(reached: Option<&Reached>, read: u64) -> f64 {
    let read = read.max(1) as f64;
    let usual = ALWAYS_NEEDED + NEEDED_BY_CHANCE / read;
    let Some(reached) = reached else {
        return usual;
    };
    let needed = reached.ranked.saturating_add(reached.undecided) as f64;
    let seen = ALWAYS_NEEDED + (needed - ALWAYS_NEEDED) * reached.read as f64 / read;
    let seen = if reached.read < TELLING {
        seen.min(usual)
    } else {
        seen
    };
    ((seen + usual) / 2.0).min(needed)
}

/// Estimates how precise the list will be at `read` followers: fewer rows are out of place, and each by less. Unknown
/// while other accounts could reach the first places; in those searches the list was settled as soon as none could.
fn precision(reached: Option<&Reached>, read: u64, readable: f64) -> f64 {
    let known = reached.filter(|reached| reached.undecided == 0);
    known.map_or(0.0, |reached| {
        reached.precision * variance(read, readable) / variance(reached.read, readable)
    })
}

/// Returns the variance of a count, up to a factor: it falls with the size of the sample, and with its share of the
/// whole.
fn variance(read: u64, readable: f64) -> f64 {
    (1.0 / read.max(1) as f64 - 1.0 / readable).max(0.0)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    /// The first and the last look, after one with `ranked` accounts, which `undecided` others could still join.
    fn after(read: u64, ranked: u64, undecided: u64, precision: f64) -> (f64, f64) {
        let reached = Reached {
            read,
            all: false,
            skipped: 0,
            precision,
            fetched: ranked,
            undecided,
            orders: Default::default(),
            in_doubt: 0,
            ranked,
            preview: Default::default(),
            made_at: DateTime::UNIX_EPOCH,
        };
        let settled = settled_at(Some(&reached), 8_000.0, 1_000);
        (settled.earliest, settled.latest)
    }

    #[test]
    fn the_fewer_could_come_in_the_fewer_looks_it_takes() {
        assert_eq!(after(100, 125, 4_875, 1.0), (400.0, 800.0));
        assert_eq!(after(200, 250, 850, 1.0), (400.0, 800.0));
        assert_eq!(after(200, 250, 1_650, 1.0), (800.0, 800.0));
        assert_eq!(after(400, 320, 3_000, 1.0), (800.0, 1_600.0));
    }

    #[test]
    fn the_nearer_it_is_the_fewer_looks_it_takes() {
        assert_eq!(after(400, 480, 0, 0.02), (400.0, 400.0));
        assert_eq!(after(400, 480, 0, 0.03), (800.0, 1_600.0));
        assert_eq!(after(400, 480, 0, 0.3), (3_200.0, 6_400.0));
    }

    #[test]
    fn it_is_over_when_all_are_read() {
        let few = settled_at(None, 60.0, 1_000);
        assert_eq!((few.earliest, few.latest), (60.0, 60.0));
        let too_few_profiles = settled_at(None, 5_000.0, 1);
        assert_eq!(too_few_profiles.earliest, 5_000.0);
    }
}
