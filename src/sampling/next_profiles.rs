//! Which profiles to fetch: as few as make the top places certain, or as the budget allows.

use std::cmp::Reverse;

use crate::measures::Measure;
use crate::model::{Overlap, Sample, Tally};
use crate::sampling::interval::wilson;
use crate::sampling::possible_orders::TOP;

/// Profiles that are requested before the choice is recalculated.
pub const AT_ONCE: usize = 50;

/// The followers read that a profile budget is for.
const BUDGET_FOR: u64 = 800;

/// Profiles allowed at any look, however few followers were read.
const LEAST_BUDGET: u64 = 50;

/// Standard errors by which a count may be too low.
const CHANCE: f64 = 2.0;

/// What is known about a candidate's follower count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowerCount {
    /// It was not requested yet.
    Unknown,
    /// The network does not tell.
    Untold,
    Told(u64),
}

/// A candidate whose profile may be fetched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProfileCandidate {
    /// Followers read who follow it.
    pub counted: u64,
    pub followers: FollowerCount,
    /// See [`over_representation`]; 0 if there is nothing to compare with.
    pub over_represented: f64,
}

impl ProfileCandidate {
    fn tally(&self) -> Option<Tally> {
        match self.followers {
            FollowerCount::Told(followers) => Some(Tally {
                counted: self.counted,
                confirmed: None,
                calibrated: None,
                followers,
            }),
            FollowerCount::Unknown | FollowerCount::Untold => None,
        }
    }
}

/// What to do about the candidates' profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextProfiles {
    /// Fetch those of the candidates at these places, in this order.
    Fetch(Vec<usize>),
    /// The top places of this sample are certain, whatever the other profiles say.
    Certain,
    /// The budget is spent; this many others could still reach the top places.
    Spent(usize),
}

/// Returns how many profiles may have been fetched at this many followers: `budget` for every 800 of them. Early
/// choices rest on few counts, and later ones are better: so the `last` look of a depth gets twice its part, and at
/// least `budget`.
pub fn budget_at(budget: usize, read: u64, last: bool) -> usize {
    let read = if last {
        read.saturating_mul(2).max(BUDGET_FOR)
    } else {
        read
    };
    let part = (budget as u64).saturating_mul(read) / BUDGET_FOR;
    usize::try_from(part.max(LEAST_BUDGET)).unwrap_or(usize::MAX)
}

/// Chooses the profiles to fetch next among `candidates`, which are sorted by falling count; `spent` of the `budget` is
/// used, and `complete` means that there are no further candidates.
///
/// The best score that a count allows, whatever the follower count, falls with the count; once it is below the last of
/// the top scores for the next unknown candidate, the top places are certain. While the budget covers all profiles
/// needed for that, or there is nothing to compare with, they are fetched by falling count. Otherwise the second half
/// of the budget goes to over-represented candidates: if a community is a small part of an audience, the most followed
/// accounts are famous, not similar.
pub fn next_profiles(
    measure: &dyn Measure,
    sample: &Sample,
    candidates: &[ProfileCandidate],
    complete: bool,
    spent: usize,
    budget: usize,
) -> NextProfiles {
    let mut scores: Vec<f64> = candidates
        .iter()
        .filter_map(|candidate| Overlap::new(sample, &candidate.tally()?))
        .map(|overlap| measure.score(&overlap))
        .collect();
    scores.sort_unstable_by(|one, other| other.total_cmp(one));
    let last = scores.get(TOP - 1).copied();
    let needed = |chance: f64| -> Vec<usize> {
        let unknown = (0..candidates.len())
            .filter(|index| candidates[*index].followers == FollowerCount::Unknown);
        let comes_in = unknown.filter(|index| {
            last.is_none_or(|last| {
                bound(measure, sample, candidates[*index].counted, chance) >= last
            })
        });
        comes_in.collect()
    };
    let by_chance = needed(CHANCE);
    let beyond = candidates.last().map_or(0, |last| last.counted);
    let certain_beyond =
        complete || last.is_some_and(|last| !comes_in(measure, sample, beyond, last));
    if by_chance.is_empty() {
        return if certain_beyond {
            NextProfiles::Certain
        } else {
            // How many accounts are followed by too few to be candidates is not known.
            NextProfiles::Spent(1)
        };
    }
    let left = budget.saturating_sub(spent);
    // Certainty takes all of them, so without enough budget there is no point in starting.
    let needed = if by_chance.len() <= left {
        by_chance.clone()
    } else {
        needed(0.0)
    };
    if needed.is_empty() || left == 0 {
        return NextProfiles::Spent(by_chance.len());
    }
    let compared = candidates
        .iter()
        .any(|candidate| candidate.over_represented > 0.0);
    if needed.len() <= left || !compared || spent < budget / 2 {
        return NextProfiles::Fetch(needed.into_iter().take(left.min(AT_ONCE)).collect());
    }
    let mut chosen = needed;
    chosen.sort_by(|one, other| {
        let by = |index: &usize| candidates[*index].over_represented;
        by(other).total_cmp(&by(one)).then(one.cmp(other))
    });
    chosen.truncate(left.min(AT_ONCE));
    chosen.sort_by_key(|index| Reverse(candidates[*index].counted));
    NextProfiles::Fetch(chosen)
}

/// Whether an account with this count, whatever its follower count, could have at least this score within two standard
/// errors.
pub fn comes_in(measure: &dyn Measure, sample: &Sample, counted: u64, score: f64) -> bool {
    bound(measure, sample, counted, CHANCE) >= score
}

/// Returns the best score of an account whose count is too low by this many standard errors.
fn bound(measure: &dyn Measure, sample: &Sample, counted: u64, chance: f64) -> f64 {
    let share = wilson(sample, counted, chance).high;
    measure.score(&Overlap::at_best(sample, share))
}

/// Returns how surprising it is that `counted` of `read` followers follow an account that is in `elsewhere` of
/// `elsewhere_read` other lists: the signed root of Dunning's log-likelihood ratio ("Accurate methods for the
/// statistics of surprise and coincidence", 1993); 0 if it is not over-represented.
pub fn over_representation(counted: u64, read: u64, elsewhere: u64, elsewhere_read: u64) -> f64 {
    let (k1, n1) = (counted as f64, read as f64);
    let (k2, n2) = (elsewhere as f64, elsewhere_read as f64);
    if n1 == 0.0 || n2 == 0.0 || k1 / n1 <= k2 / n2 {
        return 0.0;
    }
    let pooled = (k1 + k2) / (n1 + n2);
    let likelihood = |k: f64, n: f64, p: f64| {
        let term = |k: f64, p: f64| if k > 0.0 { k * p.ln() } else { 0.0 };
        term(k, p) + term(n - k, 1.0 - p)
    };
    let ratio = likelihood(k1, n1, k1 / n1) + likelihood(k2, n2, k2 / n2)
        - likelihood(k1, n1, pooled)
        - likelihood(k2, n2, pooled);
    (2.0 * ratio.max(0.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures;

    const SAMPLE: Sample = Sample {
        audience: 10_000,
        listed: 10_000,
        readable: 10_000,
        read: 1_000,
    };

    /// Candidates by falling count, with ten times as many followers as they share.
    fn candidates(known: usize) -> Vec<ProfileCandidate> {
        (0..400u64)
            .map(|index| ProfileCandidate {
                counted: 800 - 2 * index,
                followers: if (index as usize) < known {
                    FollowerCount::Told(100 * (800 - 2 * index))
                } else {
                    FollowerCount::Unknown
                },
                over_represented: 0.0,
            })
            .collect()
    }

    fn next(candidates: &[ProfileCandidate], spent: usize, budget: usize) -> NextProfiles {
        next_profiles(measures::ALL[0], &SAMPLE, candidates, true, spent, budget)
    }

    #[test]
    fn profiles_are_fetched_in_falling_count_until_the_first_places_are_certain() {
        let mut known = 0;
        while let NextProfiles::Fetch(places) = next(&candidates(known), known, 1_000) {
            assert_eq!(places.first(), Some(&known));
            known += places.len();
        }
        assert_eq!(
            next(&candidates(known), known, 1_000),
            NextProfiles::Certain
        );
        assert!(known < 400, "nobody needs all of them: {known}");
        let scores = |count: usize| {
            let all = candidates(400);
            let mut scores: Vec<f64> = all[..count]
                .iter()
                .filter_map(|standing| Overlap::new(&SAMPLE, &standing.tally()?))
                .map(|overlap| measures::ALL[0].score(&overlap))
                .collect();
            scores.sort_by(|one, other| other.total_cmp(one));
            scores[..TOP].to_vec()
        };
        assert_eq!(scores(known), scores(400));
    }

    #[test]
    fn a_budget_that_is_too_small_goes_half_to_the_over_represented() {
        let mut all = candidates(0);
        all.iter_mut()
            .skip(300)
            .for_each(|standing| standing.over_represented = 9.0);
        assert_eq!(next(&all, 0, 20), NextProfiles::Fetch((0..20).collect()));
        assert_eq!(
            next(&all, 10, 20),
            NextProfiles::Fetch((300..310).collect())
        );
        assert_eq!(next(&all, 20, 20), NextProfiles::Spent(400));
    }

    #[test]
    fn a_budget_grows_with_the_followers_read() {
        let looks = [100, 200, 800, 1_600];
        let preliminary = looks.map(|read| budget_at(1_000, read, false));
        assert_eq!(preliminary, [125, 250, 1_000, 2_000]);
        let last = looks.map(|read| budget_at(1_000, read, true));
        assert_eq!(last, [1_000, 1_000, 2_000, 4_000]);
        assert_eq!(budget_at(100, 100, false), 50);
    }

    #[test]
    fn what_the_network_does_not_tell_is_not_asked_again() {
        let mut all = candidates(0);
        all.iter_mut()
            .for_each(|standing| standing.followers = FollowerCount::Untold);
        assert_eq!(next(&all, 0, 20), NextProfiles::Certain);
    }

    #[test]
    fn surprise_grows_with_the_difference_and_with_the_evidence() {
        let surprise = over_representation;
        assert_eq!(surprise(10, 100, 10, 100), 0.0);
        assert_eq!(surprise(10, 100, 20, 100), 0.0);
        assert_eq!(surprise(10, 100, 0, 0), 0.0);
        assert!(surprise(20, 100, 5, 100) > surprise(10, 100, 5, 100));
        assert!(surprise(100, 1_000, 50, 1_000) > surprise(10, 100, 5, 100));
    }
}
