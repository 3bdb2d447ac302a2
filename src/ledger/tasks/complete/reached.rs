//! How far a crawl has come with a new ranking.

use std::collections::BTreeMap;

use crate::model::{Certainty, Coverage, Crawl, MeasureName, Ranking, Reached};

/// Rows of a ranking that are shown while it firms up.
const FIRST: usize = 5;

pub(crate) fn reached(crawl: &Crawl, ranking: &Ranking) -> Reached {
    let first = ranking.rows.iter().take(FIRST);
    // A crawl looked at again rests on what was read before, and is as old as that.
    let before = crawl.reached.as_ref().filter(|_| crawl.again);
    let all = u64::from(crawl.planned) >= crawl.followers.listed;
    Reached {
        read: before.map_or(crawl.followers.read, |before| before.read),
        all: before.map_or(all, |before| before.all),
        skipped: before.map_or(crawl.followers.skipped, |before| before.skipped),
        precision: ranking.precision,
        fetched: u64::from(crawl.profiles_done) + u64::from(crawl.profiles_missing),
        undecided: ranking.undecided,
        orders: orders(ranking),
        in_doubt: ranking.in_doubt,
        ranked: ranking.rows.len() as u64,
        first: first.map(|row| row.handle.clone()).collect(),
        made_at: before.map_or(ranking.made_at, |before| before.made_at),
    }
}

/// Returns how complete the other possible orders are.
fn orders(ranking: &Ranking) -> BTreeMap<MeasureName, Coverage> {
    let others = ranking.certainty.iter();
    let others = others.filter(|(name, _)| ranking.tells_sizes() && **name != ranking.measure);
    let coverage = |(name, known): (&MeasureName, &Certainty)| {
        let (undecided, fetched) = (known.undecided, known.fetched);
        (*name, Coverage { undecided, fetched })
    };
    others.map(coverage).collect()
}
