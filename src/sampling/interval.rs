//! How far a share in a sample may be from the share among all.

use crate::model::{Sample, Share, Tally};

/// Standard deviations to either side of a 95% interval: what people are shown.
pub const USUAL: f64 = 1.959_964;

/// An estimate of unseen followers is at least this many of its standard errors: what chance may have hidden can't be
/// estimated as zero.
const LEAST_UNSEEN: f64 = 0.7;

/// Rounding errors, as a part of a follower.
const ROUNDING: f64 = 1e-9;

/// A share's bounds, both from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// Returns the bounds, `z` standard deviations to either side, of the share of followers who follow an account. They
/// coincide if the account's own follower list was read.
pub fn share(sample: &Sample, tally: &Tally, z: f64) -> Interval {
    let share = tally.share(sample);
    match (tally.confirmed, tally.calibrated) {
        (Some(_), _) => Interval {
            low: share,
            high: share,
        },
        (None, Some(calibrated)) => around(sample, tally.counted, calibrated, z),
        (None, None) => wilson(sample, tally.counted, z),
    }
}

/// Returns the bounds of the share of listed followers who follow an account that `counted` of those read follow.
///
/// Wilson's score interval ("Probable inference", 1927) with the finite population factor: a sample of n out of N is
/// worth one of n (N - 1) / (N - n) out of infinitely many. If all were read, the bounds coincide.
pub(super) fn wilson(sample: &Sample, counted: u64, z: f64) -> Interval {
    let (read, all) = (sample.read as f64, sample.listed.max(sample.read) as f64);
    if sample.read == 0 {
        return Interval {
            low: 0.0,
            high: 1.0,
        };
    }
    let share = (counted as f64 / read).min(1.0);
    if all <= read {
        return Interval {
            low: share,
            high: share,
        };
    }
    let worth = read * (all - 1.0) / (all - read);
    let z2 = z * z / worth;
    let middle = (share + z2 / 2.0) / (1.0 + z2);
    let half = z / (1.0 + z2) * (share * (1.0 - share) / worth + z2 / (4.0 * worth)).sqrt();
    Interval {
        // Those counted do follow it, and the others that were read do not.
        low: (middle - half).max(counted as f64 / all).min(share),
        high: (middle + half)
            .min(1.0 - (read - counted as f64).max(0.0) / all)
            .max(share),
    }
}

/// Returns the bounds around an estimate, in whole followers.
fn around(sample: &Sample, counted: u64, estimate: Share, z: f64) -> Interval {
    let listed = sample.listed.max(1) as f64;
    let followers = |z: f64| quantile(sample, counted, estimate, z) * listed;
    Interval {
        low: (followers(-z) + ROUNDING).floor() / listed,
        high: (followers(z) - ROUNDING).ceil() / listed,
    }
}

/// Returns the quantile of an estimate that corresponds to `z` in the standard normal distribution.
///
/// The number of followers among those not read is taken to be gamma distributed, since few of many may follow and
/// never less than none; the quantile is Wilson and Hilferty's ("The distribution of chi-square", 1931).
pub(super) fn quantile(sample: &Sample, counted: u64, estimate: Share, z: f64) -> f64 {
    let Share { value, error } = estimate;
    if error <= 0.0 {
        return value;
    }
    let listed = sample.listed.max(1) as f64;
    let seen = (counted as f64 / listed).min(value);
    let most = (1.0 - sample.read.saturating_sub(counted) as f64 / listed).max(value);
    let unseen = (value - seen).max(LEAST_UNSEEN * error);
    let shape = (unseen / error).powi(2);
    let root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt());
    (seen + unseen * root.max(0.0).powi(3)).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(readable: u64, read: u64) -> Sample {
        Sample {
            audience: readable,
            listed: readable,
            readable,
            read,
        }
    }

    /// "p=2% +-1% needs n=753, 5% +-2% 456, 10% +-3% 384", by Wald's interval.
    #[test]
    fn is_about_as_wide_as_the_text_books_say() {
        for (read, counted, off) in [(753, 15, 0.01), (456, 23, 0.02), (384, 38, 0.03)] {
            let Interval { low, high } = wilson(&sample(u64::MAX / 2, read), counted, USUAL);
            let half = (high - low) / 2.0;
            assert!((half - off).abs() < off / 10.0, "{half} is not {off}");
        }
    }

    #[test]
    fn closes_as_the_whole_is_read_and_never_denies_what_was_seen() {
        let all = wilson(&sample(100, 100), 20, USUAL);
        assert_eq!((all.low, all.high), (0.2, 0.2));
        let most = wilson(&sample(100, 90), 0, USUAL);
        assert!(most.low == 0.0 && most.high <= 0.1);
        let nothing = wilson(&sample(100, 0), 0, USUAL);
        assert_eq!((nothing.low, nothing.high), (0.0, 1.0));
        let half = wilson(&sample(100, 50), 10, USUAL);
        let endless = wilson(&sample(1_000_000, 50), 10, USUAL);
        assert!(half.low > endless.low && half.high < endless.high);
    }

    #[test]
    fn closes_for_an_account_whose_own_list_was_read() {
        let tally = Tally {
            counted: 3,
            confirmed: Some(20),
            calibrated: None,
            followers: 70,
        };
        let Interval { low, high } = share(&sample(100, 10), &tally, USUAL);
        assert_eq!((low, high), (0.2, 0.2));
    }

    fn estimated(read: u64, counted: u64, value: f64, error: f64) -> Interval {
        let tally = Tally {
            counted,
            confirmed: None,
            calibrated: Some(Share { value, error }),
            followers: 9_000,
        };
        share(&sample(10_000, read), &tally, USUAL)
    }

    #[test]
    fn of_many_it_is_as_wide_as_a_normal_distribution_says() {
        let Interval { low, high } = estimated(800, 240, 0.3, 0.015);
        assert!((low - 0.2706).abs() < 0.002 && (high - 0.3294).abs() < 0.002);
    }

    /// Two of 200 are nearly always chance if many accounts have few followers: it may be just these two.
    #[test]
    fn of_few_it_may_be_nobody_but_those_who_were_seen() {
        let Interval { low, high } = estimated(200, 2, 0.0038, 0.0043);
        assert_eq!(low, 0.0002);
        assert!((0.012..0.02).contains(&high), "{high}");
        let nobody = estimated(200, 2, 0.0002, 0.001);
        assert!(nobody.low == 0.0002 && nobody.high > 0.001);
    }

    #[test]
    fn it_never_holds_those_who_were_read_and_follow_others() {
        assert_eq!(estimated(9_000, 8_000, 0.89, 0.05).high, 0.9);
    }
}
