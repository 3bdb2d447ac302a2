//! A finished analysis as JSON, for programs.

use serde::Serialize;

use crate::files::kinds::KindReport;
use crate::model::{Crawl, Depth, MeasureName, Ranking, Sample, Similar, Stopped};
use crate::sampling::{Interval, USUAL, share};

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub handle: String,
    pub network: String,
    pub followers_total: u64,
    pub followers_listed: u64,
    pub followers_read: u64,
    pub unreadable: u64,
    pub depth: Depth,
    /// Followers whose lists the ranking is based on.
    pub sampled: u64,
    pub skipped: u64,
    pub requests_saved: u64,
    /// The most by which the first ten's score may fall short of the best ten's, with 95% confidence: see
    /// [`crate::sampling::PossibleOrders::precision`].
    pub precision_reached: f64,
    pub stopped_because: Option<Stopped>,
    /// No other account's profile could change the top places of this sample.
    pub certain: bool,
    pub requests: RequestsReport,
    pub elapsed_s: f64,
    pub measure: MeasureName,
    pub results: Vec<ReportRow>,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct RequestsReport {
    pub verify: u64,
    pub followers: u64,
    pub subscriptions: u64,
    pub profiles: u64,
    pub confirm: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct ReportRow {
    pub rank: usize,
    pub id: String,
    pub handle: String,
    pub name: String,
    pub bio: String,
    pub verified: bool,
    /// `None` if the network does not tell.
    pub followers: Option<u64>,
    pub shared: u64,
    /// How many of all listed followers follow it, if its own list was read.
    pub confirmed: Option<u64>,
    /// The share of all listed followers who follow it, counted or estimated, with its 95% interval.
    pub share: f64,
    pub low: f64,
    pub high: f64,
    pub score: f64,
    /// It is almost certainly in the top places.
    pub sure: bool,
    #[serde(flatten)]
    pub kind: KindReport,
}

impl Report {
    pub fn new(crawl: &Crawl, ranking: Ranking) -> Self {
        let ended_at = crawl.ended_at.unwrap_or(crawl.progress_at);
        Self {
            handle: crawl.own_name().0.clone(),
            network: crawl.network.to_string(),
            followers_total: crawl.followers_total(),
            followers_listed: crawl.followers.listed,
            followers_read: crawl.followers.read,
            unreadable: crawl.followers.unreadable(),
            depth: crawl.depth,
            sampled: ranking.sample.read,
            skipped: ranking.followers.skipped,
            requests_saved: ranking.saved,
            precision_reached: ranking.precision,
            stopped_because: crawl.stopped(),
            certain: ranking.undecided == 0,
            requests: RequestsReport {
                verify: crawl.requests.verify,
                followers: crawl.requests.followers,
                subscriptions: crawl.requests.subscriptions,
                profiles: crawl.requests.profiles,
                confirm: crawl.requests.confirm,
            },
            elapsed_s: (ended_at - crawl.since).as_seconds_f64(),
            measure: ranking.measure,
            results: ranking
                .rows
                .into_iter()
                .enumerate()
                .map(|(index, row)| ReportRow::new(index + 1, row, &ranking.sample))
                .collect(),
        }
    }
}

impl ReportRow {
    fn new(rank: usize, row: Similar, sample: &Sample) -> Self {
        let tally = row.tally();
        let Interval { low, high } = share(sample, &tally, USUAL);
        let kind = KindReport::of(&row);
        Self {
            rank,
            id: row.id.to_string(),
            handle: row.handle.0,
            name: row.name,
            bio: row.bio,
            verified: row.verified,
            followers: row.followers,
            shared: row.shared,
            confirmed: row.confirmed,
            share: tally.share(sample),
            low,
            high,
            score: row.score,
            sure: row.sure,
            kind,
        }
    }
}
