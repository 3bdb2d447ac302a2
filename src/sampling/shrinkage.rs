//! By how much chance has helped those that are counted most.

use crate::model::Tally;

/// Accounts are of about one size if their followers are within so many powers of two of each other.
const LIKE: usize = 2;

/// The exponent where there is nothing to judge by, which weighs as much as so many accounts.
const USUAL: f64 = 1.2;
const WEIGHT: f64 = 10.0;

/// Returns for each account the exponent of the tail of counts above its own, among accounts of about its size: a part
/// of these that falls as c^-a is counted more often than c.
///
/// What is counted most is counted most by luck too. Where shares fall by a power law, an account that is counted c
/// times is expected to have a share worth c - a (Robbins, "An empirical Bayes approach to statistics", 1956); the
/// exponent is Hill's estimate ("A simple general approach to inference about the tail of a distribution", 1975). Among
/// small accounts it is steeper: there are so many of them that some are followed often by chance. It is steep too just
/// above what chance alone brings, and flat further up, where a community is.
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

/// The power of two of its followers.
fn size(tally: &Tally) -> usize {
    tally.followers.max(1).ilog2() as usize
}

/// The counts of accounts that are alike.
#[derive(Clone, Default)]
struct SizeClass {
    falling: Vec<u64>,
    /// For each of them, the sum of the logarithms of those before it, and of all at the end.
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

    /// The exponent above the count of one of these, whose own says nothing of it.
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

/// The exponent of so many counts from the least on, by the sum of their logarithms; `usual` if there are none.
fn hill(counts: usize, sum: f64, least: u64, usual: f64) -> f64 {
    let counts = counts as f64;
    // A count stands for all that are rounded to it.
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

    /// Of 200 accounts 190 are counted twice, as chance has it, and ten are counted more and more often.
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
