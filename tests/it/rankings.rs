//! Results of counting and ranking, for tests without the engine.

use chrono::{DateTime, Utc};
use lookalike::model::{
    Candidate, Crawl, MeasureName, Ranking, Sample, Shortlist, Similar, StageName,
};

pub(crate) fn shortlist(candidates: Vec<Candidate>) -> Shortlist {
    Shortlist {
        complete: true,
        read: 2,
        elsewhere: vec![0; candidates.len()],
        elsewhere_read: 0,
        candidates,
    }
}

/// Returns a ranking of these rows, as of now.
pub(crate) fn ranking(crawl: &Crawl, rows: Vec<Similar>, now: DateTime<Utc>) -> Ranking {
    let read = crawl.followers.read;
    Ranking {
        measure: MeasureName::Peers,
        rows,
        sample: Sample {
            audience: crawl.followers_total(),
            listed: crawl.followers.listed,
            readable: read,
            read,
        },
        followers: crawl.followers,
        undecided: 0,
        in_doubt: 0,
        precision: 0.0,
        certainty: Default::default(),
        cohort: Default::default(),
        reordered: false,
        requests: StageName::ALL
            .map(|stage| crawl.requests[stage])
            .iter()
            .sum(),
        saved: 0,
        made_at: now,
    }
}
