//! A ranking and its rows, for tests to start from.

use chrono::DateTime;

use crate::model::{AccountId, Followers, Handle, MeasureName, Ranking, Sample, Similar};

/// An account with 1,000 followers; 12 of them are among those read.
pub(crate) fn row(handle: &str) -> Similar {
    Similar {
        id: AccountId::new(handle),
        handle: Handle(handle.to_owned()),
        name: String::new(),
        bio: String::new(),
        picture: None,
        followers: Some(1_000),
        verified: false,
        told_kind: None,
        shared: 12,
        confirmed: None,
        calibrated: None,
        score: 0.25,
        sure: false,
    }
}

/// A ranking with these numbers of followers listed, readable and read.
pub(crate) fn ranking(rows: Vec<Similar>, listed: u64, readable: u64, read: u64) -> Ranking {
    Ranking {
        measure: MeasureName::Peers,
        rows,
        sample: Sample {
            audience: listed,
            listed,
            readable,
            read,
        },
        followers: Followers::default(),
        undecided: 0,
        in_doubt: 0,
        precision: 0.2,
        certainty: Default::default(),
        cohort: Default::default(),
        reordered: false,
        requests: 9,
        saved: 0,
        made_at: DateTime::UNIX_EPOCH,
    }
}
