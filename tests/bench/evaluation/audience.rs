//! The followers of an invented target: who they are, and whom they follow, each made anew from a seed
//! whenever asked, so that no list is ever kept.

use fastrand::Rng;

use crate::world::{TASTES, Urn, World, make_up};

/// Followers whose lists can't be read.
const PRIVATE: f64 = 0.2;

/// Whoever follows more than this follows everything.
pub(crate) const MASS: u32 = 1_500;

/// Followers who came in a burst.
const NEWCOMERS: u64 = 50_000;

/// How many times larger a target's community is than the target.
const AMONG: std::ops::Range<f64> = 3.0..30.0;

/// Whom the target attracts.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Attracts {
    /// Its community, as accounts of its size there do.
    Community,
    /// Its niche makes 5% of the audience; the others could be anybody.
    Few,
    /// Its community, but the newest 50,000 came at once from another.
    Burst,
}

pub(crate) struct Audience<'a> {
    pub world: &'a World,
    pub size: u64,
    pub community: usize,
    niche: usize,
    of_niche: f64,
    of_community: f64,
    burst: Option<usize>,
    seed: u64,
}

pub(crate) struct Follower {
    pub private: bool,
    /// How many accounts he follows, the many that are followed by few included.
    pub follows: u32,
}

/// Whom a follower follows, of those that more than a few follow; each once.
pub(crate) struct List {
    pub ids: Vec<u32>,
    seen: Vec<u32>,
    round: u32,
}

impl List {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            ids: Vec::new(),
            seen: vec![0; world.accounts.len()],
            round: 0,
        }
    }

    fn clear(&mut self) {
        self.ids.clear();
        self.round += 1;
    }

    fn draw(&mut self, urn: &Urn, activity: f64, random: &mut Rng) {
        for _ in 0..(urn.draws * activity + random.f64()) as usize {
            if let Some(account) = urn.draw(random) {
                let seen = &mut self.seen[account as usize];
                if *seen != self.round {
                    *seen = self.round;
                    self.ids.push(account);
                }
            }
        }
    }
}

impl<'a> Audience<'a> {
    pub(crate) fn new(world: &'a World, size: u64, attracts: Attracts, seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let homes: Vec<usize> = (0..world.communities.len())
            .filter(|home| AMONG.contains(&(world.communities[*home].fans / size as f64)))
            .collect();
        let community = random.choice(homes).unwrap_or_default();
        let (of_niche, of_community) = match attracts {
            Attracts::Few => (0.05, 0.0),
            _ => make_up(size as f64, world.communities[community].fans),
        };
        Self {
            world,
            size,
            community,
            niche: random.usize(..world.communities[community].niches.len()),
            of_niche,
            of_community,
            burst: (attracts == Attracts::Burst)
                .then(|| random.usize(..world.communities.len() - 1))
                .map(|other| other + usize::from(other >= community)),
            seed,
        }
    }

    /// The follower with this number, newest first; his list stays empty if he is private.
    pub(crate) fn follower(&self, number: u64, list: &mut List) -> Follower {
        let follower = self.in_truth(number, list);
        if follower.private {
            list.clear();
        }
        follower
    }

    /// The same, with his list even if he is private: that he follows an account stands in its list too.
    pub(crate) fn in_truth(&self, number: u64, list: &mut List) -> Follower {
        list.clear();
        let random =
            &mut Rng::with_seed(self.seed ^ (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let private = random.f64() < PRIVATE;
        let follows = self.world.lengths[random.usize(..self.world.lengths.len())];
        let mass = follows > MASS;
        let activity = f64::from(follows) / self.world.mean_length;
        let by_taste = if mass { activity / 4.0 } else { activity };
        let communities = &self.world.communities;
        let comes_for = random.f64();
        let home = match self.burst {
            Some(other) if number < NEWCOMERS => {
                Some((other, random.usize(..communities[other].niches.len())))
            }
            _ if comes_for < self.of_niche => Some((self.community, self.niche)),
            _ if comes_for < self.of_niche + self.of_community => Some((
                self.community,
                random.usize(..communities[self.community].niches.len()),
            )),
            _ => None,
        };
        if let Some((community, niche)) = home {
            self.taste(community, niche, by_taste, list, random);
            if random.bool() {
                let beside = community.checked_sub(1).unwrap_or(community + 1);
                let niche = random.usize(..communities[beside].niches.len());
                self.taste(beside, niche, by_taste, list, random);
            }
        }
        let chances = if mass { 12 } else { 3 };
        for _ in 0..chances {
            if random.f64() < TASTES / 3.0 {
                let community = self.any_community(random);
                let niche = random.usize(..communities[community].niches.len());
                self.taste(community, niche, by_taste, list, random);
            }
        }
        list.draw(&self.world.mainstream, activity, random);
        list.draw(&self.world.celebrities, activity, random);
        Follower {
            private,
            follows: follows.max(list.ids.len() as u32),
        }
    }

    fn taste(
        &self,
        community: usize,
        niche: usize,
        activity: f64,
        list: &mut List,
        random: &mut Rng,
    ) {
        let community = &self.world.communities[community];
        list.draw(&community.niches[niche], activity, random);
        list.draw(&community.whole, activity, random);
    }

    /// A community, as likely as it is large: they grow evenly, so the largest few hold most fans.
    fn any_community(&self, random: &mut Rng) -> usize {
        let communities = &self.world.communities;
        let all: f64 = communities.iter().map(|community| community.fans).sum();
        let mut left = random.f64() * all;
        for (number, community) in communities.iter().enumerate().rev() {
            left -= community.fans;
            if left < 0.0 {
                return number;
            }
        }
        0
    }
}
