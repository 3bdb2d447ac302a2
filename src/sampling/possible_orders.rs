//! Which orders are possible, given what is known.

use fastrand::Rng;
use nalgebra::{Cholesky, DMatrix};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::measures::Measure;
use crate::model::{Overlap, Sample, Tally};
use crate::sampling::calibration::Calibration;
use crate::sampling::follows::Follows;
use crate::sampling::interim_looks::look_of;
use crate::sampling::interval::{USUAL, quantile, share};

/// The top places, which the marks are about.
pub const TOP: usize = 20;

/// The reported rows, which the precision is about.
pub const REPORTED: usize = 10;

/// The share of possible orders in which a row must be in the [`TOP`] to be called sure.
const SURE: f64 = 0.95;

/// The probability that the stated precision is wrong at any look of a crawl.
const ERROR: f64 = 0.05;

/// Orders that are drawn.
const DRAWS: usize = 1_000;

/// Accounts that may reach the top places, including those in them.
const IN_REACH: usize = 100;

/// Added to each variance, of 1: rounding may make some slightly negative.
const RIDGE: f64 = 1e-9;

/// Possible scores of the accounts that may reach the top places.
pub struct PossibleOrders {
    /// These accounts, most similar first.
    places: Vec<usize>,
    draws: Vec<Vec<f64>>,
    read: u64,
}

impl PossibleOrders {
    /// Draws orders by a measure from all that is known about the accounts: their errors correlate as their estimates
    /// do (a Gaussian copula), and each error is distributed as its interval says.
    pub fn new(
        measure: &dyn Measure,
        sample: &Sample,
        tallies: &[Tally],
        calibration: &Calibration,
        follows: &Follows,
    ) -> Self {
        let score =
            |tally: &Tally, share: f64| measure.score(&Overlap::of_share(sample, share, tally));
        let at_best = |tally: &Tally| score(tally, share(sample, tally, USUAL).high);
        let as_it_is = |tally: &Tally| {
            Overlap::new(sample, tally).map_or(0.0, |overlap| measure.score(&overlap))
        };
        let mut accounts: Vec<(usize, &Tally)> = tallies.iter().enumerate().collect();
        sort_by(&mut accounts, as_it_is);
        if let Some(behind) = accounts.get_mut(TOP..) {
            sort_by(behind, at_best);
        }
        accounts.truncate(IN_REACH);
        sort_by(&mut accounts, as_it_is);
        let places: Vec<usize> = accounts.iter().map(|(place, _)| *place).collect();
        let estimate = |tally: &Tally| tally.calibrated.filter(|_| tally.confirmed.is_none());
        let strays = accounts
            .iter()
            .any(|(_, tally)| estimate(tally).is_some_and(|share| share.error > 0.0));
        let deviates = if strays {
            deviates(calibration, follows, &places, sample.read)
        } else {
            DMatrix::zeros(places.len(), 1)
        };
        let draws = deviates.column_iter().map(|deviates| {
            let drawn = accounts.iter().zip(deviates.iter());
            let drawn = drawn.map(|((_, tally), deviate)| {
                let share = match estimate(tally) {
                    Some(estimate) => quantile(sample, tally.counted, estimate, *deviate),
                    None => tally.share(sample),
                };
                score(tally, share)
            });
            drawn.collect()
        });
        Self {
            draws: draws.collect(),
            places,
            read: sample.read,
        }
    }

    /// Returns how precise the first [`REPORTED`] rows are: with a probability of 95% over all looks of a crawl, their
    /// summed scores fall short of the best possible by at most this part. 0 is exact, 1 says nothing.
    pub fn precision(&self) -> f64 {
        let lacks = self.draws.iter().map(|draw| {
            let first = |scores: &[f64]| scores.iter().take(REPORTED).sum::<f64>();
            let mut best = draw.clone();
            if best.len() > REPORTED {
                best.select_nth_unstable_by(REPORTED, |one, other| other.total_cmp(one));
            }
            match first(&best) {
                best if best > 0.0 => 1.0 - first(draw) / best,
                _ => 0.0,
            }
        });
        let mut lacks: Vec<f64> = lacks.collect();
        lacks.sort_unstable_by(f64::total_cmp);
        let look = f64::from(look_of(self.read));
        let error = ERROR / (look * (look + 1.0));
        let place = ((1.0 - error) * lacks.len() as f64).ceil() as usize;
        lacks
            .get(place.min(lacks.len()).saturating_sub(1))
            .map_or(1.0, |lack| lack.clamp(0.0, 1.0))
    }

    /// Returns the places of those that are in the [`TOP`] in nearly all orders; none if there are no others.
    pub fn sure(&self) -> Vec<usize> {
        if self.places.len() <= TOP {
            return Vec::new();
        }
        let mut among = vec![0u32; self.places.len()];
        for draw in &self.draws {
            let mut first: Vec<(usize, &f64)> = draw.iter().enumerate().collect();
            first.select_nth_unstable_by(TOP, |one, other| {
                other.1.total_cmp(one.1).then(one.0.cmp(&other.0))
            });
            let first = first.iter().take(TOP);
            first.for_each(|(index, _)| among[*index] += 1);
        }
        let sure = self.places.iter().zip(among);
        let sure = sure.filter(|(_, times)| f64::from(*times) >= SURE * self.draws.len() as f64);
        sure.map(|(place, _)| *place).collect()
    }
}

/// Sorts by falling score; equals keep their order.
fn sort_by(accounts: &mut [(usize, &Tally)], score: impl Fn(&Tally) -> f64) {
    accounts.sort_by(|one, other| {
        score(other.1)
            .total_cmp(&score(one.1))
            .then(one.0.cmp(&other.0))
    });
}

/// Draws standard normal deviates that correlate as the estimates of these accounts do: a row for each account, a
/// column for each draw.
fn deviates(
    calibration: &Calibration,
    follows: &Follows,
    places: &[usize],
    seed: u64,
) -> DMatrix<f64> {
    let correlations = DMatrix::from_fn(places.len(), places.len(), |one, other| {
        calibration.correlation(follows, places[one], places[other])
    });
    let ridge = DMatrix::from_diagonal_element(places.len(), places.len(), RIDGE);
    let root = Cholesky::new(correlations + ridge);
    let root = root.map_or_else(
        || DMatrix::identity(places.len(), places.len()),
        |root| root.l(),
    );
    let (normal, mut random) = (Normal::standard(), Rng::with_seed(seed));
    let independent = DMatrix::from_fn(places.len(), DRAWS, |_, _| {
        normal.inverse_cdf(random.f64().max(f64::EPSILON))
    });
    root * independent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures;
    use crate::model::SETTLED;

    /// Of 60 accounts, 10 are followed by nearly everyone, and 50 by about equally many.
    fn orders(listed: u64) -> PossibleOrders {
        let read = 400;
        let sample = Sample {
            audience: listed,
            listed,
            readable: listed,
            read,
        };
        let mut follows = Follows::new(60);
        let mut random = Rng::with_seed(7);
        for _ in 0..read {
            let share = |place: usize| if place < 10 { 0.9 } else { 0.3 };
            let followed: Vec<usize> = (0..60)
                .filter(|place| random.f64() < share(*place))
                .collect();
            follows.add(followed);
        }
        let tallies: Vec<Tally> = (0..60)
            .map(|place| Tally {
                counted: (read as f64 * follows.share(place)).round() as u64,
                confirmed: None,
                calibrated: None,
                followers: 20_000,
            })
            .collect();
        let calibration = Calibration::new(&sample, &tallies, &follows);
        let tallies = tallies.into_iter().enumerate().map(|(place, tally)| Tally {
            calibrated: calibration.share(place),
            ..tally
        });
        let tallies: Vec<Tally> = tallies.collect();
        PossibleOrders::new(measures::ALL[0], &sample, &tallies, &calibration, &follows)
    }

    #[test]
    fn rows_far_ahead_are_sure_and_rows_at_the_border_are_not() {
        let mut sure = orders(10_000).sure();
        sure.sort_unstable();
        assert!(
            sure.starts_with(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
            "{sure:?}"
        );
        assert!(sure.len() < TOP, "ten places are anybody's: {sure:?}");
    }

    #[test]
    fn all_is_sure_and_exact_once_all_were_read() {
        let orders = orders(400);
        assert_eq!((orders.sure().len(), orders.precision()), (TOP, 0.0));
    }

    #[test]
    fn ten_that_are_far_ahead_lack_nothing() {
        let precision = orders(10_000).precision();
        assert!(precision < SETTLED, "{precision}");
    }
}
