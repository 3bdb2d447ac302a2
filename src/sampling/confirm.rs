//! Whose followers to list, so that what an account shares with the target is counted, not estimated.
//!
//! One follower's list tells a little of every account; the list of an account's followers tells all of
//! that one. For an account whose place is in doubt and which is not too large, that is the better use of
//! requests.

use statrs::distribution::{Continuous, ContinuousCDF, Normal};

use crate::measures::Measure;
use crate::model::{Overlap, Sample, Tally};
use crate::sampling::interval::share;
use crate::sampling::orders::REPORTED;

/// Lists that are best begun before it is looked at anew whose place is in doubt.
pub const LISTED_AT_ONCE: usize = 6;

/// The part of the score in the last reported place that must be expected to be lost by a wrong place, or the place
/// is not in doubt.
const DOUBT: f64 = 0.002;

/// Accounts in the lists of followers, for each follower read: about half as many pages as his own list has.
/// Who asks for few followers to be read does not want to wait for much else.
const FOR_EACH_READ: u64 = 300;

/// An account of the ranking as the choice sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contender {
    pub tally: Tally,
    /// Requests that listing its followers takes; `None` where that can't be done.
    pub cost: Option<u64>,
}

/// How many requests listing followers may take when so many were read, with so many accounts on a page.
pub fn confirmation_budget(read: u64, page: u32) -> u64 {
    read.saturating_mul(FOR_EACH_READ) / u64::from(page.max(1))
}

/// Whose followers to list, those first that clear up most for a request, as far as `left` requests go. None
/// when no place is in doubt any more. Each list may settle the places of others, so that it is worth looking
/// anew after the first [`LISTED_AT_ONCE`].
///
/// In doubt is on which side of the last reported place an account belongs, by as much as is expected to be lost if
/// it is on the other. An estimate is taken to stray normally, by one of Wilson's standard deviations.
pub fn next_confirmations(
    measure: &dyn Measure,
    sample: &Sample,
    contenders: &[Contender],
    left: u64,
) -> Vec<usize> {
    let scores: Vec<f64> = contenders
        .iter()
        .map(|contender| score(measure, sample, &contender.tally))
        .collect();
    let Some(border) = border(&scores) else {
        return Vec::new();
    };
    let mut worth: Vec<(f64, usize)> = contenders
        .iter()
        .zip(&scores)
        .enumerate()
        .filter_map(|(place, (contender, score))| {
            let cost = contender.cost?.max(1);
            let doubt = doubt(measure, sample, &contender.tally, *score, border);
            (doubt >= DOUBT && cost <= left).then_some((doubt / cost as f64, place))
        })
        .collect();
    worth.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut left = left;
    let chosen = worth.into_iter().filter(|(_, place)| {
        let cost = contenders[*place].cost.unwrap_or(0).max(1);
        let fits = cost <= left;
        left -= if fits { cost } else { 0 };
        fits
    });
    chosen.map(|(_, place)| place).collect()
}

/// Between the last reported score and the next one; `None` while all are reported.
fn border(scores: &[f64]) -> Option<f64> {
    let mut falling = scores.to_vec();
    falling.sort_unstable_by(|one, other| other.total_cmp(one));
    Some((falling.get(REPORTED - 1)? + falling.get(REPORTED)?) / 2.0)
}

fn score(measure: &dyn Measure, sample: &Sample, tally: &Tally) -> f64 {
    Overlap::new(sample, tally).map_or(0.0, |overlap| measure.score(&overlap))
}

/// By how much the account's true score is expected to be on the other side of the border, as a part of that (the unit
/// normal loss).
fn doubt(measure: &dyn Measure, sample: &Sample, tally: &Tally, score: f64, border: f64) -> f64 {
    let around = share(sample, tally, 1.0);
    let at = |share: f64| measure.score(&Overlap::of_share(sample, share, tally));
    let strays = match score < border {
        true => at(around.high) - score,
        false => score - at(around.low),
    };
    if strays <= 0.0 || border <= 0.0 {
        return 0.0;
    }
    let (normal, away) = (Normal::standard(), (score - border).abs() / strays);
    strays / border * (normal.pdf(away) - away * normal.cdf(-away))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures;

    const SAMPLE: Sample = Sample {
        audience: 10_000,
        listed: 10_000,
        readable: 8_000,
        read: 400,
    };

    /// Forty accounts, of which each shares a little less than the one before.
    fn contenders() -> Vec<Contender> {
        let tallies = (0..40u64).map(|place| Tally {
            counted: 120 - 2 * place,
            confirmed: None,
            calibrated: None,
            followers: 9_000,
        });
        tallies
            .map(|tally| Contender {
                tally,
                cost: Some(90),
            })
            .collect()
    }

    fn next(contenders: &[Contender], left: u64) -> Vec<usize> {
        next_confirmations(measures::ALL[0], &SAMPLE, contenders, left)
    }

    #[test]
    fn those_next_to_the_border_come_first_and_small_ones_before_large_ones() {
        let mut all = contenders();
        let mut first = next(&all, 10_000)[..LISTED_AT_ONCE].to_vec();
        first.sort_unstable();
        assert_eq!(first, (7..13).collect::<Vec<usize>>());
        all[14].cost = Some(9);
        assert_eq!(next(&all, 10_000).first(), Some(&14));
    }

    #[test]
    fn it_ends_when_nobody_is_in_doubt_any_more() {
        let mut all = contenders();
        loop {
            let places = next(&all, 10_000);
            if places.is_empty() {
                break;
            }
            for place in places.into_iter().take(LISTED_AT_ONCE) {
                let counted = all[place].tally.counted;
                all[place].tally.confirmed = Some(counted * 10_000 / 400);
            }
        }
        let known = |contender: &&Contender| contender.tally.confirmed.is_some();
        let listed = all.iter().filter(known).count();
        assert!((10..30).contains(&listed), "{listed} of 40");
        assert!(
            all[39].tally.confirmed.is_none(),
            "the last is far from the first ten"
        );
    }

    #[test]
    fn the_budget_holds_and_what_can_t_be_listed_is_passed_over() {
        let mut all = contenders();
        assert_eq!(next(&all, 200).len(), 2);
        assert_eq!(next(&all, 89), [0; 0]);
        all.iter_mut().for_each(|contender| contender.cost = None);
        assert_eq!(next(&all, 10_000), [0; 0]);
        assert_eq!(confirmation_budget(800, 100), 2_400);
        assert_eq!(confirmation_budget(800, 50), 4_800);
    }

    #[test]
    fn nothing_is_in_doubt_once_all_who_are_listed_were_read() {
        let of_listed = |listed| {
            let sample = Sample {
                listed,
                readable: 400,
                ..SAMPLE
            };
            next_confirmations(measures::ALL[0], &sample, &contenders(), 10_000)
        };
        assert_eq!(of_listed(400), [0; 0]);
        assert!(!of_listed(500).is_empty(), "others can't be read");
    }
}
