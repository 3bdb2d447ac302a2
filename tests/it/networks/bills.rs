//! Random people, keys, restarts and odd responses on a network that charges, over real HTTP: its bill equals our
//! books, for each key.

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

use crate::house::{House, small_world};

const SEEDS: u64 = 4;
const STEPS: u32 = 25;

const GROUP: i64 = -100;

/// The form of HikerAPI's keys.
fn key_of(person: &Person) -> String {
    format!("hik_0123456789_of_{}", person.id)
}

/// The newest quote that is still open, and the button of its quickest depth.
fn price_question(messages: &[Message]) -> Option<(i32, String)> {
    messages.iter().rev().find_map(|message| {
        let mut buttons = message.buttons.iter().flatten();
        let quick = buttons.find(|button| button.label.starts_with("quick"))?;
        Some((message.id, quick.label.clone()))
    })
}

struct Stage {
    house: House,
    people: Vec<Person>,
}

impl Stage {
    async fn new(seed: u64) -> Self {
        let hiker = fake("instagram", "hikerapi").unwrap();
        let mut house = House::on_network(hiker, small_world(30, false)).await;
        let people: Vec<Person> = (0..3).map(|n| Person::new(700 + n, "P")).collect();
        for person in &people {
            house.telegram.knows(person);
            house.network.add_key(&key_of(person));
        }
        house.set("ANALYSES_PER_PERSON", "3");
        house
            .network
            .set_faults(if seed.is_multiple_of(2) { 0 } else { 20 });
        house.start().await;
        Self { house, people }
    }

    async fn act(&mut self, rng: &mut Pcg64Mcg) {
        let person = self.people[rng.random_range(0..self.people.len())].clone();
        let in_group = rng.random_ratio(1, 4);
        let (telegram, network) = (&self.house.telegram, &self.house.network);
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
                let Some((message, label)) = price_question(&telegram.messages(chat)) else {
                    return;
                };
                // In a group it may be another person's.
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
                self.house.stop().await;
                if rng.random_bool(0.5) {
                    self.house.telegram.reissue_token();
                    let token = self.house.telegram.token();
                    self.house.set("TELOXIDE_TOKEN", &token);
                }
                self.house.start().await;
            }
        }
        // Now and then something else happens before all of that has ended.
        let more = self.house.network.arrivals() + rng.random_range(0..40);
        let arrived = self.house.network.arrived(more);
        let _ = tokio::time::timeout(Duration::from_millis(300), arrived).await;
    }

    /// The network's bills by key, next to our books.
    async fn bills_and_books(&self) -> Vec<(String, u64, u64)> {
        let data = self.house.data();
        let store = lookalike::stores::open(&format!("sled:{}", data.display())).unwrap();
        let token = |name: &str| name.contains("TOKEN").then(|| "x".to_owned());
        let rules = Config::read(&token).unwrap().rules;
        let clock = Arc::new(SystemClock::default());
        let ledger = Ledger::open(store, clock, rules).await.unwrap();
        let instagram = NetworkName::new("instagram");
        let shared = ledger.spent_today(&instagram).unwrap().requests;
        let network = &self.house.network;
        let mut lines = vec![("the shared key".into(), network.charged_to(None), shared)];
        for person in &self.people {
            let id = PersonId(person.id.unsigned_abs());
            let paid = ledger.paid_today(id, &instagram).unwrap().requests;
            let billed = network.charged_to(Some(&key_of(person)));
            lines.push((format!("the key of {id:?}"), billed, paid));
        }
        lines
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_networks_bill_for_each_key_is_what_our_books_say() {
    let mut billed_in_all = 0;
    for seed in 0..SEEDS {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let mut stage = Stage::new(seed).await;
        for _ in 0..STEPS {
            stage.act(&mut rng).await;
        }
        stage.house.stop().await;
        for (whose, billed, booked) in stage.bills_and_books().await {
            println!("seed {seed}: {whose}: billed {billed}, in our books {booked}");
            assert_eq!(
                billed, booked,
                "seed {seed}: the bill of {whose}, and our books"
            );
            billed_in_all += billed;
        }
    }
    assert!(billed_in_all > 100, "only {billed_in_all} requests in all");
}
