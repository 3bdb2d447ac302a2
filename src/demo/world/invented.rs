//! Invents a world from a seed: topical communities inside a crowd of celebrities, shops, friends and mass followers,
//! with the proportions of real follower graphs. The same seed always gives the same world. Decides who follows whom;
//! handles and names are decided in `naming`.

use std::f64::consts::TAU;
use std::ops::Range;

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::demo::world::naming::Naming;
use crate::demo::world::vocabulary::{CITIES, TOPICS};
use crate::demo::world::{Follow, WorldAccount};

/// A private account that a few dozen people follow.
pub const PRIVATE_HANDLE: &str = "marta.behind.the.curtain";
/// A public account that nobody follows yet.
pub const LONELY_HANDLE: &str = "first.day.on.here";

/// Share of ordinary people whose lists only their followers may read.
pub(super) const PRIVATE_SHARE: f64 = 0.25;

/// The famous: with `QUIET` people around them they draw a quarter of all follows.
const CELEBRITIES: u32 = 600;
const ACCOUNTS_PER_TOPIC: u32 = 48;
const ACCOUNTS_PER_CITY: u32 = 100;
/// Share of a topic's accounts that appeal about as much to another topic's people.
const CROSSOVERS: f64 = 0.35;
/// People who follow hundreds of accounts: the audiences of all the others.
const CROWD: u32 = 8_000;
/// People who follow their friends and the famous. They let celebrities be as far above the rest as in reality, without
/// the ten times more follows that a world of nothing but crowd would need.
const QUIET: u32 = 48_000;
/// How often a person draws again for an account of their own city: it makes cities the rivals of topics.
const LOCAL_PREFERENCE: usize = 8;
/// The most accounts that the network lets anyone follow.
const MOST_FOLLOWINGS: f64 = 7_500.0;

/// Returns accounts and (follower, followee) pairs.
pub(super) fn invent(seed: u64, private_share: f64) -> (Vec<WorldAccount>, Vec<Follow>) {
    let mut inventor = Generator::new(seed, private_share);
    inventor.crowd();
    inventor.quiet();
    inventor.public_accounts();
    (inventor.accounts, inventor.follows)
}

struct Generator {
    rng: Pcg64Mcg,
    accounts: Vec<WorldAccount>,
    follows: Vec<Follow>,
    homes: Vec<usize>,
    interests: Vec<Vec<usize>>,
    celebrities: Pool,
    topics: Vec<Pool>,
    cities: Vec<Pool>,
    /// Every public account that is not a celebrity.
    anything: Pool,
    crowd: Range<u32>,
    quiet: Range<u32>,
    lonely: u32,
}

/// Accounts to draw from, weighted by size.
#[derive(Default)]
struct Pool {
    slots: Vec<u32>,
}

impl Generator {
    fn new(seed: u64, private_share: f64) -> Generator {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let naming_rng = Pcg64Mcg::seed_from_u64(rng.random());
        let mut naming = Naming::new(naming_rng, &[PRIVATE_HANDLE, LONELY_HANDLE]);
        let mut accounts = Vec::new();
        let mut homes = Vec::new();
        let mut interests = Vec::new();

        let mut celebrities = Pool::default();
        for rank in 0..CELEBRITIES {
            celebrities.add(
                accounts.len() as u32,
                4_000.0 / f64::from(rank + 8).powf(0.8),
            );
            accounts.push(naming.celebrity());
            homes.push(rng.random_range(0..CITIES.len()));
        }
        let mut anything = Pool::default();
        let mut topics: Vec<Pool> = TOPICS.iter().map(|_| Pool::default()).collect();
        for topic in 0..TOPICS.len() {
            for _ in 0..ACCOUNTS_PER_TOPIC {
                let city = rng.random_range(0..CITIES.len());
                let size = spread(&mut rng, 260.0, 0.75).clamp(25.0, 2_500.0);
                // Some speak to two communities, so that near accounts don't all have the same label.
                let share = if rng.random_bool(CROSSOVERS) {
                    0.55
                } else {
                    1.0
                };
                let next = (topic + rng.random_range(1..4)) % TOPICS.len();
                topics[topic].add(accounts.len() as u32, size * share);
                topics[next].add(accounts.len() as u32, size * (1.0 - share));
                anything.add(accounts.len() as u32, size);
                accounts.push(naming.topical(topic, city));
                homes.push(city);
            }
        }
        let mut cities: Vec<Pool> = CITIES.iter().map(|_| Pool::default()).collect();
        for (city, pool) in cities.iter_mut().enumerate() {
            for _ in 0..ACCOUNTS_PER_CITY {
                let size = spread(&mut rng, 150.0, 0.8).clamp(20.0, 1_500.0);
                pool.add(accounts.len() as u32, size);
                anything.add(accounts.len() as u32, size);
                accounts.push(naming.local(city));
                homes.push(city);
            }
        }
        interests.resize_with(accounts.len(), Vec::new);

        let start = accounts.len() as u32;
        for place in 0..CROWD + QUIET {
            // Ordinary people are sorted by city, so that neighbours can be drawn as a range.
            let (group, place) = if place < CROWD {
                (CROWD, place)
            } else {
                (QUIET, place - CROWD)
            };
            let city = place as usize * CITIES.len() / group as usize;
            let liked = likings(&mut rng);
            let mut person = naming.ordinary(city, &liked);
            person.private = rng.random_bool(private_share.clamp(0.0, 1.0));
            accounts.push(person);
            homes.push(city);
            interests.push(liked);
        }
        let crowd = start..start + CROWD;
        let quiet = crowd.end..crowd.end + QUIET;

        // The private account takes the place of a quiet person, and so has that person's friends.
        let hidden = naming.called(PRIVATE_HANDLE, "Marta", "friends only");
        accounts[quiet.start as usize] = WorldAccount {
            private: true,
            ..hidden
        };
        let lonely = accounts.len() as u32;
        accounts.push(naming.called(LONELY_HANDLE, "Nils", "just arrived"));
        homes.push(0);
        interests.push(vec![0]);

        Generator {
            rng,
            accounts,
            follows: Vec::with_capacity(10_000_000),
            homes,
            interests,
            celebrities,
            topics,
            cities,
            anything,
            crowd,
            quiet,
            lonely,
        }
    }

    fn crowd(&mut self) {
        for person in self.crowd.clone() {
            let total = spread(&mut self.rng, 560.0, 0.82).clamp(20.0, MOST_FOLLOWINGS);
            let before = self.follows.len();
            self.interested(person, total);
            self.local(person, (total * 0.2).min(90.0));
            self.famous(person, (total * 0.16).min(200.0));
            self.friends(person, (total * 0.3).min(320.0));
            let done = (self.follows.len() - before) as f64;
            self.whoever(person, total - done);
        }
    }

    fn quiet(&mut self) {
        for person in self.quiet.clone() {
            let famous = spread(&mut self.rng, 37.0, 0.6).min(200.0);
            self.famous(person, famous);
            self.local(person, 3.0);
            self.interested(person, 4.0);
        }
        self.famous(self.lonely, 40.0);
    }

    /// Public accounts follow some of their own kind and a few of their fans.
    fn public_accounts(&mut self) {
        for account in 0..self.crowd.start {
            let mates = spread(&mut self.rng, 20.0, 0.7).min(70.0) as usize;
            let topic = (account.checked_sub(CELEBRITIES)).map(|place| place / ACCOUNTS_PER_TOPIC);
            let pool = match topic {
                None => &self.celebrities,
                Some(topic) => match self.topics.get(topic as usize) {
                    Some(pool) => pool,
                    None => &self.cities[self.homes[account as usize]],
                },
            };
            for _ in 0..mates {
                self.follows.push((account, pool.draw(&mut self.rng)));
            }
            self.famous(account, 15.0);
            let fans = spread(&mut self.rng, 150.0, 0.9).min(3_000.0);
            self.whoever(account, fans);
        }
    }

    /// The accounts of a person's topics, preferably of their own city.
    fn interested(&mut self, person: u32, total: f64) {
        let home = self.homes[person as usize];
        let liked = std::mem::take(&mut self.interests[person as usize]);
        let most = total * 0.4 / liked.len().max(1) as f64;
        for topic in liked {
            let wanted = spread(&mut self.rng, 8.0, 0.7).min(most) as usize;
            for _ in 0..wanted {
                let mut account = self.topics[topic].draw(&mut self.rng);
                for _ in 0..LOCAL_PREFERENCE {
                    if self.homes[account as usize] == home {
                        break;
                    }
                    account = self.topics[topic].draw(&mut self.rng);
                }
                self.follows.push((person, account));
            }
        }
    }

    fn local(&mut self, person: u32, wanted: f64) {
        let home = self.homes[person as usize];
        for _ in 0..wanted as usize {
            self.follows
                .push((person, self.cities[home].draw(&mut self.rng)));
        }
    }

    fn famous(&mut self, person: u32, wanted: f64) {
        for _ in 0..wanted as usize {
            self.follows
                .push((person, self.celebrities.draw(&mut self.rng)));
        }
    }

    /// Mostly from the same city, and mostly mutual.
    fn friends(&mut self, person: u32, wanted: f64) {
        let home = self.homes[person as usize];
        for _ in 0..wanted as usize {
            let friend = match self.rng.random_range(0..20) {
                0..3 => neighbour(&mut self.rng, &self.crowd, home),
                3..17 => neighbour(&mut self.rng, &self.quiet, home),
                _ => self.rng.random_range(self.quiet.clone()),
            };
            self.follows.push((person, friend));
            if self.rng.random_bool(0.85) {
                self.follows.push((friend, person));
            }
        }
    }

    /// Follows without a pattern: strangers, shops of other cities, topics of other people.
    fn whoever(&mut self, person: u32, wanted: f64) {
        for _ in 0..wanted as usize {
            let somebody = match self.rng.random_range(0..20) {
                0..11 => self.rng.random_range(self.crowd.clone()),
                11..19 => self.rng.random_range(self.quiet.clone()),
                _ => self.anything.draw(&mut self.rng),
            };
            self.follows.push((person, somebody));
        }
    }
}

impl Pool {
    fn add(&mut self, account: u32, size: f64) {
        let slots = (size / 5.0).ceil() as usize;
        self.slots.extend(std::iter::repeat_n(account, slots));
    }

    fn draw(&self, rng: &mut Pcg64Mcg) -> u32 {
        self.slots[rng.random_range(0..self.slots.len())]
    }
}

/// One to three topics; a second one is often a neighbour of the first.
fn likings(rng: &mut Pcg64Mcg) -> Vec<usize> {
    let first = rng.random_range(0..TOPICS.len());
    let mut liked = vec![first];
    for _ in 0..rng.random_range(2..6) {
        let next = if rng.random_bool(0.4) {
            (first + 1) % TOPICS.len()
        } else {
            rng.random_range(0..TOPICS.len())
        };
        if !liked.contains(&next) {
            liked.push(next);
        }
    }
    liked
}

fn neighbour(rng: &mut Pcg64Mcg, group: &Range<u32>, city: usize) -> u32 {
    let (size, cities) = (group.len(), CITIES.len());
    // Rounded up, as the inverse of how people were assigned to the cities.
    let first = (city * size).div_ceil(cities);
    let end = ((city + 1) * size).div_ceil(cities);
    group.start + rng.random_range(first..end) as u32
}

/// Returns a lognormal draw: half are below the median, and a few are far above it.
fn spread(rng: &mut Pcg64Mcg, median: f64, sigma: f64) -> f64 {
    let (one, two): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    let normal = (-2.0 * one.ln()).sqrt() * (TAU * two).cos();
    median * (sigma * normal).exp()
}
