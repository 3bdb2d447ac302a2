//! The answers that searches of every depth give to one audience, as the engine comes by them: the same looks,
//! each with its choice of profiles; the last one, and each that may settle the list, with a look through lists
//! of candidates whose place is in doubt.
//!
//! The engine differs in that it reads a few more than it aims at, that followers are gone or given up, that
//! some candidates are private, and that a profile may tell of more followers than are listed.

use std::collections::BTreeMap;

use chrono::DateTime;
use lookalike::measures::{ALL, order_by};
use lookalike::model::{AccountId, Certainty, Depth, Handle, Overlap, Ranking, Similar, Tally};
use lookalike::sampling::{SETTLED, SURE, TOP, next_aim, precision};

use crate::audience::Audience;
use crate::listing::{Asked, Background, Listing, Row};
use crate::marks::resampled;
use crate::reading::{Reading, read};

/// What searches of one audience have come to.
pub(crate) struct Search {
    pub answers: Vec<(Depth, Ranking)>,
    /// All who can be read, without mass followers and with them.
    pub usual: Option<Reading>,
    pub everybody: Option<Reading>,
}

/// An audience whose followers are read in this order.
pub(crate) struct Searched<'a> {
    pub audience: &'a Audience<'a>,
    pub followers: &'a [u64],
    pub shared: &'a [u32],
    pub background: &'a Background,
}

impl Searched<'_> {
    pub(crate) fn search(&self) -> Search {
        let (usual, everybody) = Depth::ALL
            .into_iter()
            .partition(|depth| *depth != Depth::Full);
        let (mut answers, usual) = self.pass(usual, true);
        let (of_everybody, everybody) = self.pass(everybody, false);
        answers.extend(of_everybody);
        Search {
            answers,
            usual,
            everybody,
        }
    }

    /// The answers at these depths, and what there is to read for them.
    fn pass(&self, depths: Vec<Depth>, skip: bool) -> (Vec<(Depth, Ranking)>, Option<Reading>) {
        let mut open = depths;
        let mut looks: Vec<u64> = open.iter().filter_map(|depth| depth.followers()).collect();
        let doubling = std::iter::successors(Some(0), |read| Some(next_aim(*read, u64::MAX)));
        looks.extend(doubling.take_while(|read| *read <= self.audience.size));
        let mut early = Asked::nothing(self.shared);
        let mut settling = early.clone();
        let (mut answers, mut all) = (Vec::new(), None);
        read(self.audience, self.followers, skip, &looks, |reading| {
            let is_look = next_aim(reading.read - 1, u64::MAX) == reading.read;
            open.retain(|depth| {
                let is_last = reading.is_all() || depth.followers() == Some(reading.read);
                let mut last = early.clone();
                let asked = match depth {
                    Depth::Settled if is_look || is_last => &mut settling,
                    _ if is_last => &mut last,
                    _ => return true,
                };
                let (mut ranking, rows) = self.rank(reading, asked, is_last);
                let ends = is_last || ranking.precision <= SETTLED;
                if ends {
                    self.mark(&mut ranking, &rows, reading, skip);
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
        (answers, all)
    }

    fn list(&self, reading: &Reading, asked: &mut Asked<'_>, last: bool) -> Listing {
        asked.list(self.audience, reading, Some(self.background), ALL[0], last)
    }

    fn rank(&self, reading: &Reading, asked: &mut Asked<'_>, last: bool) -> (Ranking, Vec<Row>) {
        let Listing {
            mut rows,
            unseen,
            candidates,
        } = self.list(reading, asked, last);
        asked.confirm(reading, ALL[0], &mut rows);
        let sample = reading.sample();
        let tallies = rows.iter().map(|row| row.tally);
        let similar: Vec<Similar> = rows.iter().map(similar).collect();
        let certainty = ALL.map(|measure| {
            let mut rows = similar.clone();
            order_by(measure, &sample, &mut rows);
            let tallies = rows.iter().map(Similar::tally);
            let last = rows.get(TOP - 1).map_or(0.0, |row| row.score);
            let comes_in = |unseen: u64| {
                let share = unseen as f64 / sample.read as f64;
                measure.score(&Overlap::at_best(&sample, share)) >= last
            };
            let is_own = measure.name() == ALL[0].name();
            let certainty = Certainty {
                undecided: u64::from(!is_own && unseen.is_some_and(comes_in)),
                precision: precision(measure, &sample, tallies, unseen, candidates),
                sure: Vec::new(),
                fetched: false,
            };
            (measure.name().to_owned(), certainty)
        });
        let ranking = Ranking {
            measure: ALL[0].name().to_owned(),
            rows: similar,
            certainty: BTreeMap::from(certainty),
            cohort: Default::default(),
            reordered: false,
            sample,
            followers: reading.followers(),
            undecided: 0,
            in_doubt: 0,
            precision: precision(ALL[0], &sample, tallies, unseen, candidates),
            requests: reading.requests(0, true) + asked.requests(self.audience, 0),
            saved: 0,
            made_at: DateTime::UNIX_EPOCH,
        };
        (ranking, rows)
    }

    fn mark(&self, ranking: &mut Ranking, rows: &[Row], reading: &Reading, skip: bool) {
        if ranking.is_preliminary() {
            return;
        }
        let marks = resampled(self.audience, self.followers, skip, reading, rows);
        let tallies: Vec<Tally> = rows.iter().map(|row| row.tally).collect();
        for measure in ALL {
            let certainty = ranking.certainty.get_mut(measure.name());
            let Some(certainty) = certainty.filter(|it| it.undecided == 0) else {
                continue;
            };
            let parts = marks.part_in_top(measure, &ranking.sample, &tallies);
            let sure = ranking.rows.iter().zip(parts);
            let sure = sure.filter(|(_, part)| *part >= SURE);
            certainty.sure = sure.map(|(row, _)| row.id.clone()).collect();
        }
        for row in &mut ranking.rows {
            row.sure = ranking.certainty[ALL[0].name()].sure.contains(&row.id);
        }
    }
}

fn similar(row: &Row) -> Similar {
    let id = row.account.to_string();
    Similar {
        handle: Handle(id.clone()),
        id: AccountId::new(id),
        name: String::new(),
        bio: String::new(),
        picture: None,
        followers: Some(row.tally.followers),
        verified: false,
        shared: row.tally.counted,
        confirmed: row.tally.confirmed,
        score: row.score,
        sure: false,
    }
}
