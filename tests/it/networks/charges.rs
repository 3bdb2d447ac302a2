//! Random people, keys, restarts and odd responses on a network that charges, over real HTTP: it charges each key for
//! as much as we record.

use std::sync::Arc;
use std::time::Duration;

use lookalike::clock::SystemClock;
use lookalike::config::Config;
use lookalike::demo::networks::fake;
use lookalike::demo::telegram::{Message, Person};
use lookalike::ledger::Ledger;
use lookalike::model::{NetworkName, PersonId};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::harness::{Harness, small_world};

const SEEDS: u64 = 4;
const STEPS: u32 = 25;

const GROUP: i64 = -100;

/// Returns a key in the form of HikerAPI's.
fn key_of(person: &Person) -> String {
    format!("hik_0123456789_of_{}", person.id)
}

/// Returns the newest quote that is still open, and the button of its quickest depth.
fn open_quote(messages: &[Message]) -> Option<(i32, String)> {
    messages.iter().rev().find_map(|message| {
        let mut buttons = message.buttons.iter().flatten();
        let agrees = |data: &String| data.starts_with("start-");
        let first = buttons.find(|button| button.data.as_ref().is_some_and(agrees))?;
        Some((message.id, first.label.clone()))
    })
}

struct RandomRun {
    harness: Harness,
    people: Vec<Person>,
}

impl RandomRun {
    async fn new(seed: u64) -> Self {
        let hiker = fake("instagram", "hikerapi").unwrap();
        let mut harness = Harness::on_network(hiker, small_world(30, false)).await;
        let people: Vec<Person> = (0..3).map(|n| Person::new(700 + n, "P")).collect();
        for person in &people {
            harness.telegram.knows(person);
            harness.network.add_key(&key_of(person));
        }
        harness.set("ANALYSES_PER_PERSON", "3");
        harness
            .network
            .set_faults(if seed.is_multiple_of(2) { 0 } else { 20 });
        harness.start().await;
        Self { harness, people }
    }

    async fn act(&mut self, rng: &mut Pcg64Mcg) {
        let person = self.people[rng.random_range(0..self.people.len())].clone();
        let in_group = rng.random_ratio(1, 4);
        let (telegram, network) = (&self.harness.telegram, &self.harness.network);
        let key = key_of(&person);
        match rng.random_range(0..14) {
            0..4 => {
                let handle = ["luna", "peer0", "peer1", "nosuch"][rng.random_range(0..4)];
                match in_group {
                    true => telegram.says_in_group(GROUP, &person, &format!("/find @{handle}")),
                    false => telegram.says(&person, &format!("@{handle}")),
                };
            }
            4..8 => {
                let chat = if in_group { GROUP } else { person.id };
                let Some((message, label)) = open_quote(&telegram.messages(chat)) else {
                    return;
                };
                // In a group the quote may be another person's.
                let _ = telegram.presses(&person, message, &label);
            }
            8..10 => {
                telegram.says(&person, &format!("/key instagram {key}"));
            }
            10 => {
                telegram.says(&person, "/key instagram forget");
            }
            11 => match rng.random_bool(0.5) {
                true => network.revoke_key(&key),
                false => network.restore_key(&key),
            },
            12 => {
                telegram.says(&person, "/cancel");
            }
            _ => {
                self.harness.stop().await;
                if rng.random_bool(0.5) {
                    self.harness.telegram.reissue_token();
                    let token = self.harness.telegram.token();
                    self.harness.set("TELOXIDE_TOKEN", &token);
                }
                self.harness.start().await;
            }
        }
        // Sometimes the next action comes before all of that has ended.
        let more = self.harness.network.arrivals() + rng.random_range(0..40);
        let arrived = self.harness.network.arrived(more);
        let _ = tokio::time::timeout(Duration::from_millis(300), arrived).await;
    }

    /// Returns each key, what the network charged it, and what we recorded.
    async fn charged_and_recorded(&self) -> Vec<(String, u64, u64)> {
        let data = self.harness.data();
        let store = lookalike::stores::open(&format!("sled:{}", data.display())).unwrap();
        let token = |name: &str| name.contains("TOKEN").then(|| "x".to_owned());
        let rules = Config::read(&token).unwrap().rules;
        let clock = Arc::new(SystemClock::default());
        let ledger = Ledger::open(store, clock, rules).await.unwrap();
        let instagram = NetworkName::new("instagram");
        let shared = ledger.spent_today(&instagram).unwrap().requests;
        let network = &self.harness.network;
        let mut lines = vec![("the shared key".into(), network.charged_to(None), shared)];
        for person in &self.people {
            let id = PersonId(person.id.unsigned_abs());
            let paid = ledger.paid_today(id, &instagram).unwrap().requests;
            let charged = network.charged_to(Some(&key_of(person)));
            lines.push((format!("the key of {id:?}"), charged, paid));
        }
        lines
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_network_charges_each_key_for_what_we_recorded() {
    let mut charged_in_all = 0;
    for seed in 0..SEEDS {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let mut run = RandomRun::new(seed).await;
        for _ in 0..STEPS {
            run.act(&mut rng).await;
        }
        run.harness.stop().await;
        for (whose, charged, recorded) in run.charged_and_recorded().await {
            println!("seed {seed}: {whose}: charged {charged}, recorded {recorded}");
            assert_eq!(
                charged, recorded,
                "seed {seed}: what {whose} was charged, and what we recorded"
            );
            charged_in_all += charged;
        }
    }
    assert!(
        charged_in_all > 100,
        "only {charged_in_all} requests in all"
    );
}
