//! The followers of an invented target: who they are and whom they follow. Each is generated from a seed whenever it is
//! needed, so that no list is kept.

use std::ops::Range;

use fastrand::Rng;

use crate::audience_kind::AudienceKind;
use crate::follow_list::FollowedAccounts;
use crate::world::{PlantedWorld, TASTES, make_up};

/// Who follows more than this is a mass follower.
pub(crate) const MASS: u32 = 1_500;

/// How many times the size of a target its community is.
const AMONG: Range<f64> = 3.0..30.0;

pub(crate) struct PlantedAudience<'a> {
    pub world: &'a PlantedWorld,
    pub size: u64,
    pub community: usize,
    pub niche: usize,
    of_niche: f64,
    of_community: f64,
    kind: AudienceKind,
    /// Another community that some of the followers come for, and its niche, which attracts them as the target's
    /// attracts the others.
    other: Option<(usize, Option<usize>)>,
    /// The first follower of each group of friends.
    friends: Vec<u64>,
    seed: u64,
}

pub(crate) struct Follower {
    pub private: bool,
    /// How many accounts they follow, including those that few follow.
    pub follows: u32,
}

/// The random numbers that make a follower; friends share those of their tastes.
struct FollowerRngs {
    own: Rng,
    of_friends: Option<Rng>,
}

impl FollowerRngs {
    fn tastes(&mut self) -> &mut Rng {
        self.of_friends.as_mut().unwrap_or(&mut self.own)
    }
}

impl<'a> PlantedAudience<'a> {
    pub(crate) fn new(world: &'a PlantedWorld, size: u64, kind: AudienceKind, seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let homes: Vec<usize> = (0..world.communities.len())
            .filter(|home| AMONG.contains(&(world.communities[*home].fans / size as f64)))
            .collect();
        let community = random.choice(&homes).copied().unwrap_or_default();
        let (of_niche, of_community) = match kind {
            AudienceKind::Few(part) => (part, 0.0),
            _ => make_up(size as f64, world.communities[community].fans),
        };
        let niche = random.usize(..world.communities[community].niches.len());
        let other = kind.other(world, community, &homes, &mut random);
        Self {
            world,
            size,
            community,
            niche,
            of_niche,
            of_community,
            kind,
            other,
            friends: kind.friends(size, &mut random),
            seed,
        }
    }

    /// Returns the follower with this number, newest first; their list is empty if they are private.
    pub(crate) fn follower(&self, number: u64, list: &mut FollowedAccounts) -> Follower {
        let follower = self.in_truth(number, list);
        if follower.private {
            list.clear();
        }
        follower
    }

    /// The same, with their list even if they are private, as the lists of the accounts that they follow show it.
    pub(crate) fn in_truth(&self, number: u64, list: &mut FollowedAccounts) -> Follower {
        list.clear();
        let (group, group_seed) = self.group(number);
        let mut rngs = FollowerRngs {
            own: self.random(number),
            of_friends: group_seed,
        };
        let private = rngs.own.f64() < self.kind.private(number);
        let follows = self.kind.length(self.world, &mut rngs.own);
        let mass = follows > MASS;
        let activity = f64::from(follows) / self.world.mean_length;
        if self.kind.is_bought(number) {
            self.follow_everybody(f64::from(follows), list, &mut rngs.own);
        } else {
            self.follow_tastes(number, activity, mass, list, &mut rngs);
            list.draw(&self.world.mainstream, activity, &mut rngs.own);
            list.draw(&self.world.celebrities, activity, &mut rngs.own);
        }
        let friends = group.filter(|friend| *friend != number);
        friends.for_each(|friend| list.add(self.world.person(friend)));
        Follower {
            private,
            follows: follows.max(list.ids.len() as u32),
        }
    }

    fn follow_tastes(
        &self,
        number: u64,
        activity: f64,
        mass: bool,
        list: &mut FollowedAccounts,
        rngs: &mut FollowerRngs,
    ) {
        let by_taste = if mass { activity / 4.0 } else { activity };
        let niches = |community: usize| self.world.communities[community].niches.len();
        let comes_for = rngs.tastes().f64();
        let other = self.other.filter(|_| self.kind.is_of_other(number, mass));
        let home = match other {
            Some((other, Some(niche))) if comes_for < self.of_niche => Some((other, niche)),
            Some((other, _)) => Some((other, rngs.tastes().usize(..niches(other)))),
            _ if comes_for < self.of_niche => Some((self.community, self.niche)),
            _ if comes_for < self.of_niche + self.of_community => Some((
                self.community,
                rngs.tastes().usize(..niches(self.community)),
            )),
            _ => None,
        };
        if let Some((community, niche)) = home {
            self.taste(community, niche, by_taste, list, &mut rngs.own);
            if rngs.tastes().bool() {
                let beside = community.checked_sub(1).unwrap_or(community + 1);
                let niche = rngs.tastes().usize(..niches(beside));
                self.taste(beside, niche, by_taste, list, &mut rngs.own);
            }
        }
        let chances = if mass { 12 } else { 3 };
        for _ in 0..chances {
            if rngs.tastes().f64() < TASTES / 3.0 {
                let community = self.any_community(rngs.tastes());
                let niche = rngs.tastes().usize(..niches(community));
                self.taste(community, niche, by_taste, list, &mut rngs.own);
            }
        }
    }

    /// Fills a list of this length with accounts that everybody follows.
    fn follow_everybody(&self, length: f64, list: &mut FollowedAccounts, random: &mut Rng) {
        let pools = [&self.world.mainstream, &self.world.celebrities];
        let activity = length / pools.iter().map(|pool| pool.draws).sum::<f64>();
        pools
            .into_iter()
            .for_each(|pool| list.draw(pool, activity, random));
    }

    /// Returns the group of friends of a follower, and the random numbers of its tastes.
    fn group(&self, number: u64) -> (Range<u64>, Option<Rng>) {
        let after = self.friends.partition_point(|start| *start <= number);
        let Some(group) = after.checked_sub(1) else {
            return (0..0, None);
        };
        let end = self.friends.get(after).copied().unwrap_or(self.size);
        let tastes = self.random(self.size + group as u64);
        (self.friends[group]..end, Some(tastes))
    }

    fn random(&self, number: u64) -> Rng {
        Rng::with_seed(self.seed ^ (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn taste(
        &self,
        community: usize,
        niche: usize,
        activity: f64,
        list: &mut FollowedAccounts,
        random: &mut Rng,
    ) {
        let community = &self.world.communities[community];
        list.draw(&community.niches[niche], activity, random);
        list.draw(&community.whole, activity, random);
    }

    /// Returns a random community, with a probability by its size: communities grow evenly, so the few largest hold
    /// most fans.
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
