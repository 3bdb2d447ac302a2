//! The lists: profiles as far as they are needed, followers of accounts whose place is in doubt, and the order.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::convert::Infallible;

use lookalike::measures::Measure;
use lookalike::model::{Overlap, Sample, Tally};
use lookalike::sampling::{
    Calibration, Contender, FollowerCount, Follows, NextProfiles, OwnList, ProfileCandidate,
    budget_at, confirm, confirmation_budget, next_profiles, over_representation,
};

use crate::audience::PlantedAudience;
use crate::audience_kind::AudienceKind;
use crate::follow_list::FollowedAccounts;
use crate::reading::{PAGE, Reading};
use crate::world::PlantedWorld;

/// The most frequent accounts, among which profiles are chosen.
const CANDIDATES: usize = 5_000;

/// The budget of profiles.
const BUDGET: usize = 1_000;

/// The number of other crawls that candidates are compared with, and of followers read in each.
const OTHERS: u64 = 12;
const READ_IN_OTHERS: u64 = 400;

/// One account of a list.
#[derive(Clone, Copy)]
pub(crate) struct ListRow {
    pub account: u32,
    pub tally: Tally,
    pub score: f64,
}

/// Accounts whose followers are known, most similar first.
pub(crate) struct CandidateList {
    pub rows: Vec<ListRow>,
    /// The accounts that they were chosen from, as far as these are known; and whether these are all.
    pub standings: Vec<ProfileCandidate>,
    pub complete: bool,
}

/// How popular accounts are among the followers read in other crawls.
pub(crate) struct Background {
    pub counts: Vec<u32>,
    pub read: u64,
}

/// Accounts with more followers than this are not listed.
const LISTED: u64 = 100_000;

/// What a crawl has fetched about candidates so far.
#[derive(Clone)]
pub(crate) struct Fetches<'a> {
    /// How many followers of the target follow each account.
    shared: &'a [u32],
    /// Accounts whose profile was fetched.
    fetched: Vec<bool>,
    profiles: usize,
    /// Accounts whose followers were listed.
    listed: BTreeSet<u32>,
}

impl Background {
    /// Returns the counts of audiences of all sizes and communities.
    pub(crate) fn of_others(world: &PlantedWorld) -> Self {
        let mut background = Self {
            counts: vec![0; world.accounts.len()],
            read: 0,
        };
        let mut list = FollowedAccounts::new(world);
        for other in 0..OTHERS {
            let size = 500 * 4u64.pow(other as u32 % 6);
            let audience = PlantedAudience::new(world, size, AudienceKind::Community, other);
            for number in 0..READ_IN_OTHERS {
                if !audience.follower(number, &mut list).private {
                    background.read += 1;
                    let counts = &mut background.counts;
                    list.ids
                        .iter()
                        .for_each(|account| counts[*account as usize] += 1);
                }
            }
        }
        background
    }
}

impl CandidateList {
    /// Returns how many others could come into the first places by a measure.
    pub(crate) fn undecided(&self, measure: &dyn Measure, sample: &Sample) -> u64 {
        let next = next_profiles(measure, sample, &self.standings, self.complete, 0, 0);
        if let NextProfiles::Spent(others) = next {
            others as u64
        } else {
            0
        }
    }
}

impl<'a> Fetches<'a> {
    pub(crate) fn none(shared: &'a [u32]) -> Self {
        Self {
            shared,
            fetched: vec![false; shared.len()],
            profiles: 0,
            listed: BTreeSet::new(),
        }
    }

    /// Returns the requests that it took, by the length of a page.
    pub(crate) fn requests(&self, audience: &PlantedAudience<'_>, page: usize) -> u64 {
        let followers = |account: &u32| audience.world.accounts[*account as usize].followers;
        let lists = self.listed.iter().map(followers);
        self.profiles as u64 + lists.map(|followers| cost(followers, page)).sum::<u64>()
    }

    /// Fetches what is needed within the budget, and orders it. As in the engine, each look chooses afresh, and what an
    /// earlier one fetched costs nothing again.
    pub(crate) fn list(
        &mut self,
        audience: &PlantedAudience<'_>,
        reading: &Reading,
        background: Option<&Background>,
        measure: &dyn Measure,
        last: bool,
    ) -> CandidateList {
        let accounts = &audience.world.accounts;
        let sample = reading.sample();
        let budget = budget_at(BUDGET, sample.read, last);
        let mut candidates: Vec<u32> = (0..accounts.len() as u32)
            .filter(|account| reading.counts[*account as usize] > 0)
            .collect();
        let complete = candidates.len() <= CANDIDATES;
        let falling = |account: &u32| {
            (
                std::cmp::Reverse(reading.counts[*account as usize]),
                *account,
            )
        };
        if !complete {
            candidates.select_nth_unstable_by_key(CANDIDATES, falling);
            candidates.truncate(CANDIDATES);
        }
        candidates.sort_unstable_by_key(falling);
        let mut standings: Vec<ProfileCandidate> = candidates
            .iter()
            .map(|account| {
                let index = *account as usize;
                let counted = u64::from(reading.counts[index]);
                ProfileCandidate {
                    counted,
                    followers: FollowerCount::Unknown,
                    over_represented: background.map_or(0.0, |other| {
                        let elsewhere = u64::from(other.counts[index]);
                        over_representation(counted, sample.read, elsewhere, other.read)
                    }),
                }
            })
            .collect();
        let mut spent = 0;
        while let NextProfiles::Fetch(places) =
            next_profiles(measure, &sample, &standings, complete, spent, budget)
        {
            spent += places.len();
            for place in places {
                let index = candidates[place] as usize;
                self.profiles += usize::from(!self.fetched[index]);
                self.fetched[index] = true;
                standings[place].followers = FollowerCount::Told(accounts[index].followers);
            }
        }
        let known = candidates
            .iter()
            .zip(&standings)
            .filter(|(_, standing)| standing.followers != FollowerCount::Unknown)
            .map(|(account, _)| *account);
        let mut rows: Vec<ListRow> = rows(audience, reading, measure, known).collect();
        sort(&mut rows);
        CandidateList {
            rows,
            standings,
            complete,
        }
    }

    /// Lists followers of accounts as far as that is useful, and corrects the rows.
    pub(crate) fn confirm(
        &mut self,
        reading: &Reading,
        measure: &dyn Measure,
        rows: &mut [ListRow],
        follows: &Follows,
    ) -> Calibration {
        let sample = &reading.sample();
        let mut contenders: Vec<Contender> = rows
            .iter()
            .map(|row| Contender {
                tally: row.tally,
                cost: (row.tally.followers <= LISTED).then(|| cost(row.tally.followers, 0)),
            })
            .collect();
        let budget = confirmation_budget(sample.read, PAGE[0] as u32);
        let confirmed = confirm(
            measure,
            sample,
            &mut contenders,
            follows,
            budget,
            |place| -> Result<OwnList, Infallible> {
                let account = rows[place].account;
                self.listed.insert(account);
                Ok(OwnList::Counted(self.shared[account as usize].into()))
            },
        );
        let Ok(confirmed) = confirmed;
        for (row, contender) in rows.iter_mut().zip(contenders) {
            row.tally = contender.tally;
            row.score = score(measure, sample, &row.tally);
        }
        confirmed.calibration
    }
}

/// Returns the requests for the list of this many followers.
fn cost(followers: u64, page: usize) -> u64 {
    followers.div_ceil(PAGE[page]).max(1)
}

/// Returns the first rows of the list that a crawl would have with every profile.
pub(crate) fn first_of_exact(
    audience: &PlantedAudience<'_>,
    reading: &Reading,
    measure: &dyn Measure,
    most: usize,
) -> Vec<ListRow> {
    let all = 0..audience.world.accounts.len() as u32;
    let mut rows: Vec<ListRow> = rows(audience, reading, measure, all).collect();
    if rows.len() > most {
        rows.select_nth_unstable_by(most, in_order);
        rows.truncate(most);
    }
    sort(&mut rows);
    rows
}

fn rows(
    audience: &PlantedAudience<'_>,
    reading: &Reading,
    measure: &dyn Measure,
    accounts: impl Iterator<Item = u32>,
) -> impl Iterator<Item = ListRow> {
    let sample = reading.sample();
    accounts.filter_map(move |account| {
        let counted = u64::from(reading.counts[account as usize]);
        let tally = Tally {
            counted,
            confirmed: None,
            calibrated: None,
            followers: audience.world.accounts[account as usize].followers,
        };
        (counted > 0).then(|| ListRow {
            account,
            tally,
            score: score(measure, &sample, &tally),
        })
    })
}

fn score(measure: &dyn Measure, sample: &Sample, tally: &Tally) -> f64 {
    Overlap::new(sample, tally).map_or(0.0, |overlap| measure.score(&overlap))
}

pub(crate) fn sort(rows: &mut [ListRow]) {
    rows.sort_unstable_by(in_order);
}

fn in_order(one: &ListRow, other: &ListRow) -> Ordering {
    let by_score = other.score.total_cmp(&one.score);
    by_score
        .then(other.tally.counted.cmp(&one.tally.counted))
        .then(one.tally.followers.cmp(&other.tally.followers))
        .then(one.account.cmp(&other.account))
}
