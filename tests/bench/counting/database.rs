//! A database with the lists of an invented audience, filled as the bot fills it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures::future::try_join_all;
use lookalike::clock::SystemClock;
use lookalike::ledger::{Change, Ledger, Rules};
use lookalike::model::{
    AccountId, By, ChatId, CrawlId, Cursor, Depth, Facts, Handle, Hints, Lease, ListEnd,
    NetworkName, NewAnalysis, NewTask, Onward, PersonId, Profile, Queue, StageName, Subject,
    TaskOutput,
};
use lookalike::sealing::Pseudonyms;
use lookalike::stores::SledStore;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// The only crawl.
pub(crate) const CRAWL: u64 = 1;

pub(crate) const RULES: Rules = Rules {
    max_active: 1,
    per_person: 1,
    max_following: 0,
    fresh_for: Duration::from_secs(86_400),
    retention: Duration::from_secs(86_400),
    lease_term: Duration::from_secs(3_600),
    sampling_key: Some([1; 16]),
    pseudonyms: Pseudonyms::by_key([1; 32]),
};

/// Tasks completed together.
const AT_ONCE: usize = 50;

/// The bits of an id.
const ID_BITS: u32 = 36;

/// Keeps accounts of similar popularity apart by their ids.
const SPREAD: u64 = 0xd6e8_feb8_6659_fd93;

/// The most follows in a list.
const LONGEST: f64 = 20_000.0;

pub(crate) struct SyntheticAudience {
    pub(crate) name: &'static str,
    pub(crate) followers: usize,
    each: usize,
    /// How many accounts are followed.
    followed: f64,
    /// 1: all equally popular; the higher, the larger the share of the popular ones.
    power: i32,
}

impl SyntheticAudience {
    /// An audience like a real one. Some lists are long; 100,000 followers know 14 million accounts.
    pub(crate) fn skewed(followers: usize, each: usize) -> Self {
        Self {
            name: "skewed, like real audiences",
            followers,
            each,
            followed: followers as f64 * each as f64 * 0.41,
            power: 3,
        }
    }

    /// The worst case: no account is popular.
    pub(crate) fn flat(followers: usize, each: usize) -> Self {
        let each = each * 200 / 516;
        Self {
            name: "flat, the worst case",
            followers,
            each,
            followed: followers as f64 * each as f64,
            power: 1,
        }
    }

    fn list(&self, random: &mut Pcg64Mcg) -> Vec<AccountId> {
        let length = match self.power {
            1 => self.each as f64,
            _ => (self.each as f64 * 0.505 / random.random::<f64>().sqrt()).min(LONGEST),
        };
        let mut ids = BTreeSet::new();
        while (ids.len() as f64) < length {
            let popular = random.random::<f64>().powi(self.power);
            let account = 1 + (popular * self.followed) as u64;
            ids.insert(account.wrapping_mul(SPREAD) >> (u64::BITS - ID_BITS));
        }
        let ids = ids.into_iter();
        ids.map(|id| AccountId::new(id.to_string())).collect()
    }
}

/// Returns how many follows there are.
pub(crate) async fn fill(folder: &Path, audience: &SyntheticAudience) -> anyhow::Result<u64> {
    let store = Arc::new(SledStore::open(folder)?);
    let ledger = Ledger::open(store, Arc::new(SystemClock::default()), RULES).await?;
    let network = NetworkName::new("bench");
    ledger
        .receive(vec![(1, serde_json::json!({ "update_id": 1 }))])
        .await?;
    let request = NewAnalysis {
        person: PersonId(1),
        chat: ChatId(1),
        question: None,
        topic: None,
        network: network.clone(),
        handle: Handle("target".into()),
        by: By::Handle,
        others: Vec::new(),
        agreed: true,
        charged: false,
        priority: 1,
        depth: Depth::Full,
        order: None,
        as_is: false,
        refresh: false,
        quota: None,
    };
    ledger.handled(1, vec![Change::Submit(request)]).await?;
    let followers = 1..=audience.followers;
    let followers: Vec<AccountId> = followers
        .map(|number| AccountId::new(number.to_string()))
        .collect();
    let tasks = followers.iter().map(|follower| NewTask {
        subject: Subject::Account(follower.clone()),
        cursor: None::<Cursor>,
    });
    let mut opening = [
        TaskOutput::of(Facts::Account(target())),
        TaskOutput::of(Facts::Followers {
            lost: 0,
            ids: followers.clone(),
            end: Some(ListEnd::Complete),
            hints: Hints::default(),
        }),
        TaskOutput {
            facts: Facts::ReadingOrder(followers.clone()),
            follow_ups: vec![NewTask {
                subject: Subject::Opening,
                cursor: None,
            }],
        },
        TaskOutput {
            facts: Facts::Planned(u32::try_from(followers.len())?),
            follow_ups: tasks.collect(),
        },
        TaskOutput::of(Facts::Nothing),
    ]
    .into_iter();
    let mut random = Pcg64Mcg::seed_from_u64(1);
    let mut follows = 0;
    loop {
        let crawl = ledger.crawl(CrawlId(CRAWL))?.context("no crawl")?;
        if crawl.stage == StageName::Aggregate {
            return Ok(follows);
        }
        let queue = Queue {
            network: network.clone(),
            stage: crawl.stage,
        };
        let leases = ledger.lease_each(&queue, vec![crawl.id; AT_ONCE]).await?;
        let mut done: Vec<(&Lease, TaskOutput)> = Vec::new();
        for lease in &leases {
            let next = match &lease.task.subject {
                Subject::Account(follower) => {
                    let ids = audience.list(&mut random);
                    follows += ids.len() as u64;
                    TaskOutput::of(Facts::Following {
                        lost: 0,
                        follower: follower.clone(),
                        ids,
                        asked: None,
                        onward: Onward::End(ListEnd::Complete),
                        skip: false,
                        profiles: Vec::new(),
                    })
                }
                _ => opening.next().context("a task too many")?,
            };
            done.push((lease, next));
        }
        let completed = done.into_iter();
        try_join_all(completed.map(|(lease, done)| ledger.complete(lease, done, 1))).await?;
    }
}

fn target() -> Profile {
    Profile {
        id: AccountId::new("0"),
        handle: Handle("target".into()),
        name: String::new(),
        bio: String::new(),
        picture: None,
        followers: None,
        following: None,
        private: false,
        verified: false,
        opted_out: false,
        kind: None,
    }
}
