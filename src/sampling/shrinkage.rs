//! By how much chance has favoured the accounts with the highest counts.

use crate::model::Tally;

/// Accounts are of similar size if their followers are within this many powers of two.
const LIKE: usize = 2;

/// The exponent without any data, and its weight in accounts.
const USUAL: f64 = 1.2;
const WEIGHT: f64 = 10.0;

/// Returns for each account the exponent of the tail of counts above its own, among accounts of similar size: the share
/// of them that is counted more than c times falls as c^-a.
///
/// The highest counts are partly luck. If shares follow a power law, an account counted c times is expected to have a
/// share worth c - a (Robbins, "An empirical Bayes approach to statistics", 1956); the exponent is Hill's estimate ("A
/// simple general approach to inference about the tail of a distribution", 1975). It is steeper among small accounts:
/// there are so many of them that some are followed often by chance. It is also steep just above what chance alone
/// gives, and flat further up, where a community is.
pub(super) fn tails(tallies: &[Tally]) -> Vec<f64> {
    let mut by_size: Vec<SizeClass> = vec![SizeClass::default(); u64::BITS as usize];
    for tally in tallies {
        let size = size(tally);
        let alike = by_size.iter_mut().take(size + LIKE + 1);
        alike
            .skip(size.saturating_sub(LIKE))
            .for_each(|counts| counts.add(tally));
    }
    by_size.iter_mut().for_each(SizeClass::sort);
    let least = tallies.iter().map(count).min().unwrap_or(1);
    let tail = |tally: &Tally| {
        by_size
            .get(size(tally))
            .map_or(USUAL, |counts| counts.tail(count(tally), least))
    };
    tallies.iter().map(tail).collect()
}

fn count(tally: &Tally) -> u64 {
    tally.counted.max(1)
}

/// Returns the power of two of its followers.
fn size(tally: &Tally) -> usize {
    tally.followers.max(1).ilog2() as usize
}

/// The counts of accounts of similar size.
#[derive(Clone, Default)]
struct SizeClass {
    falling: Vec<u64>,
    /// For each of them, the sum of the logarithms of those before it; and of all at the end.
    sums: Vec<f64>,
}

impl SizeClass {
    fn add(&mut self, tally: &Tally) {
        self.falling.push(count(tally));
    }

    fn sort(&mut self) {
        self.falling.sort_unstable_by(|one, other| other.cmp(one));
        let mut sum = 0.0;
        self.sums.push(sum);
        for count in &self.falling {
            sum += (*count as f64).ln();
            self.sums.push(sum);
        }
    }

    /// Returns the exponent above the count of one of these, not using that count itself.
    fn tail(&self, own: u64, least: u64) -> f64 {
        let all = self.falling.len();
        let of_all = hill(all, self.sum(all), least, USUAL);
        let above = self.falling.partition_point(|count| *count >= own);
        let others = above.saturating_sub(1);
        hill(others, self.sum(above) - (own as f64).ln(), own, of_all)
    }

    fn sum(&self, first: usize) -> f64 {
        self.sums.get(first).copied().unwrap_or(0.0)
    }
}

/// Returns the exponent of `counts` values from `least` up, from the sum of their logarithms; `usual` if there are
/// none.
fn hill(counts: usize, sum: f64, least: u64, usual: f64) -> f64 {
    let counts = counts as f64;
    // A count stands for all values that round to it.
    let from = (least as f64 - 0.5).ln();
    (counts + WEIGHT) / (sum - counts * from + WEIGHT / usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tallies(exponent: f64, followers: u64) -> Vec<Tally> {
        let counts = (1..=200).map(|rank| 400.0 * f64::from(rank).powf(-1.0 / exponent));
        let tallies = counts.map(|count| Tally {
            counted: count as u64,
            confirmed: None,
            calibrated: None,
            followers,
        });
        tallies.collect()
    }

    #[test]
    fn the_steeper_counts_fall_the_more_is_luck() {
        let of = |exponent| tails(&tallies(exponent, 1_000))[0];
        assert!((of(1.2) - 1.2).abs() < 0.4, "{}", of(1.2));
        assert!((of(2.0) - 2.0).abs() < 0.4, "{}", of(2.0));
    }

    #[test]
    fn accounts_are_judged_by_those_of_their_size() {
        let small = tallies(1.0, 1_000);
        let both = [small.clone(), tallies(1.0, 100_000)].concat();
        assert_eq!(tails(&both)[..200], tails(&small));
    }

    /// 190 of 200 accounts are counted twice, as chance has it, and ten more and more often.
    #[test]
    fn what_is_counted_as_often_as_chance_has_it_is_put_down_to_luck() {
        let mut all = tallies(1.0, 1_000);
        all.iter_mut().for_each(|tally| tally.counted = 2);
        let counts = (1..=10).map(|more| 4 + more * more);
        all.iter_mut()
            .zip(counts)
            .for_each(|(tally, counted)| tally.counted = counted);
        let tails = tails(&all);
        assert!(tails[100] > 2.0 && tails[1] < 1.5, "{:?}", &tails[..11]);
    }

    #[test]
    fn where_there_is_nothing_to_judge_by_it_is_as_usual() {
        assert_eq!(tails(&[]), [0.0; 0]);
        let alone = tails(&tallies(1.0, 1_000)[..1]);
        assert!((alone[0] - USUAL).abs() < 0.2, "{alone:?}");
    }
}
