//! Reading followers' lists as the engine does: in the order of the sample, and counting.

use lookalike::model::{AccountId, Followers, NetworkName, Sample};
use lookalike::sampling::ReadingOrder;

use crate::audience::PlantedAudience;
use crate::follow_list::FollowedAccounts;

/// The most followers that are listed: the newest.
const LISTED: u64 = 100_000;

/// What reading has found so far, and its cost.
#[derive(Clone)]
pub(crate) struct Reading {
    pub listed: u64,
    pub counts: Vec<u32>,
    pub read: u64,
    pub private: u64,
    /// Pages of the lists that were read, of 100 and of 50.
    pub pages: [u64; 2],
}

/// Ids in a page: what most networks give, and what some do.
pub(crate) const PAGE: [u64; 2] = [100, 50];

/// Returns the followers that would be listed, in the order in which they are read.
pub(crate) fn in_order(audience: &PlantedAudience<'_>) -> Vec<u64> {
    let order = ReadingOrder::new([7; 16]);
    let network = NetworkName::new("planted");
    let mut placed: Vec<(u64, u64)> = (0..audience.size.min(LISTED))
        .map(|number| {
            let id = AccountId::new(number.to_string());
            (order.place(&network, &id), number)
        })
        .collect();
    placed.sort_unstable();
    placed.into_iter().map(|(_, number)| number).collect()
}

/// Returns how many of these followers follow each account, whether they can be read or not.
pub(crate) fn shared(audience: &PlantedAudience<'_>, followers: &[u64]) -> Vec<u32> {
    let mut list = FollowedAccounts::new(audience.world);
    let mut counts = vec![0; audience.world.accounts.len()];
    for number in followers {
        audience.in_truth(*number, &mut list);
        let ids = list.ids.iter();
        ids.for_each(|account| counts[*account as usize] += 1);
    }
    counts
}

/// Reads followers in this order; calls `at` with what was found at each of the looks, and when all were read.
pub(crate) fn read(
    audience: &PlantedAudience<'_>,
    followers: &[u64],
    looks: &[u64],
    mut at: impl FnMut(&Reading),
) {
    let mut list = FollowedAccounts::new(audience.world);
    let mut reading = Reading {
        listed: followers.len() as u64,
        counts: vec![0; audience.world.accounts.len()],
        read: 0,
        private: 0,
        pages: [0; 2],
    };
    let mut shown = false;
    for number in followers {
        shown = false;
        let follower = audience.follower(*number, &mut list);
        let pages = |follows: u32| PAGE.map(|page| u64::from(follows).div_ceil(page).max(1));
        if follower.private {
            reading.private += 1;
            continue;
        }
        add(&mut reading.pages, pages(follower.follows));
        for account in &list.ids {
            reading.counts[*account as usize] += 1;
        }
        reading.read += 1;
        if looks.contains(&reading.read) {
            at(&reading);
            shown = true;
        }
    }
    if !shown {
        at(&reading);
    }
}

impl Reading {
    /// Returns the reading as if all listed followers had been read, of which `shared` has how many follow each account.
    pub(crate) fn of_all(listed: u64, shared: &[u32]) -> Self {
        Self {
            listed,
            counts: shared.to_vec(),
            read: listed,
            private: 0,
            pages: [0; 2],
        }
    }

    /// Returns whether all are read.
    pub(crate) fn is_all(&self) -> bool {
        self.read + self.private == self.listed
    }

    pub(crate) fn followers(&self) -> Followers {
        Followers {
            listed: self.listed,
            read: self.read,
            private: self.private,
            ..Followers::default()
        }
    }

    pub(crate) fn sample(&self) -> Sample {
        Sample {
            audience: self.listed,
            listed: self.listed,
            readable: self.followers().readable(),
            read: self.read,
        }
    }

    /// Returns the requests without those for profiles, by the length of a page: listing, a refusal for each private
    /// follower, and lists.
    pub(crate) fn requests(&self, page: usize) -> u64 {
        self.listed.div_ceil(PAGE[page]) + self.private + self.pages[page]
    }
}

fn add(sums: &mut [u64; 2], more: [u64; 2]) {
    sums.iter_mut()
        .zip(more)
        .for_each(|(sum, more)| *sum += more);
}
