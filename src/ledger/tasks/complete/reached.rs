//! How far a crawl has come with a new ranking.

use std::collections::BTreeMap;

use crate::model::{
    Certainty, Coverage, Crawl, MeasureName, Preview, PreviewRow, Ranking, Reached,
};

/// Accounts that are shown while a ranking firms up.
const SHOWN: usize = 5;

pub(crate) fn reached(crawl: &Crawl, ranking: &Ranking) -> Reached {
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
        preview: preview(ranking),
        made_at: before.map_or(ranking.made_at, |before| before.made_at),
    }
}

fn preview(ranking: &Ranking) -> Preview {
    let rows = ranking.rows.iter().take(SHOWN).map(|row| PreviewRow {
        handle: row.handle.clone(),
        name: row.name.clone(),
        score: row.score,
        is_estimate: ranking.is_sample() && row.confirmed.is_none(),
    });
    Preview {
        measure: ranking.measure,
        preliminary: ranking.sample.is_preliminary(),
        rows: rows.collect(),
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
