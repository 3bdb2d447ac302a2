//! Estimates what share of all listed followers follows each account, from those that were read.
//!
//! For accounts whose own followers were listed, the true number is known. They show how the followers read differ from
//! all: by chance, and because those who can't be read may have other tastes. The shares of other accounts are
//! corrected by as much as they correlate with these (Deville and Särndal, "Calibration estimators in survey sampling",
//! 1992); what these don't explain is the remaining error.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use crate::model::{Sample, Share, Tally};
use crate::sampling::follows::Follows;
use crate::sampling::shrinkage::tails;

/// How much unreadable followers are assumed to differ from readable ones until known accounts tell, in standard
/// deviations of a single follower.
const UNREAD_DIFFER: f64 = 0.2;

/// The weight of that assumption, in known accounts.
const WEIGHT: f64 = 3.0;

/// Known accounts used for corrections, the first ones in order: the cost grows with the cube of their number, and
/// those further down add little.
const MOST_KNOWN: usize = 64;

/// The largest part of a count that is ever put down to luck.
const MOST_LUCK: f64 = 0.95;

/// What share of all listed followers follows each account, and how the errors of the estimates correlate.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// `None` if it was counted.
    shares: Vec<Option<Share>>,
    /// What the known accounts explain of each account, in independent directions.
    explained: Vec<DVector<f64>>,
    /// See [`believed`].
    believed: f64,
}

/// The accounts whose own follower lists were read.
struct KnownAccounts {
    places: Vec<usize>,
    /// The Cholesky root of their covariances; `None` if there are none.
    root: Option<Cholesky<f64, Dyn>>,
    believed: f64,
}

impl Calibration {
    /// Estimates the shares of these accounts. Those after the ones in `follows` correlate with none.
    pub fn new(sample: &Sample, tallies: &[Tally], follows: &Follows) -> Self {
        let read = sample.read.max(1) as f64;
        let listed = sample.listed.max(sample.read).max(1) as f64;
        // If all followers read follow an account, the others may still not.
        let seen = |tally: &Tally| {
            let counted = tally.counted as f64;
            (counted / read).min((counted + 1.0) / (read + 2.0))
        };
        let tails = tails(tallies);
        let known = KnownAccounts::of(tallies, follows, read);
        let chance = (1.0 - read / listed) / read;
        let unread = 1.0 - sample.readable.min(sample.listed) as f64 / listed;
        let expected = chance + (unread * UNREAD_DIFFER).powi(2);

        let off = known.vector(|place| tallies[place].share(sample) - seen(&tallies[place]));
        // They were listed because their counts were high, so they were probably lucky.
        let lucky = known.vector(|place| luck(seen(&tallies[place]), tails[place], chance));
        let strayed = known.left_out(&(&off + lucky));
        let factor =
            (strayed.iter().sum::<f64>() + WEIGHT * expected) / (strayed.len() as f64 + WEIGHT);
        // The variance of an estimate, for each unit of unexplained variance of a single follower.
        let factor = factor.max(chance);

        let explained: Vec<DVector<f64>> = (0..tallies.len())
            .map(|place| {
                known.directions(
                    known.vector(|known_place| known.covariance(follows, place, known_place)),
                )
            })
            .collect();
        let correction = known.directions(off);
        let estimate = |place: usize| {
            let tally = &tallies[place];
            let least = tally.counted as f64 / listed;
            let most = ((listed - read + tally.counted as f64) / listed).max(least);
            let corrected = (seen(tally) + explained[place].dot(&correction)).clamp(least, most);
            let variance = factor * left(seen(tally), &explained[place]);
            let lucky = (tails[place] * variance / corrected).min(MOST_LUCK * corrected);
            let value = (corrected - lucky).clamp(least, most);
            let error = (variance * value / corrected).sqrt();
            (corrected > 0.0).then_some(Share { value, error })
        };
        let is_open = |place: &usize| tallies[*place].confirmed.is_none();
        let shares = (0..tallies.len()).map(|place| Some(place).filter(is_open).and_then(estimate));
        Self {
            shares: shares.collect(),
            explained,
            believed: known.believed,
        }
    }

    /// Returns the share of an account; `None` if it was counted, or has no known followers.
    pub fn share(&self, place: usize) -> Option<Share> {
        self.shares.get(place).copied().flatten()
    }

    /// Returns the correlation of two estimates, from -1 to 1; 0 unless both are estimates.
    pub(super) fn correlation(&self, follows: &Follows, one: usize, other: usize) -> f64 {
        if one == other {
            return 1.0;
        }
        if self.share(one).is_none() || self.share(other).is_none() {
            return 0.0;
        }
        let unexplained = |place: usize| left(follows.share(place), &self.explained[place]);
        let together = self.believed * follows.covariance(one, other)
            - self.explained[one].dot(&self.explained[other]);
        let alone = (unexplained(one) * unexplained(other)).sqrt();
        if alone > 0.0 { together / alone } else { 0.0 }
    }
}

impl KnownAccounts {
    fn of(tallies: &[Tally], follows: &Follows, read: f64) -> Self {
        // An account that none or all of those read follow explains nothing.
        let explains = |place: &usize| {
            tallies[*place].confirmed.is_some() && follows.covariance(*place, *place) > 0.0
        };
        let places = (0..tallies.len()).filter(explains);
        let places: Vec<usize> = places.take(MOST_KNOWN).collect();
        let believed = believed(follows, &places, read);
        let mut known = Self {
            places,
            root: None,
            believed,
        };
        let covariances = DMatrix::from_fn(known.places.len(), known.places.len(), |one, other| {
            known.covariance(follows, known.places[one], known.places[other])
        });
        known.root = Cholesky::new(covariances).filter(|_| !known.places.is_empty());
        known
    }

    /// Collects a number for each known account.
    fn vector(&self, of: impl Fn(usize) -> f64) -> DVector<f64> {
        DVector::from_iterator(
            self.places.len(),
            self.places.iter().map(|place| of(*place)),
        )
    }

    /// Returns the covariance of following two accounts, for a single follower.
    fn covariance(&self, follows: &Follows, one: usize, other: usize) -> f64 {
        let believed = if one == other { 1.0 } else { self.believed };
        believed * follows.covariance(one, other)
    }

    /// Transforms these numbers into independent directions.
    fn directions(&self, mut of_each: DVector<f64>) -> DVector<f64> {
        match &self.root {
            Some(root) => {
                root.l_dirty().solve_lower_triangular_mut(&mut of_each);
                of_each
            }
            None => DVector::zeros(0),
        }
    }

    /// Returns each one's squared deviation from what the others predict, in units of the variance of a single follower
    /// that they leave unexplained.
    fn left_out(&self, off: &DVector<f64>) -> Vec<f64> {
        let Some(root) = &self.root else {
            return Vec::new();
        };
        let inverse = root.inverse();
        let (weighed, own) = (&inverse * off, inverse.diagonal());
        let squares = weighed.iter().zip(own.iter());
        squares
            .map(|(weighed, own)| weighed.powi(2) / own)
            .collect()
    }
}

/// Returns the unexplained variance of a single follower, for a share.
fn left(share: f64, explained: &DVector<f64>) -> f64 {
    (share * (1.0 - share) - explained.norm_squared()).max(0.0)
}

/// Returns by how much a share is expected to be too high, by the exponent of its tail.
fn luck(share: f64, tail: f64, chance: f64) -> f64 {
    (tail * (1.0 - share) * chance).min(MOST_LUCK * share)
}

/// Returns the part of the correlations between accounts that is not due to chance (Schäfer and Strimmer, "A shrinkage
/// approach to large-scale covariance matrix estimation", 2005).
fn believed(follows: &Follows, places: &[usize], read: f64) -> f64 {
    let (mut by_chance, mut squares) = (0.0, 0.0);
    for (position, one) in places.iter().enumerate() {
        for other in places.iter().take(position) {
            let (p, q) = (follows.share(*one), follows.share(*other));
            let both = follows.both(*one, *other);
            let unit = p * (1.0 - p) * q * (1.0 - q);
            let correlation = (both - p * q).powi(2) / unit;
            let fourth = both * ((1.0 - p) * (1.0 - q)).powi(2)
                + (p - both) * ((1.0 - p) * q).powi(2)
                + (q - both) * (p * (1.0 - q)).powi(2)
                + (1.0 - p - q + both) * (p * q).powi(2);
            by_chance += (fourth / unit - correlation).max(0.0) / read;
            squares += correlation;
        }
    }
    if squares > 0.0 {
        (1.0 - by_chance / squares).clamp(0.0, 1.0)
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 400 of 1,000 listed followers are read; those with a certain taste follow the first two accounts, and others
    /// follow the third. That taste is rarer among all than among those read.
    fn shares(confirmed: Option<u64>) -> Vec<Option<Share>> {
        let sample = Sample {
            audience: 1_000,
            listed: 1_000,
            readable: 600,
            read: 400,
        };
        let mut follows = Follows::new(3);
        for follower in 0..400 {
            let fan = follower % 2 == 0;
            let one = (fan && follower % 5 != 0).then_some(0);
            let two = (fan && follower % 7 != 0).then_some(1);
            let three = (follower % 3 == 0).then_some(2);
            follows.add([one, two, three].into_iter().flatten());
        }
        let tally = |place: usize, confirmed| Tally {
            counted: (400.0 * follows.share(place)).round() as u64,
            confirmed,
            calibrated: None,
            followers: 5_000,
        };
        let tallies = [tally(0, confirmed), tally(1, None), tally(2, None)];
        let calibration = Calibration::new(&sample, &tallies, &follows);
        (0..3).map(|place| calibration.share(place)).collect()
    }

    #[test]
    fn what_goes_together_is_corrected_together() {
        let (before, after) = (shares(None), shares(Some(200)));
        assert!(
            before[0].is_some() && after[0].is_none(),
            "what is counted is not estimated"
        );
        let value =
            |shares: &[Option<Share>], place: usize| shares[place].map_or(0.0, |share| share.value);
        assert!(
            value(&after, 1) < 0.8 * value(&before, 1),
            "{before:?} {after:?}"
        );
        assert!(
            (value(&after, 2) - value(&before, 2)).abs() < 0.05,
            "{before:?} {after:?}"
        );
    }

    #[test]
    fn nothing_is_left_open_once_all_who_are_listed_were_read() {
        let sample = Sample {
            audience: 10,
            listed: 10,
            readable: 10,
            read: 10,
        };
        let mut follows = Follows::new(1);
        (0..10).for_each(|follower| follows.add((follower < 3).then_some(0)));
        let tally = Tally {
            counted: 3,
            confirmed: None,
            calibrated: None,
            followers: 40,
        };
        let calibration = Calibration::new(&sample, &[tally], &follows);
        assert_eq!(
            calibration.share(0),
            Some(Share {
                value: 0.3,
                error: 0.0
            })
        );
    }

    #[test]
    fn who_can_t_be_read_is_unknown_though_all_others_were_read() {
        let shares = shares(None);
        assert!(shares[1].is_some_and(|share| share.error > 0.0));
    }
}
