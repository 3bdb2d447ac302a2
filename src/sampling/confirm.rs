//! Which candidates' followers to list, so that what they share with the target is counted, not estimated.
//!
//! One follower's list says a little about every account; an account's own follower list says everything about that
//! one. For an account in doubt that is not too large, that is the better use of requests.

use statrs::distribution::{Continuous, ContinuousCDF, Normal};

use crate::measures::Measure;
use crate::model::{Overlap, Sample, Tally};
use crate::sampling::calibration::Calibration;
use crate::sampling::follows::Follows;
use crate::sampling::interval::share;
use crate::sampling::possible_orders::REPORTED;

/// Lists that are requested before the doubts are recalculated.
pub const LISTED_AT_ONCE: usize = 6;

/// The part of the lists in doubt, except those requested at once, that are still in doubt when their turn comes:
/// others settle the rest. In the evaluation it was .6 for the first of them and .8 later on.
const STILL_IN_DOUBT: f64 = 0.75;

/// A place is in doubt if the expected loss from a wrong decision is at least this part of the last reported score.
const DOUBT: f64 = 0.001;

/// Accounts in follower lists for each follower read: about half as many pages as the followers' own lists have.
/// Whoever asks for few followers does not want to wait for much else.
const FOR_EACH_READ: u64 = 300;

/// An account of the ranking that might be confirmed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contender {
    pub tally: Tally,
    /// Requests that listing its followers takes; `None` if that is impossible.
    pub cost: Option<u64>,
}

/// What is known about a contender's followers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnList {
    /// They were not requested yet.
    Unknown,
    /// They are unavailable.
    Never,
    /// This many of the target's listed followers are among them.
    Counted(u64),
}

/// The state of confirming.
pub struct Confirmation {
    pub calibration: Calibration,
    /// The places of those whose lists to request next; empty if no place is in doubt.
    pub wanted: Vec<usize>,
    /// Requests that these lists are expected to take, and those after them.
    pub requests: u64,
    /// The same for all places that were in doubt at first, with an unlimited budget.
    pub in_doubt: u64,
}

/// Returns how many requests listing followers may take after `read` followers, with `page` accounts on a page.
pub fn confirmation_budget(read: u64, page: u32) -> u64 {
    read.saturating_mul(FOR_EACH_READ) / u64::from(page.max(1))
}

/// Adds to the contenders, which are in order, what their own lists say as far as these are known, and calibrates the
/// other estimates with it, until no place is in doubt or a list has to be requested. Which lists count is decided from
/// scratch each time, from the counts and the lists chosen before, and not from which lists happen to be known.
///
/// # Errors
/// Those of `own_list`, which returns the list of the contender at a place.
pub fn confirm<E>(
    measure: &dyn Measure,
    sample: &Sample,
    contenders: &mut [Contender],
    follows: &Follows,
    budget: u64,
    mut own_list: impl FnMut(usize) -> Result<OwnList, E>,
) -> Result<Confirmation, E> {
    let mut left = budget;
    let mut confirmed = Confirmation {
        calibration: calibrate(sample, contenders, follows),
        wanted: Vec::new(),
        requests: 0,
        in_doubt: 0,
    };
    confirmed.in_doubt = expected(measure, sample, contenders, u64::MAX);
    loop {
        let places = next_confirmations(measure, sample, contenders, left);
        if places.is_empty() {
            return Ok(confirmed);
        }
        for place in places.into_iter().take(LISTED_AT_ONCE) {
            let Some(contender) = contenders.get_mut(place) else {
                continue;
            };
            let cost = contender.cost.unwrap_or(0);
            match own_list(place)? {
                OwnList::Unknown => confirmed.wanted.push(place),
                OwnList::Never => {
                    left = left.saturating_sub(cost);
                    contender.cost = None;
                }
                OwnList::Counted(followers) => {
                    left = left.saturating_sub(cost);
                    contender.tally.confirmed = Some(followers);
                }
            }
        }
        confirmed.calibration = calibrate(sample, contenders, follows);
        if !confirmed.wanted.is_empty() {
            confirmed.requests = expected(measure, sample, contenders, left);
            return Ok(confirmed);
        }
    }
}

/// Calibrates the contenders' estimates with those that were counted.
fn calibrate(sample: &Sample, contenders: &mut [Contender], follows: &Follows) -> Calibration {
    let tallies: Vec<Tally> = contenders.iter().map(|contender| contender.tally).collect();
    let calibration = Calibration::new(sample, &tallies, follows);
    for (place, contender) in contenders.iter_mut().enumerate() {
        contender.tally.calibrated = calibration.share(place);
    }
    calibration
}

/// Returns how many requests the lists of those in doubt are expected to take, within `left`.
fn expected(measure: &dyn Measure, sample: &Sample, contenders: &[Contender], left: u64) -> u64 {
    let places = next_confirmations(measure, sample, contenders, left);
    let costs = places
        .into_iter()
        .filter_map(|place| contenders.get(place)?.cost);
    let costs: Vec<u64> = costs.collect();
    let (next, others) = costs.split_at(costs.len().min(LISTED_AT_ONCE));
    let sum = |costs: &[u64]| costs.iter().copied().fold(0, u64::saturating_add);
    sum(next).saturating_add((STILL_IN_DOUBT * sum(others) as f64) as u64)
}

/// Returns whose followers to list, the most informative for a request first, within `left` requests; none if no place
/// is in doubt. Each list may settle other places, so the choice should be repeated after the first [`LISTED_AT_ONCE`].
///
/// The doubt is on which side of the last reported place an account belongs, measured by the expected loss if it is on
/// the other. Estimates are taken to be normal, with one standard deviation.
fn next_confirmations(
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

/// Returns the score between the last reported one and the next; `None` if all are reported.
fn border(scores: &[f64]) -> Option<f64> {
    let mut falling = scores.to_vec();
    falling.sort_unstable_by(|one, other| other.total_cmp(one));
    Some((falling.get(REPORTED - 1)? + falling.get(REPORTED)?) / 2.0)
}

fn score(measure: &dyn Measure, sample: &Sample, tally: &Tally) -> f64 {
    Overlap::new(sample, tally).map_or(0.0, |overlap| measure.score(&overlap))
}

/// Returns how far the account's true score is expected to lie on the other side of the border, as a part of it (the
/// unit normal loss).
fn doubt(measure: &dyn Measure, sample: &Sample, tally: &Tally, score: f64, border: f64) -> f64 {
    let around = share(sample, tally, 1.0);
    let at = |share: f64| measure.score(&Overlap::of_share(sample, share, tally));
    let strays = if score < border {
        at(around.high) - score
    } else {
        score - at(around.low)
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

    /// Forty accounts, each sharing a little less than the one before.
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

    /// The known lists show half of what was estimated.
    fn looked_through(
        contenders: &mut [Contender],
        budget: u64,
        is_known: impl Fn(usize) -> bool,
    ) -> Confirmation {
        let counted: Vec<u64> = contenders.iter().map(|one| one.tally.counted).collect();
        let confirmed = confirm(
            measures::ALL[0],
            &SAMPLE,
            contenders,
            &Follows::new(0),
            budget,
            |place| -> Result<OwnList, ()> {
                Ok(if is_known(place) {
                    OwnList::Counted(counted[place] * 10_000 / 800)
                } else {
                    OwnList::Unknown
                })
            },
        );
        confirmed.expect("every list is told of")
    }

    #[test]
    fn lists_are_wanted_until_no_place_is_in_doubt() {
        let mut all = contenders();
        let first = looked_through(&mut all, 10_000, |_| false);
        assert_eq!(first.wanted.len(), LISTED_AT_ONCE);
        assert!(first.requests >= 90 * LISTED_AT_ONCE as u64);
        assert!(first.requests <= first.in_doubt);
        let mut all = contenders();
        let last = looked_through(&mut all, 10_000, |_| true);
        assert!(last.wanted.is_empty() && last.requests == 0);
        let mut all = contenders();
        let none = looked_through(&mut all, 0, |_| true);
        assert!(none.wanted.is_empty() && none.in_doubt > 0);
    }

    #[test]
    fn what_some_lists_show_counts_though_others_are_missing() {
        let mut all = contenders();
        let wanted = looked_through(&mut all, 10_000, |_| false).wanted;
        let mut all = contenders();
        let still = looked_through(&mut all, 10_000, |place| place != wanted[0]).wanted;
        assert_eq!(still, [wanted[0]]);
        let counted = all.iter().filter(|one| one.tally.confirmed.is_some());
        assert_eq!(counted.count(), LISTED_AT_ONCE - 1);
        let estimated = |one: &&Contender| one.tally.calibrated.is_some();
        assert_eq!(
            all.iter().filter(estimated).count(),
            40 - (LISTED_AT_ONCE - 1),
            "what was counted is estimated no more"
        );
    }
}
