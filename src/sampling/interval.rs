//! How far the share in a sample may be from the share among all.

use crate::model::{Sample, Share, Tally};

/// Standard deviations to either side that hold 95%: what is shown to people.
pub const USUAL: f64 = 1.959_964;

/// A share's bounds, both from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// The bounds, `z` standard deviations to either side, of the share of the followers who follow an account.
/// Where all that are listed were looked for in its own list, nothing is left open.
pub fn share(sample: &Sample, tally: &Tally, z: f64) -> Interval {
    let share = tally.share(sample);
    match (tally.confirmed, tally.calibrated) {
        (Some(_), _) => Interval {
            low: share,
            high: share,
        },
        (None, Some(calibrated)) => around(calibrated, z),
        (None, None) => wilson(sample, tally.counted, z),
    }
}

/// The bounds of the share of the listed followers who follow an account that `counted` of those read
/// follow.
///
/// Wilson's score interval ("Probable inference", 1927) with the finite population factor: a sample of n
/// out of N is worth one of n (N - 1) / (N - n) out of endlessly many. Where all were read nothing is
/// left open.
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
        // Who was counted is there, and who was read and does not follow is not.
        low: (middle - half).max(counted as f64 / all).min(share),
        high: (middle + half)
            .min(1.0 - (read - counted as f64).max(0.0) / all)
            .max(share),
    }
}

/// The bounds around an estimate: Wilson's, of the sample that would be as sure.
fn around(estimate: Share, z: f64) -> Interval {
    let Share { value, error } = estimate;
    if error <= 0.0 || value <= 0.0 || value >= 1.0 {
        return Interval {
            low: value,
            high: value,
        };
    }
    let z2 = (z * error).powi(2) / (value * (1.0 - value));
    let middle = (value + z2 / 2.0) / (1.0 + z2);
    let half = z * error / (1.0 + z2) * (1.0 + z2 / (4.0 * value * (1.0 - value))).sqrt();
    Interval {
        low: (middle - half).max(0.0),
        high: (middle + half).min(1.0),
    }
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
}
