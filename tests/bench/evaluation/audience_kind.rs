//! The kinds of audiences, by whom a target attracts.

use std::ops::Range;

use fastrand::Rng;

use crate::audience::MASS;
use crate::world::PlantedWorld;

/// The share of followers whose lists can't be read, where that is unrelated to their tastes.
const PRIVATE: f64 = 0.2;

/// The number of followers who came in a burst.
const NEWCOMERS: u64 = 50_000;

/// The size of a group of friends.
const FRIENDS: Range<u64> = 5..21;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum AudienceKind {
    /// Its community, as for other accounts of its size there.
    Community,
    /// Its niche is this share of the audience; the others could be anybody.
    Few(f64),
    /// Its community, but the newest 50,000 came in a burst from another.
    Burst,
    /// Its community, in groups of friends who follow one another and have the same tastes.
    Friends,
    /// Its community, but this share of the audience are mass followers, all from another community; nobody is private.
    Mass(f64),
    /// Its community, but every second follower follows at random what everybody follows.
    Bought,
    /// Its community and another, half and half. This share is private, three times as many of the other's as of its
    /// own; nobody is a mass follower.
    Private(f64),
}

impl AudienceKind {
    /// Returns whether a follower comes from another community than the target's.
    pub(crate) fn is_of_other(self, number: u64, mass: bool) -> bool {
        match self {
            Self::Burst => number < NEWCOMERS,
            Self::Mass(_) => mass,
            Self::Private(_) => number % 2 == 1,
            Self::Community | Self::Few(_) | Self::Friends | Self::Bought => false,
        }
    }

    /// Returns the other community, if there is one, and its niche. A burst comes from any community and no niche;
    /// others from one that is as likely to be a target's as the target's own.
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

    /// Returns the probability that a follower is private.
    pub(crate) fn private(self, number: u64) -> f64 {
        match self {
            Self::Mass(_) => 0.0,
            Self::Private(part) if self.is_of_other(number, false) => 1.5 * part,
            Self::Private(part) => 0.5 * part,
            _ => PRIVATE,
        }
    }

    /// Returns how many accounts a follower follows.
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

    /// Returns the number of the first follower of each group of friends.
    pub(crate) fn friends(self, size: u64, random: &mut Rng) -> Vec<u64> {
        if self != Self::Friends {
            return Vec::new();
        }
        let starts = std::iter::successors(Some(0), |start| Some(start + random.u64(FRIENDS)));
        starts.take_while(|start| *start < size).collect()
    }
}
