//! The answers of searches of every depth for one audience, made as the engine makes them: the same looks, each with
//! its choice of profiles; at the last look, and at each that may settle the list, the follower lists of candidates
//! whose place is in doubt are counted.
//!
//! The engine differs in that it reads a few more followers than it aims at, that followers are gone or given up, that
//! some candidates are private, and that a profile may show more followers than are listed.

use std::collections::BTreeMap;

use chrono::DateTime;
use lookalike::measures::{ALL, order_by};
use lookalike::model::{
    AccountId, Certainty, Depth, Handle, Ranking, SETTLED, Sample, Similar, Tally,
};
use lookalike::sampling::{PossibleOrders, next_aim};

use crate::audience::PlantedAudience;
use crate::follows::of_rows;
use crate::listing::{Background, CandidateList, Fetches, ListRow};
use crate::reading::{Reading, read};

/// The results of searches for one audience.
pub(crate) struct Search {
    pub answers: Vec<(Depth, Ranking)>,
    /// The reading of all who can be read.
    pub all: Option<Reading>,
}

/// An audience, and the order in which its followers are read.
pub(crate) struct SearchedAudience<'a> {
    pub audience: &'a PlantedAudience<'a>,
    pub followers: &'a [u64],
    pub shared: &'a [u32],
    pub background: &'a Background,
}

impl SearchedAudience<'_> {
    pub(crate) fn search(&self) -> Search {
        let mut open = Depth::ALL.to_vec();
        let mut looks: Vec<u64> = open.iter().filter_map(|depth| depth.followers()).collect();
        let doubling = std::iter::successors(Some(0), |read| Some(next_aim(*read, u64::MAX)));
        looks.extend(doubling.take_while(|read| *read <= self.audience.size));
        let mut early = Fetches::none(self.shared);
        let mut settling = early.clone();
        let (mut answers, mut all) = (Vec::new(), None);
        read(self.audience, self.followers, &looks, |reading| {
            let is_look = next_aim(reading.read - 1, u64::MAX) == reading.read;
            open.retain(|depth| {
                let is_last = reading.is_all() || depth.followers() == Some(reading.read);
                let mut last = early.clone();
                let fetches = match depth {
                    Depth::Settled if is_look || is_last => &mut settling,
                    _ if is_last => &mut last,
                    _ => return true,
                };
                let ranking = self.rank(reading, fetches, is_last);
                let ends = is_last || ranking.precision <= SETTLED;
                if ends {
                    answers.push((*depth, ranking));
                }
                !ends
            });
            if is_look && !open.is_empty() {
                self.list(reading, &mut early, false);
            }
            if reading.is_all() {
                all = Some(reading.clone());
            }
        });
        Search { answers, all }
    }

    fn list(&self, reading: &Reading, fetches: &mut Fetches<'_>, last: bool) -> CandidateList {
        fetches.list(self.audience, reading, Some(self.background), ALL[0], last)
    }

    fn rank(&self, reading: &Reading, fetches: &mut Fetches<'_>, last: bool) -> Ranking {
        let mut listing = self.list(reading, fetches, last);
        let mut rows = std::mem::take(&mut listing.rows);
        let follows = of_rows(self.audience, self.followers, reading, &rows);
        let calibration = fetches.confirm(reading, ALL[0], &mut rows, &follows);
        let sample = reading.sample();
        let tallies: Vec<Tally> = rows.iter().map(|row| row.tally).collect();
        let mut similar: Vec<Similar> = rows.iter().map(similar).collect();
        let certainty = ALL.map(|measure| {
            let orders = PossibleOrders::new(measure, &sample, &tallies, &calibration, &follows);
            let undecided = listing.undecided(measure, &sample);
            (
                measure.name(),
                certainty(&sample, &orders, &similar, undecided),
            )
        });
        let certainty = BTreeMap::from(certainty);
        let own = certainty[&ALL[0].name()].clone();
        for row in &mut similar {
            row.sure = own.sure.contains(&row.id);
        }
        order_by(ALL[0], &sample, &mut similar);
        Ranking {
            measure: ALL[0].name(),
            rows: similar,
            certainty,
            cohort: Default::default(),
            reordered: false,
            sample,
            followers: reading.followers(),
            undecided: own.undecided,
            in_doubt: 0,
            precision: own.precision,
            requests: reading.requests(0) + fetches.requests(self.audience, 0),
            saved: 0,
            made_at: DateTime::UNIX_EPOCH,
        }
    }
}

/// Returns what can be stated of an order.
fn certainty(
    sample: &Sample,
    orders: &PossibleOrders,
    rows: &[Similar],
    undecided: u64,
) -> Certainty {
    let sure = orders
        .sure()
        .into_iter()
        .filter(|_| !sample.is_preliminary());
    if undecided > 0 {
        return Certainty {
            undecided,
            precision: 1.0,
            ..Certainty::default()
        };
    }
    Certainty {
        undecided,
        precision: orders.precision(),
        sure: sure.map(|place| rows[place].id.clone()).collect(),
        fetched: false,
    }
}

fn similar(row: &ListRow) -> Similar {
    let id = row.account.to_string();
    Similar {
        handle: Handle(id.clone()),
        id: AccountId::new(id),
        name: String::new(),
        bio: String::new(),
        picture: None,
        followers: Some(row.tally.followers),
        verified: false,
        told_kind: None,
        shared: row.tally.counted,
        confirmed: row.tally.confirmed,
        calibrated: row.tally.calibrated,
        score: row.score,
        sure: false,
    }
}
