//! A network within this process. Followers follow as many accounts as real people do, some are private, and some
//! requests fail. Everything is drawn from a seed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use lookalike::clock::Clock;
use lookalike::model::{Account, AccountId, Cursor, Handle, NetworkName, Page, Profile, Relation};
use lookalike::networks::{Limits, Network, NetworkError, Resolved, Verb};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// How long a response takes.
const ANSWERS_AFTER: Duration = Duration::from_millis(400);

pub(super) const PAGE: usize = 100;

/// The most accounts that one may follow.
const MOST_FOLLOWED: f64 = 7_500.0;

/// Accounts that an audience has in common, and all others, the most followed first.
const PEERS: u64 = 200;
const OTHERS: u64 = 100_000;

/// Numbers of accounts: the targets, their peers, the others, the targets' followers, and followers of nothing else.
const FIRST_PEER: u64 = 1_000;
const FIRST_OTHER: u64 = 1_000_000;
const FIRST_FOLLOWER: u64 = 10_000_000;
const FIRST_UNRELATED: u64 = 1_000_000_000;

/// What followers are like, and what goes wrong.
#[derive(Clone, Copy, Debug)]
pub(super) struct Behaviour {
    pub(super) seed: u64,
    /// Half of the followers follow more accounts than this.
    pub(super) median: f64,
    /// The share of followers who are private.
    pub(super) private: f64,
    /// The shares of requests that fail, and that are throttled.
    pub(super) failing: f64,
    pub(super) throttled: f64,
    /// How many accounts of a list the API gets by one request of its own to the network; `None` if it is the
    /// network's.
    pub(super) proxied_page: Option<u64>,
}

impl Behaviour {
    /// Returns what a page of this many accounts takes of the budget.
    pub(super) fn weight(&self, accounts: u64) -> u32 {
        match self.proxied_page {
            Some(page) => 1 + accounts.div_ceil(page).max(1) as u32,
            None => 1,
        }
    }
}

pub(super) struct SimulatedNetwork {
    clock: Arc<dyn Clock>,
    behaviour: Behaviour,
    /// How many followers each target has.
    targets: Vec<u64>,
    attempts: Mutex<BTreeMap<String, u64>>,
    /// Lists that were drawn, since drawing them takes longer than all else.
    followers: Mutex<BTreeMap<u64, Arc<Vec<u64>>>>,
    followed: Mutex<BTreeMap<u64, Arc<Vec<u64>>>>,
}

impl SimulatedNetwork {
    pub(super) fn new(clock: Arc<dyn Clock>, behaviour: Behaviour, targets: &[u64]) -> Self {
        Self {
            clock,
            behaviour,
            targets: targets.to_vec(),
            attempts: Mutex::default(),
            followers: Mutex::default(),
            followed: Mutex::default(),
        }
    }

    /// Waits for the response, which may be an error.
    async fn ask(&self, question: String) -> Result<(), NetworkError> {
        self.clock.sleep(ANSWERS_AFTER).await;
        let attempt = {
            let mut attempts = self.attempts.lock().unwrap();
            let times = attempts.entry(question.clone()).or_default();
            *times += 1;
            *times
        };
        let letters = question.bytes().map(u64::from);
        let number = letters.fold(attempt, |so_far, letter| {
            so_far.wrapping_mul(1_099_511_628_211) ^ letter
        });
        match self.random_for(number).random::<f64>() {
            roll if roll < self.behaviour.failing => Err(NetworkError::Temporary("busy".into())),
            roll if roll < self.behaviour.failing + self.behaviour.throttled => {
                Err(NetworkError::Throttled { retry_at: None })
            }
            _ => Ok(()),
        }
    }

    fn random_for(&self, number: u64) -> Pcg64Mcg {
        Pcg64Mcg::seed_from_u64(self.behaviour.seed.wrapping_mul(0x9e37_79b9) ^ number)
    }

    fn is_private(&self, id: u64) -> bool {
        self.random_for(!id).random_bool(self.behaviour.private)
    }

    /// Returns the accounts that a follower follows, in order.
    fn followed(&self, follower: u64) -> Arc<Vec<u64>> {
        let mut drawn = self.followed.lock().unwrap();
        let followed = drawn.entry(follower);
        followed
            .or_insert_with(|| Arc::new(self.draw_followed(follower)))
            .clone()
    }

    fn draw_followed(&self, follower: u64) -> Vec<u64> {
        let mut random = self.random_for(follower);
        let target = follower / FIRST_FOLLOWER - 1;
        // The exponent of a log-normal distribution: a sum of many small random numbers.
        let normal: f64 = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
        let count = (self.behaviour.median * (0.9 * normal).exp()).min(MOST_FOLLOWED) as usize;
        let mut followed = BTreeSet::from([target]);
        let first_peer = FIRST_PEER * (target + 1);
        followed.extend((0..PEERS).filter_map(|peer| {
            let share = 0.35 / (1.0 + peer as f64 / 15.0);
            random.random_bool(share).then_some(first_peer + peer)
        }));
        while followed.len() < count {
            let place = random.random::<f64>().powi(2);
            followed.insert(FIRST_OTHER + (place * OTHERS as f64) as u64);
        }
        followed.into_iter().take(count.max(1)).collect()
    }

    /// Returns an account's followers: those among the target's, and for the rest accounts that follow nothing else.
    fn followers_of(&self, id: u64) -> Arc<Vec<u64>> {
        let mut known = self.followers.lock().unwrap();
        let followers = known.entry(id).or_insert_with(|| {
            let target = match id {
                id if id < FIRST_PEER => id,
                id if id < FIRST_OTHER => id / FIRST_PEER - 1,
                _ => 0,
            };
            let first = FIRST_FOLLOWER * (target + 1);
            let of_target = first..first + self.targets[target as usize];
            let follow = |follower: &u64| {
                id == target || self.followed(*follower).binary_search(&id).is_ok()
            };
            let mut followers: Vec<u64> = of_target.filter(follow).collect();
            let others = self
                .count_of_followers(id)
                .saturating_sub(followers.len() as u64);
            followers.extend((0..others).map(|other| FIRST_UNRELATED + other));
            Arc::new(followers)
        });
        followers.clone()
    }

    fn count_of_followers(&self, id: u64) -> u64 {
        let audience = |target: u64| self.targets[target as usize] as f64;
        let followers = match id {
            id if id < FIRST_PEER => audience(id),
            id if id < FIRST_OTHER => {
                let (target, peer) = (id / FIRST_PEER - 1, id % FIRST_PEER);
                audience(target) * (0.6 + 0.05 * peer as f64)
            }
            id => 4_000_000.0 / ((id - FIRST_OTHER + 1) as f64).sqrt(),
        };
        followers as u64
    }

    fn profile(&self, id: u64) -> Profile {
        Profile {
            id: AccountId::new(id.to_string()),
            handle: handle(id),
            name: String::new(),
            bio: String::new(),
            picture: None,
            followers: Some(self.count_of_followers(id)),
            following: None,
            private: false,
            verified: false,
            opted_out: false,
            kind: None,
        }
    }
}

#[async_trait]
impl Network for SimulatedNetwork {
    fn name(&self) -> NetworkName {
        NetworkName::new("instagram")
    }

    fn limits(&self) -> Limits {
        Limits {
            page: PAGE as u32,
            followers_page: PAGE as u32,
            largest_page: PAGE as u32,
            longest_id: 64,
            profiles_at_once: 1,
            lists_tell_profiles: false,
            suggests: false,
            searches: false,
        }
    }

    fn remaining(&self) -> Option<u64> {
        None
    }

    fn weight(&self, _verb: Verb, accounts: u64) -> u32 {
        self.behaviour.weight(accounts)
    }

    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        self.ask(format!("search {handle}")).await?;
        let id = handle.0.trim_start_matches("account");
        Ok(Resolved::Account(Account {
            id: AccountId::new(id),
            handle: handle.clone(),
        }))
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        self.ask(format!("profiles {ids:?}")).await?;
        Ok(ids.iter().map(|id| self.profile(number(id))).collect())
    }

    async fn list(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        match relation {
            Relation::Followers => {
                self.ask(format!("followers {id} {cursor:?}")).await?;
                Ok(page(&self.followers_of(number(id)), cursor))
            }
            Relation::Following => {
                self.ask(format!("following {id} {cursor:?}")).await?;
                match number(id) {
                    id if self.is_private(id) => Err(NetworkError::Private),
                    id => Ok(page(&self.followed(id), cursor)),
                }
            }
        }
    }
}

/// Returns the handle of an account.
pub(super) fn handle(id: u64) -> Handle {
    Handle(format!("account{id}"))
}

fn number(id: &AccountId) -> u64 {
    id.as_str().parse().unwrap()
}

fn page(all: &[u64], cursor: Option<&Cursor>) -> Page {
    let start = cursor.map_or(0, |cursor| cursor.0.parse().unwrap());
    let end = all.len().min(start + PAGE);
    let accounts = all[start..end].iter().map(|id| Account {
        id: AccountId::new(id.to_string()),
        handle: handle(*id),
    });
    Page {
        accounts: accounts.collect(),
        next: (end < all.len()).then(|| Cursor(end.to_string())),
        ..Page::default()
    }
}
