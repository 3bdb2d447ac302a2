//! Which measure finds, on a real graph, the accounts that the unread people find alike: half of the people are read,
//! the others judge. Accounts that these know too little of are left out of the lists, so that they favour no measure.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::Path;

use lookalike::demo::world::World;
use lookalike::measures::Measure;
use lookalike::model::{Overlap, Sample, Tally};
use lookalike::sampling::{
    FollowerCount, NextProfiles, ProfileCandidate, budget_at, next_profiles,
};

use crate::alternatives::{names, variants};
use crate::audience::MASS;
use crate::cooccurrence::Cooccurrence;
use crate::list_quality::precision;
use crate::measures::READ;
use crate::scores::{Case, LOOKS, Scores};
use crate::side_by_side::side_by_side;

/// The fewest followers that a target needs in the half that is read, and the most targets: the largest.
const LEAST: usize = 60;
const TARGETS: usize = 120;

/// The budget of profiles.
const BUDGET: usize = 1_000;

/// How many accounts count as alike.
const ALIKE: usize = 20;

/// The notions of likeness: by co-follows; the same where only accounts of similar size are listed and every profile is
/// known, so that it does not matter whether a measure favours large or small accounts; and accounts that follow the
/// target and are followed by it, where people follow one another.
const NOTIONS: [&str; 3] = ["like company", "the same of like size", "linked both ways"];

/// Accounts are of similar size if neither has more than this many times the followers of the other.
const LIKE: usize = 4;

/// Accounts on a page of a list.
const PAGE: usize = 100;

pub(crate) fn print(folder: &Path) -> anyhow::Result<()> {
    let world = World::load(folder)?;
    let cooccurrence = Cooccurrence::new(&world, |person| !is_read(person));
    let mut targets: Vec<u32> = (0..world.len() as u32)
        .filter(|target| followers(&world, *target).count() >= LEAST)
        .collect();
    targets.sort_by_key(|target| Reverse(followers(&world, *target).count()));
    targets.truncate(TARGETS);
    let cases = side_by_side(targets.len(), |number| {
        Target::new(&world, &cooccurrence, targets[number]).looks()
    });
    let cases = cases.concat();
    let is_found = |notion: &usize| {
        let mut found = cases.iter().flat_map(|case| &case.found);
        found.any(|found| found[*notion] > 0.0)
    };
    let mut notions = NOTIONS.to_vec();
    notions.truncate((0..NOTIONS.len()).take_while(is_found).count());
    let mut scores = Scores::new(names().collect(), notions);
    scores.print(&folder.display().to_string(), &cases);
    Ok(())
}

/// Returns whether a person is in the half that is read.
fn is_read(person: u32) -> bool {
    fastrand::Rng::with_seed(u64::from(person)).bool()
}

fn followers(world: &World, account: u32) -> impl Iterator<Item = u32> {
    let followers = world.followers(account).iter().copied();
    followers.filter(|follower| is_read(*follower))
}

/// A target, and the accounts that are alike by each notion.
struct Target<'a> {
    world: &'a World,
    cooccurrence: &'a Cooccurrence,
    account: u32,
    size: usize,
    alike: Vec<u32>,
    alike_in_size: Vec<u32>,
    linked: Vec<u32>,
}

impl<'a> Target<'a> {
    fn new(world: &'a World, cooccurrence: &'a Cooccurrence, account: u32) -> Self {
        let follows_back = |other: &u32| world.following(*other).contains(&account);
        let linked = world.following(account).iter().copied();
        let mut target = Self {
            world,
            cooccurrence,
            account,
            size: followers(world, account).count(),
            alike: cooccurrence.most_alike(account, ALIKE),
            alike_in_size: cooccurrence.most_alike(account, world.len()),
            linked: linked.filter(follows_back).collect(),
        };
        let mut in_size = std::mem::take(&mut target.alike_in_size);
        in_size.retain(|other| target.is_of_like_size(*other));
        in_size.truncate(ALIKE);
        target.alike_in_size = in_size;
        target
    }

    fn is_of_like_size(&self, other: u32) -> bool {
        let (one, other) = (followers(self.world, other).count(), self.size);
        one <= other * LIKE && other <= one * LIKE
    }

    fn looks(&self) -> Vec<Case> {
        let listed: Vec<u32> = followers(self.world, self.account).collect();
        let is_usual = |follower: &u32| self.world.following(*follower).len() <= MASS as usize;
        let mut readable: Vec<u32> = listed.into_iter().filter(is_usual).collect();
        fastrand::Rng::with_seed(u64::from(self.account)).shuffle(&mut readable);
        let aims = READ.into_iter().map(|read| read as usize).enumerate();
        aims.chain([(LOOKS.len() - 1, readable.len())])
            .filter_map(|(look, read)| {
                let sample = Sample {
                    audience: self.size as u64,
                    listed: self.size as u64,
                    readable: readable.len() as u64,
                    read: read as u64,
                };
                Some(self.judge(look, &sample, readable.get(..read)?))
            })
            .collect()
    }

    fn judge(&self, look: usize, sample: &Sample, read: &[u32]) -> Case {
        let mut counts: HashMap<u32, u64> = HashMap::new();
        let mut pages = self.size.div_ceil(PAGE);
        for follower in read {
            let follows = self.world.following(*follower);
            pages += follows.len().div_ceil(PAGE);
            for account in follows.iter().filter(|account| **account != self.account) {
                *counts.entry(*account).or_default() += 1;
            }
        }
        let mut candidates: Vec<(u32, Tally)> = counts
            .into_iter()
            .map(|(account, counted)| {
                let followers = followers(self.world, account).count() as u64;
                let confirmed = None;
                (
                    account,
                    Tally {
                        counted,
                        confirmed,
                        calibrated: None,
                        followers,
                    },
                )
            })
            .collect();
        candidates.sort_unstable_by_key(|(account, tally)| (Reverse(tally.counted), *account));
        let mut case = Case {
            look,
            found: Vec::new(),
            requests: Vec::new(),
        };
        for measure in variants(sample) {
            let looked_up = looked_up(&measure, sample, &candidates);
            case.requests.push((pages + looked_up.len()) as u64);
            let judged = |candidates: Vec<(u32, Tally)>, of_like_size: bool| -> Vec<u32> {
                let accounts = in_order(&measure, sample, candidates).into_iter();
                let judged = accounts.filter(|account| {
                    self.cooccurrence.judges(*account)
                        && (!of_like_size || self.is_of_like_size(*account))
                });
                judged.take(10).collect()
            };
            let in_size = judged(candidates.clone(), true);
            let list = judged(looked_up, false);
            let found = |list: &[u32], alike: &[u32]| {
                precision(list, 10, |account| alike.contains(&account), alike.len())
            };
            case.found.push(vec![
                found(&list, &self.alike),
                found(&in_size, &self.alike_in_size),
                found(&list, &self.linked),
            ]);
        }
        case
    }
}

/// Returns the candidates, in falling count, that are looked up within the budget.
fn looked_up(
    measure: &dyn Measure,
    sample: &Sample,
    candidates: &[(u32, Tally)],
) -> Vec<(u32, Tally)> {
    let standing = |(_, tally): &(u32, Tally)| ProfileCandidate {
        counted: tally.counted,
        followers: FollowerCount::Unknown,
        over_represented: 0.0,
    };
    let mut standings: Vec<ProfileCandidate> = candidates.iter().map(standing).collect();
    let budget = budget_at(BUDGET, sample.read, true);
    let mut found = Vec::new();
    while let NextProfiles::Fetch(places) =
        next_profiles(measure, sample, &standings, true, found.len(), budget)
    {
        for place in places {
            standings[place].followers = FollowerCount::Told(candidates[place].1.followers);
            found.push(candidates[place]);
        }
    }
    found
}

/// Returns the accounts, the most similar first.
fn in_order(measure: &dyn Measure, sample: &Sample, rows: Vec<(u32, Tally)>) -> Vec<u32> {
    let mut rows: Vec<(f64, u64, u32)> = rows
        .into_iter()
        .map(|(account, tally)| {
            let overlap = Overlap::new(sample, &tally);
            let score = overlap.map_or(0.0, |overlap| measure.score(&overlap));
            (score, tally.counted, account)
        })
        .collect();
    rows.sort_unstable_by(|one, other| {
        let by_score = other.0.total_cmp(&one.0);
        by_score.then(other.1.cmp(&one.1)).then(one.2.cmp(&other.2))
    });
    rows.into_iter().map(|(_, _, account)| account).collect()
}
