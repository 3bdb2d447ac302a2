//! What several audiences have in common.

use crate::measures::Measure;
use crate::model::{Overlap, Sample, Tally};
use crate::sampling::{Interval, USUAL, share};

/// A number of followers, with its 95% interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// What was counted of one account in each of several audiences, in their order.
pub type Tallies = Vec<Tally>;

/// Returns the places of the accounts that are similar to all of the audiences' owners, most similar first; at most
/// `most`.
///
/// The similarity to all is the geometric mean of the scores: no audience weighs more because scores are higher there,
/// and an account that nobody follows in one of them is not similar to all.
pub fn close_to_all(
    measure: &dyn Measure,
    samples: &[Sample],
    accounts: &[Tallies],
    most: usize,
) -> Vec<usize> {
    let score = |counts: &Tallies| -> f64 {
        let scores = samples.iter().zip(counts).map(|(sample, tally)| {
            let overlap = Overlap::new(sample, tally);
            overlap.map_or(0.0, |overlap| measure.score(&overlap))
        });
        scores.product()
    };
    best(accounts.iter().map(score), most)
}

/// One of two audiences, as evidence of how many are in both.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub sample: &'a Sample,
    /// How many of it follow the other's owner.
    pub tally: &'a Tally,
    /// Its list was cut by the cap, so its numbers are about its newest followers.
    pub is_cut: bool,
}

/// Returns how many follow both of two accounts: counted if both lists are whole, or else estimated from the audience
/// with the narrower interval. `None` if both lists were cut: then it can't be estimated.
pub fn in_both(one: Side<'_>, other: Side<'_>) -> Option<Estimate> {
    let smaller = one.sample.audience.min(other.sample.audience) as f64;
    let estimate = |side: &Side<'_>| {
        if let Some(counted) = side.tally.confirmed {
            let counted = counted as f64;
            return Estimate {
                value: counted,
                low: counted,
                high: counted,
            };
        }
        let Interval { low, high } = share(side.sample, side.tally, USUAL);
        let scaled = |share: f64| (share * side.sample.audience as f64).min(smaller);
        Estimate {
            value: scaled(side.tally.share(side.sample)),
            low: scaled(low),
            high: scaled(high),
        }
    };
    let whole = [one, other].into_iter().filter(|side| !side.is_cut);
    let width = |estimate: &Estimate| estimate.high - estimate.low;
    let estimates = whole.map(|side| estimate(&side));
    estimates.min_by(|one, other| width(one).total_cmp(&width(other)))
}

/// Returns the places of the highest numbers above 0, highest first.
fn best(scores: impl Iterator<Item = f64>, most: usize) -> Vec<usize> {
    let mut best: Vec<(usize, f64)> = scores.enumerate().filter(|(_, it)| *it > 0.0).collect();
    // Stable, so that equals keep their order.
    best.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    best.into_iter()
        .take(most)
        .map(|(place, _)| place)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::parse;

    fn sample(audience: u64, read: u64) -> Sample {
        Sample {
            audience,
            listed: audience,
            readable: audience,
            read,
        }
    }

    fn tally(counted: u64, confirmed: Option<u64>) -> Tally {
        Tally {
            counted,
            confirmed,
            calibrated: None,
            followers: 1_000,
        }
    }

    #[test]
    fn who_is_followed_in_all_audiences_is_close_to_all() {
        let samples = [sample(1_000, 100), sample(100_000, 100)];
        let in_both = vec![tally(30, None), tally(30, None)];
        let in_one = vec![tally(90, None), tally(0, None)];
        let in_both_a_little = vec![tally(20, None), tally(20, None)];
        let peers = parse("peers").expect("a measure");
        let accounts = [in_one, in_both_a_little, in_both];
        assert_eq!(close_to_all(peers, &samples, &accounts, 5), [2, 1]);
        assert_eq!(close_to_all(peers, &samples, &accounts, 1), [2]);
    }

    #[test]
    fn what_both_have_is_counted_or_told_by_the_surer_of_them() {
        let (small, large) = (sample(1_000, 100), sample(50_000, 100));
        let both = |one: Tally, is_cut, other: Tally, other_is_cut| {
            let side = |sample, tally, is_cut| Side {
                sample,
                tally,
                is_cut,
            };
            in_both(
                side(&small, &one, is_cut),
                side(&large, &other, other_is_cut),
            )
        };
        let (half, few) = (tally(50, None), tally(1, None));
        let sampled = both(half, false, few, false).expect("an estimate");
        assert!(
            (sampled.value - 500.0).abs() < 1e-9 && sampled.low > 390.0 && sampled.high < 610.0
        );
        let counted = both(half, false, tally(1, Some(470)), false).expect("an estimate");
        assert_eq!(
            (counted.low, counted.value, counted.high),
            (470.0, 470.0, 470.0)
        );
        let of_its_newest = tally(50, Some(470));
        let by_the_other = both(of_its_newest, true, few, false).expect("an estimate");
        assert_eq!(by_the_other.value, 500.0, "its newest say nothing of all");
        assert_eq!(both(half, true, few, true), None);
    }
}
