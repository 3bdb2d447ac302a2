//! Planted worlds: accounts of known communities and sizes, and pools that follows are drawn from.
//!
//! A community has fans, and accounts with from a thousandth to half as many followers, by a power law. Small accounts
//! are followed within one niche of the community, large ones all over it and beyond. So the scores of the first places
//! fall as on real graphs (Last.fm 2011, Slashdot 2009): the 5th, 11th, 15th and 20th place have 1.2, 0.96, 0.87 and
//! 0.77 times the score of the 10th.

use std::ops::Range;

use fastrand::Rng;
use statrs::distribution::{ContinuousCDF, Normal};

/// The number of communities, and the range of their fans, in even steps of the logarithm.
const COMMUNITIES: usize = 60;
const FANS: Range<f64> = 3e3..2e7;
const NICHES: usize = 5;

/// Accounts of a community, and their sizes as shares of it. Smaller ones would never be seen in a count.
const MEMBERS: usize = 5_000;
const REACH: Range<f64> = 0.001..0.5;

/// The exponent of the tail of sizes within a community; that of the world follows from the mixture.
const TAIL: f64 = 1.1;

/// The share of a small account's followers who are of its niche; and of the others, those of its community.
const OF_NICHE: f64 = 0.8;
const OF_COMMUNITY: f64 = 0.75;

/// Accounts of which everybody follows some.
const CELEBRITIES: usize = 1_000;
const CELEBRITIES_FOLLOWED: f64 = 54.0;

/// People who are followed by their friends, and by how many; the first of them are an audience's followers.
const PEOPLE: u64 = 10_000;
const FRIENDS: Range<f64> = 50.0..1_000.0;

/// The average number of communities that a person follows, besides the one they were chosen for.
pub(crate) const TASTES: f64 = 1.5;

/// How many accounts people follow: the median, the spread of the logarithm (5% are above 1,500), the maximum.
const FOLLOWS: (f64, f64) = (450.0, 0.732);
const FOLLOWS_AT_MOST: f64 = 7_500.0;

#[derive(Clone, Copy)]
pub(crate) struct PlantedAccount {
    /// The community and the niche in it; `None` for celebrities and people.
    pub home: Option<(usize, usize)>,
    pub followers: u64,
}

pub(crate) struct PlantedCommunity {
    pub fans: f64,
    pub niches: Vec<DrawPool>,
    pub whole: DrawPool,
}

/// Accounts to draw from, each repeated by its probability.
#[derive(Default)]
pub(crate) struct DrawPool {
    entries: Vec<u32>,
    /// How many follows a person of average activity draws.
    pub draws: f64,
}

pub(crate) struct PlantedWorld {
    pub accounts: Vec<PlantedAccount>,
    pub communities: Vec<PlantedCommunity>,
    pub celebrities: DrawPool,
    /// Accounts of communities, as outsiders follow them.
    pub mainstream: DrawPool,
    /// The lengths of lists, one for each of a thousand equal parts of the people.
    pub lengths: Vec<u32>,
    pub mean_length: f64,
}

impl DrawPool {
    /// Adds an account that a person of average activity follows with this probability, in entries of this many follows
    /// each; returns the follows of the whole entries.
    fn add(&mut self, account: u32, probability: f64, per_entry: f64, random: &mut Rng) -> f64 {
        let wanted = -(1.0 - probability.min(0.95)).ln() / per_entry;
        let entries = (wanted + random.f64()) as usize;
        self.entries.extend(std::iter::repeat_n(account, entries));
        self.draws += entries as f64 * per_entry;
        entries as f64 * per_entry
    }

    pub(crate) fn draw(&self, random: &mut Rng) -> Option<u32> {
        if self.entries.is_empty() {
            return None;
        }
        Some(self.entries[random.usize(..self.entries.len())])
    }
}

impl PlantedWorld {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let (lengths, mean_length) = lengths();
        let fans: Vec<f64> = (0..COMMUNITIES)
            .map(|step| {
                let part = step as f64 / (COMMUNITIES - 1) as f64;
                FANS.start * (FANS.end / FANS.start).powf(part)
            })
            .collect();
        let people = fans.iter().sum::<f64>() / TASTES;
        let mut world = Self {
            accounts: Vec::with_capacity(COMMUNITIES * MEMBERS + CELEBRITIES + PEOPLE as usize),
            communities: Vec::new(),
            celebrities: DrawPool::default(),
            mainstream: DrawPool::default(),
            lengths,
            mean_length,
        };
        let activities: Vec<f64> = (0..20)
            .map(|part| f64::from(world.lengths[part * 50 + 25]) / mean_length)
            .collect();
        let audience = |people: f64, intensity: f64| {
            let followed = |activity: &f64| 1.0 - (-intensity * activity).exp();
            people * activities.iter().map(followed).sum::<f64>() / activities.len() as f64
        };
        for fans in fans {
            world.add_community(fans, people, &audience, &mut random);
        }
        let ranks: f64 = (0..CELEBRITIES).map(|rank| 1.0 / (rank + 20) as f64).sum();
        for rank in 0..CELEBRITIES {
            let intensity = CELEBRITIES_FOLLOWED / ranks / (rank + 20) as f64;
            let account = world.accounts.len() as u32;
            let probability = 1.0 - (-intensity).exp();
            let pool = &mut world.celebrities;
            let intensity = pool.add(account, probability, 0.001, &mut random);
            world.accounts.push(PlantedAccount {
                home: None,
                followers: audience(people, intensity) as u64,
            });
        }
        world.accounts.extend((0..PEOPLE).map(|_| {
            let part = random.f64();
            PlantedAccount {
                home: None,
                followers: (FRIENDS.start * (FRIENDS.end / FRIENDS.start).powf(part)) as u64,
            }
        }));
        world
    }

    /// Returns the account of the follower with this number.
    pub(crate) fn person(&self, follower: u64) -> u32 {
        let first = self.accounts.len() as u64 - PEOPLE;
        (first + follower % PEOPLE) as u32
    }

    fn add_community(
        &mut self,
        fans: f64,
        people: f64,
        audience: &impl Fn(f64, f64) -> f64,
        random: &mut Rng,
    ) {
        let number = self.communities.len();
        let in_niche = fans / NICHES as f64;
        let mut niches: Vec<DrawPool> = (0..NICHES).map(|_| DrawPool::default()).collect();
        let mut whole = DrawPool::default();
        for _ in 0..MEMBERS {
            let (most, least) = (REACH.start.powf(-TAIL), REACH.end.powf(-TAIL));
            let reach = (least + random.f64() * (most - least)).powf(-1.0 / TAIL);
            let size = reach * fans;
            let (of_niche, of_community) = make_up(size, fans);
            let account = self.accounts.len() as u32;
            let niche = random.usize(..NICHES);
            let in_each = niches[niche].add(account, of_niche * size / in_niche, 0.0005, random);
            let in_all = whole.add(account, of_community * reach, 0.0005, random);
            let outside = (1.0 - of_niche - of_community) * size;
            let followers = audience(in_niche, in_each) + audience(fans, in_all);
            let beyond = match outside / people {
                seldom if seldom < 1e-5 => outside,
                often => {
                    let intensity = self.mainstream.add(account, often, 1e-5, random);
                    audience(people, intensity)
                }
            };
            self.accounts.push(PlantedAccount {
                home: Some((number, niche)),
                followers: (followers + beyond) as u64,
            });
        }
        self.communities.push(PlantedCommunity {
            fans,
            niches,
            whole,
        });
    }
}

/// Returns the shares of an account's followers who are of its niche and of its community, by its size and the
/// community's fans.
pub(crate) fn make_up(size: f64, fans: f64) -> (f64, f64) {
    let of_niche = OF_NICHE / (1.0 + size * NICHES as f64 / fans);
    (of_niche, (1.0 - of_niche) * OF_COMMUNITY)
}

fn lengths() -> (Vec<u32>, f64) {
    let (median, spread) = FOLLOWS;
    let people = Normal::standard();
    let lengths: Vec<u32> = (0..1_000)
        .map(|part| people.inverse_cdf((f64::from(part) + 0.5) / 1_000.0))
        .map(|deviations| median * (spread * deviations).exp())
        .map(|length| length.clamp(5.0, FOLLOWS_AT_MOST) as u32)
        .collect();
    let mean = lengths.iter().map(|length| f64::from(*length)).sum::<f64>() / 1_000.0;
    (lengths, mean)
}
