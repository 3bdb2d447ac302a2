//! The result: candidates, what they share with the target, and their order.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{AccountId, Cohort, Followers, Handle, MeasureName, ToldKind};

/// An account that followers of the target follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub id: AccountId,
    /// How many of the followers read follow it.
    pub shared: u64,
}

/// The accounts that most of the followers read follow, most followed first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortlist {
    pub candidates: Vec<Candidate>,
    /// They follow no other accounts.
    pub complete: bool,
    /// Lists that were counted.
    pub read: u64,
    /// Lists of other audiences that the counts are compared with ...
    pub elsewhere_read: u64,
    /// ... and how many of these contain each candidate.
    pub elsewhere: Vec<u64>,
}

/// What counts are based on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Followers of the target (N), or those listed if our cap cut the list: then the newest are the audience.
    pub audience: u64,
    /// Followers listed (M).
    pub listed: u64,
    /// How many of those listed can be read; until all were tried, extrapolated from those that were.
    pub readable: u64,
    /// Followers whose lists were read (n).
    pub read: u64,
}

/// An estimate of the share of listed followers who follow a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// From 0 to 1.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
}

/// What was counted of one candidate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Followers read who follow it (c).
    pub counted: u64,
    /// Listed followers who follow it; known if the candidate's own follower list was read.
    pub confirmed: Option<u64>,
    /// The best estimate if it was not counted; see [`crate::sampling::Calibration`].
    pub calibrated: Option<Share>,
    /// Its followers (B).
    pub followers: u64,
}

/// The numbers from which every measure is computed, within the bounds of the sampling maths: built by
/// [`Overlap::new`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// Followers of the target (N).
    pub target: f64,
    /// Followers of the candidate (B).
    pub candidate: f64,
    /// Followers known to follow the candidate (c): of those listed if its own follower list was read, or else of those
    /// read.
    pub counted: f64,
    /// Shared followers, scaled from those read to all (est).
    pub shared: f64,
}

/// One row of a ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Similar {
    pub id: AccountId,
    pub handle: Handle,
    pub name: String,
    pub bio: String,
    pub picture: Option<String>,
    /// `None` if the network does not tell.
    pub followers: Option<u64>,
    pub verified: bool,
    /// See [`Similar::known_kind`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_kind: Option<ToldKind>,
    /// Followers read who follow it.
    pub shared: u64,
    /// See [`Tally::confirmed`].
    pub confirmed: Option<u64>,
    /// See [`Tally::calibrated`].
    pub calibrated: Option<Share>,
    pub score: f64,
    /// It stays in the top places, whatever else is read.
    pub sure: bool,
}

/// The ordered result, most similar first, and what it is based on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// The measure that ordered it.
    pub measure: MeasureName,
    pub rows: Vec<Similar>,
    pub sample: Sample,
    /// The followers when it was made.
    pub followers: Followers,
    /// Accounts whose profiles were not fetched for lack of budget, and that could reach the top places of this sample.
    /// At 0 these are certain.
    pub undecided: u64,
    /// Requests for the follower lists of all accounts in doubt.
    pub in_doubt: u64,
    /// See [`crate::sampling::PossibleOrders::precision`].
    pub precision: f64,
    /// How certain the order by each measure is.
    pub certainty: BTreeMap<MeasureName, Certainty>,
    /// What the next result is compared with.
    pub cohort: Cohort,
    /// Its rows are in another order than the one that was confirmed.
    #[serde(skip)]
    pub reordered: bool,
    /// Requests that it took, and that were saved by cached answers.
    pub requests: u64,
    pub saved: u64,
    pub made_at: DateTime<Utc>,
}

/// How certain an order of the rows is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Certainty {
    /// See [`Ranking::undecided`].
    pub undecided: u64,
    /// See [`crate::sampling::PossibleOrders::precision`].
    pub precision: f64,
    /// Those that stay in the top places.
    pub sure: Vec<AccountId>,
    /// See [`crate::model::Coverage::fetched`].
    pub fetched: bool,
}

/// Followers that must have been read, if there are that many, before places are called sure.
const SETTLING: u64 = 800;

impl Ranking {
    /// Whether the network tells the follower count of any account, so that sizes can be compared.
    pub fn tells_sizes(&self) -> bool {
        self.rows.iter().any(|row| row.followers.is_some())
    }

    /// Whether there are listed followers whose lists were not read.
    pub fn is_sample(&self) -> bool {
        self.sample.read < self.sample.listed
    }
}

impl Sample {
    /// Whether too few were read to be sure of any place.
    pub fn is_preliminary(&self) -> bool {
        self.read < self.readable.min(SETTLING)
    }
}

impl Similar {
    pub fn tally(&self) -> Tally {
        Tally {
            counted: self.shared,
            confirmed: self.confirmed,
            calibrated: self.calibrated,
            // An unknown size is taken to be the largest, so that it never flatters the account.
            followers: self.followers.unwrap_or(u64::MAX),
        }
    }
}

impl Tally {
    /// Returns the share of followers who follow the candidate: of all listed if that was counted or can be estimated,
    /// or else of those read.
    pub fn share(&self, sample: &Sample) -> f64 {
        match self.confirmed {
            Some(confirmed) => confirmed as f64 / sample.listed.max(1) as f64,
            None => self.calibrated.map_or_else(
                || self.counted as f64 / sample.read.max(1) as f64,
                |calibrated| calibrated.value,
            ),
        }
    }
}

impl Overlap {
    /// Returns what is known about a candidate; `None` if nothing was read.
    ///
    /// N is at least n, B at least c, and est, the share of N, at most B and N: without these bounds small accounts
    /// would score above 1 by chance alone, and win.
    pub fn new(sample: &Sample, tally: &Tally) -> Option<Self> {
        (sample.read > 0).then(|| Self {
            counted: tally.confirmed.unwrap_or(tally.counted) as f64,
            ..Self::of_share(sample, tally.share(sample), tally)
        })
    }

    /// Returns the overlap as if all listed followers had been read, and this share of them, from 0 to 1, followed the
    /// candidate.
    pub fn of_share(sample: &Sample, share: f64, tally: &Tally) -> Self {
        let least = tally.counted.max(tally.confirmed.unwrap_or(0));
        Self::between(sample, share, tally.followers.max(least))
    }

    /// Returns the same for a candidate without other followers: none has a higher score at this share.
    pub fn at_best(sample: &Sample, share: f64) -> Self {
        let overlap = Self::between(sample, share, u64::MAX);
        Self {
            candidate: overlap.shared,
            ..overlap
        }
    }

    fn between(sample: &Sample, share: f64, candidate: u64) -> Self {
        let target = sample.audience.max(sample.read) as f64;
        let candidate = candidate as f64;
        Self {
            target,
            candidate,
            counted: share * sample.listed.max(sample.read) as f64,
            shared: (share * target).min(candidate).min(target),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_never_passes_either_audience() {
        let sample = |audience, read| Sample {
            audience,
            listed: audience,
            readable: audience,
            read,
        };
        let tally = |counted, followers| Tally {
            counted,
            confirmed: None,
            calibrated: None,
            followers,
        };
        let of = |sample, tally| Overlap::new(&sample, &tally);
        let overlap = of(sample(100_000, 800), tally(10, 40)).expect("something was read");
        assert_eq!(
            overlap.shared, 40.0,
            "1,250 by scaling, but the candidate has 40 followers"
        );
        let overlap = of(sample(10, 20), tally(20, 5)).expect("something was read");
        assert_eq!(
            (overlap.target, overlap.candidate, overlap.shared),
            (20.0, 20.0, 20.0)
        );
        assert_eq!(of(sample(10, 0), tally(0, 5)), None);
    }

    #[test]
    fn what_was_counted_of_all_wins_over_what_the_sample_says() {
        let sample = Sample {
            audience: 1_000,
            listed: 1_000,
            readable: 800,
            read: 100,
        };
        let tally = Tally {
            counted: 10,
            confirmed: Some(150),
            calibrated: None,
            followers: 400,
        };
        let overlap = Overlap::new(&sample, &tally).expect("something was read");
        assert_eq!((overlap.shared, overlap.counted), (150.0, 150.0));
    }
}
