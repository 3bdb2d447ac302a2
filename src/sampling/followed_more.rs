//! Whom one of several audiences follows more than all the others do, beyond chance.
//!
//! An account is followed more by an audience if it is so against each of the others: the weakest of these tests counts
//! (Berger, "Multiparameter hypothesis testing and acceptance sampling", 1982). Each test is Fisher's exact one. Many
//! accounts are looked at, so that some differ by chance alone; Holm's procedure ("A simple sequentially rejective
//! multiple test procedure", 1979) keeps the probability that even one is told wrongly, however the counts depend on
//! each other. Audiences are treated as infinite, as for changes: 14% against 13% is no news though all were counted.

use statrs::function::gamma::ln_gamma;

use crate::model::{Sample, Tally};
use crate::sampling::Tallies;
use crate::sampling::paired_samples::SampleCount;

/// The probability that any account is told that is not followed more.
const ERROR: f64 = 0.05;

/// Terms of a sum that are smaller than this part of it are left out.
const NEGLIGIBLE: f64 = 1e-12;

/// Returns, for each audience, the places of the accounts that it follows more than any other does, the greatest
/// difference first; at most `most` each. These accounts were found among `looked_at`.
pub fn followed_more(
    samples: &[Sample],
    accounts: &[Tallies],
    looked_at: u64,
    most: usize,
) -> Vec<Vec<usize>> {
    let mut tested = Vec::new();
    for (place, counts) in accounts.iter().enumerate() {
        for audience in 0..samples.len() {
            if let Some(by_chance) = by_chance(samples, counts, audience) {
                tested.push((by_chance, place, audience));
            }
        }
    }
    tested.sort_by(|(one, ..), (other, ..)| one.total_cmp(other));
    let all = looked_at.max(accounts.len() as u64) as f64 * samples.len() as f64;
    let holds = |(number, (by_chance, ..)): &(usize, &(f64, usize, usize))| {
        *by_chance <= ERROR / (all - *number as f64)
    };
    let real = tested.iter().enumerate().take_while(holds);
    let mut found: Vec<Vec<usize>> = vec![Vec::new(); samples.len()];
    for (_, (_, place, audience)) in real {
        if let Some(found) = found.get_mut(*audience) {
            found.push(*place);
        }
    }
    for (audience, found) in found.iter_mut().enumerate() {
        let lead = |place: &usize| lead(samples, accounts.get(*place), audience);
        found.sort_by(|one, other| lead(other).total_cmp(&lead(one)));
        found.truncate(most);
    }
    found
}

/// Returns by how much an audience's share is larger than the largest of the others.
fn lead(samples: &[Sample], counts: Option<&Tallies>, audience: usize) -> f64 {
    let shares = samples.iter().zip(counts.into_iter().flatten());
    let (mut own, mut others) = (0.0, 0.0_f64);
    for (place, (sample, tally)) in shares.enumerate() {
        match place == audience {
            true => own = tally.share(sample),
            false => others = others.max(tally.share(sample)),
        }
    }
    own - others
}

/// Returns the probability of counts like these if the audience does not follow the account more than each of the
/// others; `None` if the counts do not say that it does.
fn by_chance(samples: &[Sample], counts: &Tallies, audience: usize) -> Option<f64> {
    let own = counted(samples.get(audience)?, counts.get(audience)?);
    let others = samples.iter().zip(counts).enumerate();
    let others = others.filter(|(place, _)| *place != audience);
    others
        .map(|(_, (sample, tally))| counted(sample, tally))
        .map(|other| (own.share() > other.share()).then(|| more_by_chance(own, other)))
        .try_fold(0.0, |weakest: f64, test| Some(weakest.max(test?)))
}

/// Returns those of whom it is known whether they follow the account.
fn counted(sample: &Sample, tally: &Tally) -> SampleCount {
    match tally.confirmed {
        Some(confirmed) => SampleCount {
            read: sample.listed,
            follow: confirmed.min(sample.listed),
        },
        None => SampleCount {
            read: sample.read,
            follow: tally.counted.min(sample.read),
        },
    }
}

/// Returns the probability that at least so many of the first follow if all are alike: Fisher's exact test. The terms
/// are summed until they do not matter, since lists of millions have been counted.
fn more_by_chance(first: SampleCount, other: SampleCount) -> f64 {
    let (read, follow) = (first.read as f64, (first.follow + other.follow) as f64);
    let all = read + other.read as f64;
    let mut count = first.follow as f64;
    let ln_of = |n: f64, k: f64| ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    let mut term =
        (ln_of(follow, count) + ln_of(all - follow, read - count) - ln_of(all, read)).exp();
    let mut sum = term;
    while count < read.min(follow) && term > NEGLIGIBLE * sum {
        term *= (follow - count) * (read - count);
        count += 1.0;
        term /= count * (all - follow - read + count);
        sum += term;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    fn sample(read: u64) -> Sample {
        Sample {
            audience: 10_000,
            listed: 10_000,
            readable: 10_000,
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

    fn counts<const AUDIENCES: usize>(counted: [u64; AUDIENCES]) -> Tallies {
        counted.map(|counted| tally(counted, None)).to_vec()
    }

    #[test]
    fn what_chance_does_to_a_sample_is_nobodys_own() {
        let accounts = [counts([30, 25]), counts([40, 5]), counts([2, 60])];
        let found = followed_more(&[sample(100); 2], &accounts, 0, 3);
        assert_eq!(found, [vec![1], vec![2]]);
    }

    #[test]
    fn a_difference_that_is_as_small_in_whole_lists_is_none() {
        let counted = |own, other| vec![tally(14, Some(own)), tally(13, Some(other))];
        let accounts = [counted(1_400, 1_340), counted(3_200, 3_195)];
        let found = followed_more(&[sample(100); 2], &accounts, 0, 3);
        assert_eq!(found, [vec![], vec![]] as [Vec<usize>; 2]);
    }

    #[test]
    fn more_than_one_of_the_others_is_not_more_than_all() {
        let accounts = [counts([60, 5, 58]), counts([60, 5, 6])];
        let found = followed_more(&[sample(100); 3], &accounts, 0, 3);
        assert_eq!(found, [vec![1], vec![], vec![]]);
    }

    #[test]
    fn the_more_were_looked_at_the_more_it_takes() {
        let accounts = [counts([30, 12])];
        let found = |looked_at| followed_more(&[sample(100); 2], &accounts, looked_at, 3);
        assert_eq!(found(1), [vec![0], vec![]]);
        assert_eq!(found(10_000), [vec![], vec![]] as [Vec<usize>; 2]);
    }

    #[test]
    fn the_greatest_differences_come_first_and_no_more_than_wanted() {
        let accounts = [[40, 5], [80, 5], [60, 5], [70, 5]].map(counts);
        let found = followed_more(&[sample(100); 2], &accounts, 0, 3);
        assert_eq!(found, [vec![1, 3, 2], vec![]]);
    }

    /// Of four cups each, the lady tasting tea got three and one right.
    #[test]
    fn the_test_is_that_of_the_text_books_and_takes_any_numbers() {
        let counted = |read, follow| SampleCount { read, follow };
        let tea = more_by_chance(counted(4, 3), counted(4, 1));
        assert!((tea - 17.0 / 70.0).abs() < 1e-9, "{tea}");
        let all = more_by_chance(counted(4, 4), counted(4, 0));
        assert!((all - 1.0 / 70.0).abs() < 1e-9, "{all}");
        let many = more_by_chance(counted(16_000_000, 160_000), counted(16_000_000, 80_000));
        assert!(many < 1e-300, "{many}");
        assert!(more_by_chance(counted(9, 0), counted(9, 0)) > 0.999);
    }

    /// In a thousand worlds in which all audiences follow all accounts alike, an account is told in fewer than one of
    /// twenty: also where only those are tested that looked followed most.
    #[test]
    fn where_no_audience_differs_hardly_ever_is_anything_told() {
        let mut random = Rng::with_seed(20_261_130);
        for (audiences, share) in [(2, 0.2), (2, 0.03), (4, 0.1)] {
            let samples = vec![sample(50); audiences];
            let world = |random: &mut Rng| {
                let mut count = || (0..50).filter(|_| random.f64() < share).count() as u64;
                let accounts =
                    (0..20).map(|_| (0..audiences).map(|_| tally(count(), None)).collect());
                let mut accounts: Vec<Tallies> = accounts.collect();
                accounts.sort_by_key(|counts| counts.first().map(|own| 50 - own.counted));
                accounts.truncate(10);
                let found = followed_more(&samples, &accounts, 20, 3);
                found.iter().any(|found| !found.is_empty())
            };
            let wrong = (0..1_000).filter(|_| world(&mut random)).count();
            assert!(wrong < 50, "{wrong} of 1,000 with {audiences} audiences");
        }
    }
}
