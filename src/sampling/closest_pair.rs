//! Which two of several audiences are the closest, unless that may be chance.
//!
//! The closeness of two is the share that follows both of all who follow either. It is estimated for each pair, with
//! bounds by Clopper and Pearson ("The use of confidence or fiducial limits", 1934), which are never too narrow. All
//! bounds hold together with the probability that is wanted, since each gets its part of the error, however the counts
//! depend on each other (Dunn, "Multiple comparisons among means", 1961). Where the bounds of one pair are above those
//! of all others, it is the closest. Audiences are treated as infinite, as for changes: a lead of one follower among
//! thousands would be gone the next day, though both lists were read whole.

use statrs::distribution::{Binomial, DiscreteCDF};

use crate::sampling::audiences::in_both;
use crate::sampling::{Estimate, Interval, Side};

/// The probability that a pair is called the closest and another one is as close.
const ERROR: f64 = 0.05;

/// Bisections, until the bounds are exact enough for anything.
const STEPS: usize = 50;

/// Two of several audiences.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    pub places: [usize; 2],
    pub sides: [Side<'a>; 2],
}

/// What can be said of several pairs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Closest {
    /// These two, with how many follow both.
    Pair([usize; 2], Estimate),
    /// None beyond chance.
    Undecided,
    /// How many follow both of some pair can't be estimated.
    Unknown,
}

/// Returns which pair is the closest.
pub fn closest_pair(pairs: &[Pair<'_>]) -> Closest {
    // There is a lower and an upper bound for each.
    let each = ERROR / (2 * pairs.len()).max(1) as f64;
    let bounds: Option<Vec<Interval>> = pairs.iter().map(|pair| closeness(pair, each)).collect();
    let Some(bounds) = bounds else {
        return Closest::Unknown;
    };
    let leads = |place: usize, bound: &Interval| {
        let mut others = bounds.iter().enumerate().filter(|(at, _)| *at != place);
        others.all(|(_, other)| bound.low > other.high)
    };
    let mut leading = pairs.iter().zip(&bounds).enumerate();
    let found = leading.find(|(place, (_, bound))| leads(*place, bound));
    let found = found.and_then(|(_, (pair, _))| {
        let [one, other] = pair.sides;
        Some(Closest::Pair(pair.places, in_both(one, other)?))
    });
    found.unwrap_or(Closest::Undecided)
}

/// Returns the bounds of the share that follows both of all who follow either, each wrong with this probability; `None`
/// if it can't be estimated.
fn closeness(pair: &Pair<'_>, error: f64) -> Option<Interval> {
    // Chosen by what was read, not by what it showed.
    let (side, trials, follow) = pair
        .sides
        .iter()
        .filter(|side| !side.is_cut)
        .map(|side| match side.tally.confirmed {
            Some(confirmed) => (side, side.sample.listed, confirmed),
            None => (side, side.sample.read, side.tally.counted),
        })
        .max_by(|one, other| part_seen(one.0, one.1).total_cmp(&part_seen(other.0, other.1)))?;
    let own = side.sample.audience as f64;
    let theirs = side.tally.followers as f64;
    let of_either = |share: f64| {
        let both = (share * own).min(theirs);
        both / (own + theirs - both).max(1.0)
    };
    let Interval { low, high } = exact(trials, follow, error);
    Some(Interval {
        low: of_either(low),
        high: of_either(high),
    })
}

fn part_seen(side: &Side<'_>, trials: u64) -> f64 {
    trials as f64 / side.sample.audience.max(1) as f64
}

/// Returns Clopper and Pearson's bounds of a share, each wrong with at most this probability.
fn exact(trials: u64, follow: u64, error: f64) -> Interval {
    let follow = follow.min(trials);
    let tail = |share: f64, is_above: bool| {
        Binomial::new(share, trials).map_or(1.0, |counts| match (is_above, follow.checked_sub(1)) {
            (true, Some(below)) => counts.sf(below),
            (true, None) => 1.0,
            (false, _) => counts.cdf(follow),
        })
    };
    // So many or more are too unlikely below, and so few or fewer above.
    let bound = |is_above: bool| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..STEPS {
            let middle = (low + high) / 2.0;
            match (tail(middle, is_above) > error) == is_above {
                true => high = middle,
                false => low = middle,
            }
        }
        (low, high)
    };
    Interval {
        low: if follow == 0 { 0.0 } else { bound(true).0 },
        high: if follow == trials {
            1.0
        } else {
            bound(false).1
        },
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::model::{Sample, Tally};

    /// An audience of this size, of whom so many were read.
    fn sample(audience: u64, read: u64) -> Sample {
        Sample {
            audience,
            listed: audience,
            readable: audience,
            read,
        }
    }

    fn tally(counted: u64, confirmed: Option<u64>, followers: u64) -> Tally {
        Tally {
            counted,
            confirmed,
            calibrated: None,
            followers,
        }
    }

    /// Three audiences of 1,000; of each pair, this many of those `read` on both sides follow both.
    fn told(read: u64, both: [u64; 3]) -> Closest {
        let sample = sample(1_000, read);
        let tallies = both.map(|both| match read {
            1_000 => tally(both, Some(both), 1_000),
            _ => tally(both, None, 1_000),
        });
        let side = |tally| Side {
            sample: &sample,
            tally,
            is_cut: false,
        };
        let [one, other, last] = tallies.each_ref().map(|tally| [side(tally), side(tally)]);
        closest_pair(&[
            Pair {
                places: [0, 1],
                sides: one,
            },
            Pair {
                places: [0, 2],
                sides: other,
            },
            Pair {
                places: [1, 2],
                sides: last,
            },
        ])
    }

    #[test]
    fn a_clear_lead_is_told_and_with_how_many() {
        let Closest::Pair(places, both) = told(200, [20, 80, 25]) else {
            panic!("there is a closest pair")
        };
        assert_eq!(places, [0, 2]);
        assert!((both.value - 400.0).abs() < 1e-9 && both.low < 400.0 && both.high > 400.0);
    }

    #[test]
    fn what_may_be_chance_is_no_lead_in_a_sample_and_in_whole_lists() {
        assert_eq!(told(200, [40, 45, 38]), Closest::Undecided);
        assert_eq!(told(1_000, [60, 61, 58]), Closest::Undecided);
        assert_eq!(told(200, [0, 0, 0]), Closest::Undecided);
        assert_eq!(told(0, [0, 0, 0]), Closest::Undecided, "nobody was read");
    }

    #[test]
    fn where_both_lists_were_cut_nobody_knows() {
        let sample = sample(400, 100);
        let tally = tally(40, None, 9_000);
        let cut = Side {
            sample: &sample,
            tally: &tally,
            is_cut: true,
        };
        let whole = Side {
            is_cut: false,
            ..cut
        };
        let pair = |places, sides| Pair { places, sides };
        let known = pair([0, 1], [whole, cut]);
        let unknown = pair([1, 2], [cut, cut]);
        assert_eq!(closest_pair(&[known, unknown]), Closest::Unknown);
    }

    /// The small audience is all but contained in the large one, and yet the two of one size share more.
    #[test]
    fn of_all_who_follow_either_more_count_than_of_one() {
        let (small, large) = (sample(100, 100), sample(10_000, 400));
        let inside = tally(90, None, 10_000);
        let of_large = tally(2, None, 100);
        let alike = tally(200, None, 10_000);
        let side = |sample, tally| Side {
            sample,
            tally,
            is_cut: false,
        };
        let pairs = [
            Pair {
                places: [0, 1],
                sides: [side(&small, &inside), side(&large, &of_large)],
            },
            Pair {
                places: [1, 2],
                sides: [side(&large, &alike), side(&large, &alike)],
            },
        ];
        let Closest::Pair(places, _) = closest_pair(&pairs) else {
            panic!("there is a closest pair")
        };
        assert_eq!(places, [1, 2]);
    }

    /// The text book's: 2 of 10, 95%.
    #[test]
    fn the_bounds_are_those_of_the_text_books() {
        let Interval { low, high } = exact(10, 2, 0.025);
        assert!((low - 0.0252).abs() < 1e-4 && (high - 0.5561).abs() < 1e-4);
        let none = exact(10, 0, 0.025);
        assert!(none.low == 0.0 && (none.high - 0.3085).abs() < 1e-4);
        assert_eq!(exact(10, 10, 0.025).high, 1.0);
    }

    /// In a thousand worlds in which all pairs share as much, one is called the closest in fewer than one of twenty.
    #[test]
    fn where_no_pair_is_closer_hardly_ever_is_one_called_so() {
        let mut random = Rng::with_seed(20_261_130);
        for (read, share) in [(60, 0.3), (200, 0.05), (200, 0.01)] {
            let mut count = || (0..read).filter(|_| random.f64() < share).count() as u64;
            let worlds = (0..1_000).map(|_| told(read, [count(), count(), count()]));
            let wrong = worlds.filter(|told| *told != Closest::Undecided).count();
            assert!(wrong < 50, "{wrong} of 1,000 with {read} read");
        }
    }
}
