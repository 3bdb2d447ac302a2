//! Looks of unlike depths at a world in which nothing has changed report no change.

use fastrand::Rng;

use crate::model::{Cohort, Members, Ranking, Similar, example};
use crate::sampling::{TOP, changes};

/// Followers of the account, all in the reading order, and accounts that they may follow.
const FOLLOWERS: u32 = 2_400;
const ACCOUNTS: usize = 90;

/// Enough for more than a thousand accounts to be judged each time.
const WORLDS: u64 = 12;

/// The most false changes of one account that are promised.
const LEVEL: f64 = 1.0 / 200.0;

/// Rows whose followers are kept, as of a result, and rows of a shorter list.
const KEPT: usize = 50;
const SHORT: usize = 30;

/// How many an earlier and a later look read: nearly as many, further, ended early, not as far.
const DEPTHS: [(u32, u32); 6] = [
    (205, 239),
    (100, 800),
    (200, 2_000),
    (400, 800),
    (800, 2_000),
    (2_000, 200),
];

/// Whom each follower follows.
struct World(Vec<Vec<bool>>);

/// How a world differs from one look to the next though no share in it does.
#[derive(Clone, Copy, Debug)]
enum Unrest {
    None,
    /// This share of all follows is of other people the next time.
    Follows(f64),
    /// This share of the followers are others.
    Followers(f64),
}

impl World {
    fn new(rng: &mut Rng) -> Self {
        let shares: Vec<f64> = (0..ACCOUNTS).map(share).collect();
        let follows = |rng: &mut Rng| shares.iter().map(|share| rng.f64() < *share).collect();
        Self((0..FOLLOWERS).map(|_| follows(rng)).collect())
    }

    /// Returns the same world some time later, and the number of each follower.
    fn later(&self, unrest: Unrest, rng: &mut Rng) -> (Self, Vec<u32>) {
        let mut later = self.0.clone();
        let mut numbers: Vec<u32> = (0..FOLLOWERS).collect();
        for (follows, number) in later.iter_mut().zip(&mut numbers) {
            match unrest {
                Unrest::None => {}
                Unrest::Follows(part) => {
                    for (account, follows) in follows.iter_mut().enumerate() {
                        if rng.f64() < part {
                            *follows = rng.f64() < share(account);
                        }
                    }
                }
                Unrest::Followers(part) => {
                    if rng.f64() < part {
                        *number += FOLLOWERS;
                        *follows = (0..ACCOUNTS).map(|it| rng.f64() < share(it)).collect();
                    }
                }
            }
        }
        (Self(later), numbers)
    }

    /// Returns what a look finds that reads this many; if `again` is not set, the lists were read for an earlier one.
    fn look(
        &self,
        (read, rows): (u32, usize),
        numbers: &[u32],
        again: bool,
        before: Option<&Ranking>,
    ) -> Ranking {
        let seen = || self.0.iter().zip(numbers).take(read as usize);
        let counted = |account: usize| seen().filter(|(follows, _)| follows[account]).count();
        let mut found: Vec<(usize, usize)> = (0..ACCOUNTS).map(|it| (counted(it), it)).collect();
        found.sort_by_key(|(count, account)| (std::cmp::Reverse(*count), *account));
        let row = |(count, account): &(usize, usize)| Similar {
            shared: *count as u64,
            ..example::row(&account.to_string())
        };
        let listed: Vec<Similar> = found.iter().take(rows).map(row).collect();
        let earlier = before.iter().flat_map(|before| &before.rows).take(TOP);
        let kept = listed.iter().take(KEPT).chain(earlier);
        let mut cohort = Cohort {
            follow: kept
                .map(|row| (row.id.clone(), Members::default()))
                .collect(),
            ..Cohort::default()
        };
        let ids: Vec<_> = (0..ACCOUNTS)
            .map(|it| example::row(&it.to_string()).id)
            .collect();
        for (follows, number) in seen() {
            let followed = ids.iter().zip(follows).filter(|(_, follows)| **follows);
            cohort.add(*number, again, followed.map(|(id, _)| id));
        }
        let all = u64::from(FOLLOWERS);
        let mut ranking = example::ranking(listed, all, all, read.into());
        ranking.cohort = cohort;
        ranking
    }
}

/// Many accounts are followed by nearly as many, so that chance mixes their places.
fn share(account: usize) -> f64 {
    0.3 / (1.0 + account as f64 / 12.0)
}

/// Returns the share of the first accounts that are said to have changed.
fn rate(unrest: Unrest, again: bool, rows: usize) -> f64 {
    let (mut told, mut judged) = (0, 0);
    for seed in 0..WORLDS {
        let mut rng = Rng::with_seed(seed);
        let world = World::new(&mut rng);
        let (later, numbers) = world.later(unrest, &mut rng);
        let same: Vec<u32> = (0..FOLLOWERS).collect();
        for (earlier_read, later_read) in DEPTHS {
            let before = world.look((earlier_read, rows), &same, true, None);
            let after = later.look((later_read, rows), &numbers, again, Some(&before));
            let changed = changes(&before, &after);
            told += changed.new.len() + changed.gone.len();
            told += changed.up.len() + changed.down.len();
            judged += TOP;
        }
    }
    told as f64 / judged as f64
}

#[test]
fn where_nothing_has_changed_no_depth_reports_a_change() {
    for rows in [KEPT, SHORT] {
        for again in [true, false] {
            let told = rate(Unrest::None, again, rows);
            assert_eq!(told, 0.0, "{rows} rows, read again: {again}");
        }
    }
}

#[test]
fn what_comes_and_goes_by_chance_is_reported_at_no_depth_more_often_than_promised() {
    for (unrest, rows) in [
        (Unrest::Follows(0.05), KEPT),
        (Unrest::Follows(0.2), SHORT),
        (Unrest::Followers(0.1), SHORT),
        (Unrest::Followers(0.5), KEPT),
    ] {
        let told = rate(unrest, true, rows);
        println!("{unrest:?}, {rows} rows: {:.2}%", 100.0 * told);
        assert!(told <= LEVEL, "{unrest:?}, {rows} rows: {told}");
    }
}
