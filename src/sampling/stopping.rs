//! When a list is good enough to stop reading.

use crate::measures::Measure;
use crate::model::{Overlap, Sample, Tally};
use crate::sampling::interval::{one_sided, share, wilson};
use crate::sampling::looks::look_of;

/// The first so many rows are what the rule speaks of.
pub const REPORTED: usize = 10;

/// A list is settled when no account that was left out is better than one of the first ten by more than
/// this part.
pub const SETTLED: f64 = 0.3;

/// The probability that this is ever said wrongly in a crawl, at any of its looks.
const ERROR: f64 = 0.05;

/// How precise the first [`REPORTED`] rows are: but for a probability of 5% over all looks of a crawl, each
/// of their true scores is at least (1 - precision) times the true score of every account that is not among
/// them. 0 is exact, 1 says nothing.
///
/// `rows`: what was counted of every account with a profile, in the order of the list.
/// `unseen`: the largest count among those without one; whatever their followers, their score has an upper
/// bound. `accounts`: how many could be in the list. The error is split over the looks, 1 / (k (k + 1)) for
/// the k-th, and over the accounts (Bonferroni), each of which gets one side of Wilson's interval with the
/// finite population factor.
pub fn precision(
    measure: &dyn Measure,
    sample: &Sample,
    rows: impl IntoIterator<Item = Tally>,
    unseen: Option<u64>,
    accounts: usize,
) -> f64 {
    let look = f64::from(look_of(sample.read));
    let z = one_sided(ERROR / (look * (look + 1.0)) / accounts.max(1) as f64);
    let mut rows = rows.into_iter();
    let worst_reported = rows
        .by_ref()
        .take(REPORTED)
        .map(|tally| {
            let low = share(sample, &tally, z).low;
            measure.score(&Overlap::of_share(sample, low, &tally))
        })
        .fold(f64::INFINITY, f64::min);
    let excluded = rows.map(|tally| {
        let high = share(sample, &tally, z).high;
        measure.score(&Overlap::of_share(sample, high, &tally))
    });
    let unseen = unseen.map(|counted| {
        let high = wilson(sample, counted, z).high;
        measure.score(&Overlap::at_best(sample, high))
    });
    let best_excluded = excluded.chain(unseen).fold(0.0, f64::max);
    if best_excluded <= worst_reported {
        return 0.0;
    }
    (1.0 - worst_reported / best_excluded).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures;

    fn precision_of(readable: u64, read: u64, unseen: Option<u64>) -> f64 {
        let sample = Sample {
            audience: readable,
            listed: readable,
            readable,
            read,
        };
        let rows = (0..40u64).map(|row| {
            let share = if row < 10 { 0.32 } else { 0.28 };
            Tally {
                counted: (read as f64 * share) as u64,
                confirmed: None,
                followers: 10_000,
            }
        });
        precision(measures::ALL[0], &sample, rows, unseen, 1_000)
    }

    #[test]
    fn grows_with_the_sample_and_is_exact_when_all_was_read() {
        let looks = [100, 400, 1_600, 6_400, 10_000].map(|read| precision_of(10_000, read, None));
        assert!(looks.is_sorted_by(|one, other| one >= other), "{looks:?}");
        assert!(
            looks[0] > SETTLED,
            "a hundred followers settle nothing: {looks:?}"
        );
        assert_eq!(looks[4], 0.0);
    }

    #[test]
    fn an_account_without_a_profile_may_be_the_best() {
        assert_eq!(precision_of(10_000, 10_000, None), 0.0);
        assert!(precision_of(10_000, 10_000, Some(6_000)) > 0.0);
    }
}
