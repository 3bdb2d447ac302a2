//! A world of accounts that follow each other, for the fake networks to serve: invented from a seed or read from files.
//! Never changes once built (a fake keeps track of hidden or removed accounts itself), does no network I/O, and knows
//! no network's formats.

use std::collections::BTreeMap;
use std::path::Path;

use crate::demo::pseudorandom;
use crate::kind::AccountKind;
use graph::Graph;

mod files;
mod graph;
mod invented;
mod naming;
mod vocabulary;
mod words;

pub use invented::{LONELY_HANDLE, PRIVATE_HANDLE};

/// Audience sizes that make a good demonstration: something to compare, and done within minutes.
const DEMO_AUDIENCE: std::ops::RangeInclusive<usize> = 200..=600;

/// A follower and whom it follows, by index.
type Follow = (u32, u32);

/// What a network would know of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldAccount {
    pub id: u64,
    pub handle: String,
    pub name: String,
    pub bio: String,
    pub private: bool,
    /// The community that the account belongs to, empty if none. Served by no network: rankings are judged by it.
    pub label: String,
    /// What it is; `None` if nobody knows. Served by no network either: guesses are judged by it.
    pub kind: Option<AccountKind>,
}

/// Accounts and their follows. Accounts are identified by index; share it in an `Arc`.
pub struct World {
    accounts: Vec<WorldAccount>,
    graph: Graph,
    by_id: Vec<(u64, u32)>,
    by_handle: Vec<(String, u32)>,
}

impl World {
    /// Returns the world of this seed, with a quarter of its ordinary people private.
    pub fn invented(seed: u64) -> World {
        World::invented_with(seed, invented::PRIVATE_SHARE)
    }

    /// Returns the world of this seed with another share (0 to 1) of private people.
    pub fn invented_with(seed: u64, private_share: f64) -> World {
        let (accounts, follows) = invented::invent(seed, private_share);
        World::new(accounts, &follows)
    }

    /// Reads `edges.tsv[.gz]` (follower, followee) and, if there, `nodes.tsv[.gz]` (id, screen name,
    /// name, label) from a folder.
    pub fn load(folder: &Path) -> anyhow::Result<World> {
        let (accounts, follows) = files::read(folder)?;
        Ok(World::new(accounts, &follows))
    }

    /// Makes a world from its parts; follows are (follower, followee) indexes into the accounts.
    pub fn new(accounts: Vec<WorldAccount>, follows: &[Follow]) -> World {
        let mut by_id: Vec<_> = (0u32..).zip(&accounts).map(|(i, p)| (p.id, i)).collect();
        by_id.sort_unstable();
        let mut by_handle: Vec<_> = (0u32..)
            .zip(&accounts)
            .map(|(index, account)| (account.handle.to_lowercase(), index))
            .collect();
        by_handle.sort_unstable();
        World {
            graph: Graph::new(accounts.len(), follows),
            accounts,
            by_id,
            by_handle,
        }
    }

    /// Returns the account at an index of this world; panics on any other.
    pub fn account(&self, index: u32) -> &WorldAccount {
        &self.accounts[index as usize]
    }

    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// Returns the number of follows.
    pub fn follows(&self) -> usize {
        self.graph.len()
    }

    pub fn by_id(&self, id: u64) -> Option<u32> {
        let place = self.by_id.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.by_id.get(place).map(|(_, index)| *index)
    }

    /// Returns the account with this handle, ignoring case.
    pub fn by_handle(&self, handle: &str) -> Option<u32> {
        let wanted = handle.to_lowercase();
        let (found, index) = self.by_handle.get(self.place_of(&wanted))?;
        (*found == wanted).then_some(*index)
    }

    /// Returns up to `count` accounts with the most similar handles, without the account itself.
    pub fn spelled_like(&self, handle: &str, count: usize) -> Vec<u32> {
        let wanted = handle.to_lowercase();
        let place = self.place_of(&wanted);
        let near = place.saturating_sub(count)..self.by_handle.len().min(place + count + 1);
        let mut found: Vec<_> = self.by_handle[near]
            .iter()
            .filter(|(other, _)| *other != wanted)
            .map(|(other, index)| (std::cmp::Reverse(shared_start(other, &wanted)), *index))
            .collect();
        found.sort_unstable();
        found.truncate(count);
        found.into_iter().map(|(_, index)| index).collect()
    }

    /// Newest first.
    pub fn followers(&self, index: u32) -> &[u32] {
        self.graph.followers(index)
    }

    /// Newest first.
    pub fn following(&self, index: u32) -> &[u32] {
        self.graph.following(index)
    }

    /// Returns good targets for a demonstration: of different communities in turn, of different sizes, and with
    /// audiences of a few hundred if the world has such.
    pub fn worth_trying(&self, count: usize) -> Vec<u32> {
        let mut communities: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        let labelled = self
            .accounts
            .iter()
            .any(|account| !account.label.is_empty());
        for (index, account) in (0u32..).zip(&self.accounts) {
            let wanted = !account.private && (!labelled || !account.label.is_empty());
            if wanted && !self.followers(index).is_empty() {
                communities.entry(&account.label).or_default().push(index);
            }
        }
        let mut queues: Vec<_> = communities
            .into_values()
            .map(|members| self.in_demo_order(members).into_iter())
            .collect();
        queues.sort_by_cached_key(|queue| {
            let members = queue.as_slice().iter();
            pseudorandom::mix(&members.map(|&index| u64::from(index)).collect::<Vec<_>>())
        });
        let mut chosen = Vec::new();
        while chosen.len() < count {
            let before = chosen.len();
            chosen.extend(queues.iter_mut().filter_map(Iterator::next));
            if chosen.len() == before {
                break;
            }
        }
        chosen.truncate(count);
        chosen
    }

    /// Returns those with a demonstration's audience first, in an order that mixes sizes; then the others, the nearest
    /// to such an audience first.
    fn in_demo_order(&self, mut members: Vec<u32>) -> Vec<u32> {
        members.sort_by_cached_key(|&index| {
            let size = self.followers(index).len();
            let away = size.max(*DEMO_AUDIENCE.end()) - DEMO_AUDIENCE.end()
                + (DEMO_AUDIENCE.start() - size.min(*DEMO_AUDIENCE.start()));
            (away, pseudorandom::mix(&[self.account(index).id]))
        });
        members
    }

    fn place_of(&self, lowercase: &str) -> usize {
        self.by_handle
            .partition_point(|(handle, _)| handle.as_str() < lowercase)
    }
}

/// Returns how many letters two texts begin alike with.
pub fn shared_start(one: &str, other: &str) -> usize {
    one.chars()
        .zip(other.chars())
        .take_while(|(a, b)| a == b)
        .count()
}
