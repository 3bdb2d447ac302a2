//! Whose followers to list, so that what an account shares with the target is counted, not estimated.
//!
//! One follower's list tells a little of every account; the list of an account's followers tells all of
//! that one. For an account whose place is in doubt and which is not too large, that is the better use of
//! requests.

use statrs::distribution::{Continuous, ContinuousCDF, Normal};

use crate::measures::Measure;
use crate::model::{Overlap, Sample, Tally};
use crate::sampling::calibration::Calibration;
use crate::sampling::follows::Follows;
use crate::sampling::interval::share;
use crate::sampling::possible_orders::REPORTED;

/// Lists that are best begun before it is looked at anew whose place is in doubt.
pub const LISTED_AT_ONCE: usize = 6;

/// The part of the lists in doubt, but for those that are begun at once, that are still in doubt when their turn comes:
/// others settle the rest. In the searches of the evaluation it was .6 at the first of them and .8 later on.
const STILL_IN_DOUBT: f64 = 0.75;

/// The part of the score in the last reported place that must be expected to be lost by a wrong place, or the place
/// is not in doubt.
const DOUBT: f64 = 0.001;

/// Accounts in the lists of followers, for each follower read: about half as many pages as their own list has.
/// Who asks for few followers to be read does not want to wait for much else.
const FOR_EACH_READ: u64 = 300;

/// An account of the ranking as the choice sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contender {
    pub tally: Tally,
    /// Requests that listing its followers takes; `None` where that can't be done.
    pub cost: Option<u64>,
}

/// What is known of the followers of a contender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnList {
    /// Nobody has asked for them yet.
    Unknown,
    /// They can't be had.
    Never,
    /// So many of the target's listed followers are among them.
    Counted(u64),
}

/// What looking lists of followers through has come to.
pub struct Confirmation {
    pub calibration: Calibration,
    /// The places of those whose lists are to be asked for next; empty if no place is in doubt.
    pub wanted: Vec<usize>,
    /// Requests that these lists are expected to take, and those after them.
    pub requests: u64,
    /// The same for all whose place was in doubt at first, were there no end to the budget.
    pub in_doubt: u64,
}

/// How many requests listing followers may take when so many were read, with so many accounts on a page.
pub fn confirmation_budget(read: u64, page: u32) -> u64 {
    read.saturating_mul(FOR_EACH_READ) / u64::from(page.max(1))
}

/// Puts into the contenders, who stand in order, what their own lists say as far as these are known, and corrects by
/// that what is estimated of the others, until no place is in doubt, or until there is a list to be asked for. Which of
/// them count is chosen anew each time, from the counts and from the lists chosen before, and not from which lists
/// happen to be known.
///
/// # Errors
/// Those of `own_list`, which is asked for the list of the contender at a place.
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

/// Corrects what is estimated of some contenders by those that were counted.
fn calibrate(sample: &Sample, contenders: &mut [Contender], follows: &Follows) -> Calibration {
    let tallies: Vec<Tally> = contenders.iter().map(|contender| contender.tally).collect();
    let calibration = Calibration::new(sample, &tallies, follows);
    for (place, contender) in contenders.iter_mut().enumerate() {
        contender.tally.calibrated = calibration.share(place);
    }
    calibration
}

/// Requests that the lists of those whose place is in doubt are expected to take, as far as `left` go.
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

/// Whose followers to list, those first that clear up most for a request, as far as `left` requests go. None
/// when no place is in doubt any more. Each list may settle the places of others, so that it is worth looking
/// anew after the first [`LISTED_AT_ONCE`].
///
/// In doubt is on which side of the last reported place an account belongs, by as much as is expected to be lost if
/// it is on the other. An estimate is taken to stray normally, by one standard deviation.
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

    /// The lists that are known show half as many as was estimated.
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
                Ok(match is_known(place) {
                    true => OwnList::Counted(counted[place] * 10_000 / 800),
                    false => OwnList::Unknown,
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
