//! Whom a target attracts: what its audience is made up of.

use std::ops::Range;

use fastrand::Rng;

use crate::audience::MASS;
use crate::world::PlantedWorld;

/// Followers whose lists can't be read, where that has nothing to do with their tastes.
const PRIVATE: f64 = 0.2;

/// Followers who came in a burst.
const NEWCOMERS: u64 = 50_000;

/// How many friends follow a target together.
const FRIENDS: Range<u64> = 5..21;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum AudienceKind {
    /// Its community, as accounts of its size there do.
    Community,
    /// Its niche makes this part of the audience; the others could be anybody.
    Few(f64),
    /// Its community, but the newest 50,000 came at once from another.
    Burst,
    /// Its community, in groups of friends who follow one another and have the same tastes.
    Friends,
    /// Its community, but this part of the audience are mass followers, all of whom come for another as those who
    /// are none come for this; nobody is private.
    Mass(f64),
    /// Its community, but every second follows at random what everybody follows.
    Bought,
    /// Its community and another, half and half. This part is private, of the other's three times as many as of
    /// its own; nobody is a mass follower.
    Private(f64),
}

impl AudienceKind {
    /// Whether a follower comes for another community than the target's.
    pub(crate) fn is_of_other(self, number: u64, mass: bool) -> bool {
        match self {
            Self::Burst => number < NEWCOMERS,
            Self::Mass(_) => mass,
            Self::Private(_) => number % 2 == 1,
            Self::Community | Self::Few(_) | Self::Friends | Self::Bought => false,
        }
    }

    /// Another community that followers come for, where there is one, and its niche. What comes in a burst comes for
    /// any, and for no niche; others for one that is as likely to be a target's as the target's is.
    pub(crate) fn other(
        self,
        world: &PlantedWorld,
        own: usize,
        homes: &[usize],
        random: &mut Rng,
    ) -> Option<(usize, Option<usize>)> {
        match self {
            Self::Burst => {
                let other = random.usize(..world.communities.len() - 1);
                Some((other + usize::from(other >= own), None))
            }
            Self::Mass(_) | Self::Private(_) => {
                let homes = homes.iter().copied().filter(|home| *home != own);
                let other = random.choice(homes.collect::<Vec<usize>>())?;
                let niches = world.communities[other].niches.len();
                Some((other, Some(random.usize(..niches))))
            }
            Self::Community | Self::Few(_) | Self::Friends | Self::Bought => None,
        }
    }

    pub(crate) fn is_bought(self, number: u64) -> bool {
        self == Self::Bought && number % 2 == 1
    }

    /// The probability that a follower is private.
    pub(crate) fn private(self, number: u64) -> f64 {
        match self {
            Self::Mass(_) => 0.0,
            Self::Private(part) if self.is_of_other(number, false) => 1.5 * part,
            Self::Private(part) => 0.5 * part,
            _ => PRIVATE,
        }
    }

    /// How many accounts a follower follows.
    pub(crate) fn length(self, world: &PlantedWorld, random: &mut Rng) -> u32 {
        let lengths = &world.lengths;
        let usual = lengths.partition_point(|length| *length <= MASS);
        let among = match self {
            Self::Mass(part) if random.f64() < part => usual..lengths.len(),
            Self::Mass(_) | Self::Private(_) => 0..usual,
            _ => 0..lengths.len(),
        };
        lengths[random.usize(among)]
    }

    /// The first of each group of friends, by their number.
    pub(crate) fn friends(self, size: u64, random: &mut Rng) -> Vec<u64> {
        if self != Self::Friends {
            return Vec::new();
        }
        let starts = std::iter::successors(Some(0), |start| Some(start + random.u64(FRIENDS)));
        starts.take_while(|start| *start < size).collect()
    }
}
