//! By how much chance has helped those that are counted most.

use crate::model::Tally;

/// Accounts are of about one size if neither has more than so many times the followers of the other.
const LIKE: u64 = 4;

/// The exponent where there is nothing to judge by, which weighs as much as so many accounts.
const USUAL: f64 = 1.2;
const WEIGHT: f64 = 10.0;

/// Returns for each account the exponent of the tail of counts among accounts of about its size: a part of these that
/// falls as c^-a is counted more often than c.
///
/// What is counted most is counted most by luck too. Where shares fall by a power law, an account that is counted c
/// times is expected to have a share worth c - a (Robbins, "An empirical Bayes approach to statistics", 1956); the
/// exponent is Hill's estimate ("A simple general approach to inference about the tail of a distribution", 1975). Among
/// small accounts it is steeper: there are so many of them that some are followed often by chance.
pub(super) fn tails(tallies: &[Tally]) -> Vec<f64> {
    let counts = tallies.iter().map(|tally| tally.counted.max(1) as f64);
    let least = counts.fold(f64::INFINITY, f64::min) - 0.5;
    let mut by_size: Vec<(u64, f64)> = tallies
        .iter()
        .map(|tally| (tally.followers, (tally.counted.max(1) as f64 / least).ln()))
        .collect();
    by_size.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
    let tails = tallies.iter().map(|tally| {
        let from = by_size.partition_point(|(size, _)| *size < tally.followers / LIKE);
        let to = by_size.partition_point(|(size, _)| *size <= tally.followers.saturating_mul(LIKE));
        let logarithms = by_size
            .iter()
            .take(to)
            .skip(from)
            .map(|(_, logarithm)| logarithm);
        let alike = (to - from) as f64;
        (alike + WEIGHT) / (logarithms.sum::<f64>() + WEIGHT / USUAL)
    });
    tails.collect()
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

    #[test]
    fn where_there_is_nothing_to_judge_by_it_is_as_usual() {
        assert_eq!(tails(&[]), [0.0; 0]);
        let alone = tails(&tallies(1.0, 1_000)[..1]);
        assert!((alone[0] - USUAL).abs() < 0.2, "{alone:?}");
    }
}
