//! How often a refresh reports a change of one account, and how often it reports one where there is none.

use chrono::DateTime;
use fastrand::Rng;

use lookalike::model::{
    AccountId, Cohort, Followers, Handle, MeasureName, Members, Ranking, Sample, Similar,
};
use lookalike::sampling::{TOP, changes};

use crate::figure::{Figure, ratio};
use crate::side_by_side::side_by_side;

const READ: [u64; 3] = [200, 800, 2_000];

/// The share of the followers who follow an account, before and after.
const CHANGES: [(f64, f64); 3] = [(0.05, 0.08), (0.1, 0.13), (0.2, 0.15)];
const SAME: [(f64, f64); 4] = [(0.05, 0.05), (0.1, 0.1), (0.2, 0.2), (0.5, 0.5)];

/// The number of refreshes where something changed, and where nothing did.
const LOOKS_AT_CHANGES: usize = 2_000;
const LOOKS_AT_SAME: usize = 20_000;

/// Which followers the refresh reads.
struct Resampling {
    name: &'static str,
    /// The share of them who were read the first time.
    again: f64,
    churn: Churn,
    /// Whether it is stored who follows the account.
    kept: bool,
}

/// How many followers leave an account although its share stays the same: for each of them another comes.
#[derive(Clone, Copy)]
enum Churn {
    /// This share of those who follow it.
    Follows(f64),
    /// This share of all.
    Followers(f64),
}

const RESAMPLINGS: [Resampling; 7] = [
    resampling("the same", 1.0, Churn::Follows(0.0), true),
    resampling("3% of follows", 1.0, Churn::Follows(0.03), true),
    resampling("3% of followers", 1.0, Churn::Followers(0.03), true),
    resampling("9 of 10 again", 0.9, Churn::Follows(0.03), true),
    resampling("half again", 0.5, Churn::Follows(0.03), true),
    resampling("others", 0.0, Churn::Follows(0.0), true),
    resampling("by counts", 1.0, Churn::Follows(0.03), false),
];

const fn resampling(name: &'static str, again: f64, churn: Churn, kept: bool) -> Resampling {
    Resampling {
        name,
        again,
        churn,
        kept,
    }
}

pub(crate) fn print() {
    println!("\nLooking again: changes told, in %, with standard errors");
    print!("{:>6}{:>12}", "read", "");
    RESAMPLINGS
        .iter()
        .for_each(|resampling| print!("{:>17}", resampling.name));
    println!();
    for (shares, looks) in [(&CHANGES[..], LOOKS_AT_CHANGES), (&SAME[..], LOOKS_AT_SAME)] {
        for read in READ {
            for (before, after) in shares {
                print!("{read:>6}{:>5.0} -> {:>3.0}", before * 100.0, after * 100.0);
                let reported = side_by_side(RESAMPLINGS.len(), |resampling| {
                    rate_of_reports(&RESAMPLINGS[resampling], read, (*before, *after), looks)
                });
                for reported in reported.into_iter().flatten() {
                    print!(
                        "{:>10.2} ± {:>4.2}",
                        reported.value * 100.0,
                        reported.error * 100.0
                    );
                }
                println!();
            }
        }
    }
}

fn rate_of_reports(
    resampling: &Resampling,
    read: u64,
    shares: (f64, f64),
    looks: usize,
) -> Option<Figure> {
    let mut rng = Rng::with_seed(read ^ (shares.0 + 2.0 * shares.1).to_bits());
    let reported = (0..looks).map(|_| {
        let (before, after) = look_twice(resampling, read, shares, &mut rng);
        let reported = changes(&before, &after);
        let reported = [reported.new, reported.gone].concat();
        (f64::from(u8::from(!reported.is_empty())), 1.0)
    });
    ratio(reported)
}

/// Returns two rankings. The account is far down in one and leads the other, the second unless its share falls, so it is
/// reported if its share is said to have changed that way.
fn look_twice(
    resampling: &Resampling,
    read: u64,
    (before, after): (f64, f64),
    rng: &mut Rng,
) -> (Ranking, Ranking) {
    let ceased = match resampling.churn {
        Churn::Follows(part) => part,
        Churn::Followers(part) => part / before,
    };
    let begun = ceased * before / (1.0 - before);
    // The real change comes on top.
    let (ceased, begun) = match after < before {
        true => (1.0 - (after - (1.0 - before) * begun) / before, begun),
        false => (ceased, (after - before * (1.0 - ceased)) / (1.0 - before)),
    };
    let (mut first, mut second) = (CountedFollowers::default(), CountedFollowers::default());
    for member in 0..read as u32 {
        let followed = rng.f64() < before;
        first.add(member, followed);
        let (member, follows) = match (rng.f64() < resampling.again, followed) {
            (true, true) => (member, 1.0 - ceased),
            (true, false) => (member, begun),
            (false, _) => (u32::MAX - member, after),
        };
        second.add(member, rng.f64() < follows);
    }
    let (then, now) = match after < before {
        true => (0, TOP),
        false => (TOP, 0),
    };
    (
        first.ranking(resampling.kept, then),
        second.ranking(resampling.kept, now),
    )
}

#[derive(Default)]
struct CountedFollowers {
    follow: u64,
    members: Vec<(u32, bool)>,
}

impl CountedFollowers {
    fn add(&mut self, member: u32, follows: bool) {
        self.follow += u64::from(follows);
        self.members.push((member, follows));
    }

    /// Returns a ranking with the account at this place, among others whom nobody follows.
    fn ranking(self, kept: bool, place: usize) -> Ranking {
        let row = row_of("account", self.follow);
        let mut cohort = Cohort::default();
        if kept {
            cohort.follow.insert(row.id.clone(), Members::default());
            for (member, follows) in &self.members {
                cohort.add(*member, true, follows.then_some(&row.id));
            }
        }
        let others = (0..TOP).map(|other| row_of(&format!("other{other}"), 0));
        let mut rows: Vec<Similar> = others.collect();
        rows.insert(place, row);
        let read = self.members.len() as u64;
        Ranking {
            measure: MeasureName::Peers,
            rows,
            sample: Sample {
                audience: 100_000,
                listed: 100_000,
                readable: 100_000,
                read,
            },
            followers: Followers::default(),
            undecided: 0,
            in_doubt: 0,
            precision: 1.0,
            certainty: Default::default(),
            cohort,
            reordered: false,
            requests: 0,
            saved: 0,
            made_at: DateTime::UNIX_EPOCH,
        }
    }
}

fn row_of(name: &str, shared: u64) -> Similar {
    Similar {
        id: AccountId::new(name),
        handle: Handle(name.to_owned()),
        name: String::new(),
        bio: String::new(),
        picture: None,
        followers: None,
        verified: false,
        told_kind: None,
        shared,
        confirmed: None,
        calibrated: None,
        score: 0.0,
        sure: false,
    }
}
