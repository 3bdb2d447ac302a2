//! Random verbs on two ledgers, one in memory and one on disk: both give the same results and keep the invariants after
//! every commit.

use chrono::TimeDelta;
use lookalike::clock::Clock;
use lookalike::ledger::Change;
use lookalike::model::{
    AnalysisId, ByStage, ChatId, KeyNews, Lease, MessageId, OutgoingId, PersonId, Place, StageName,
};
use lookalike::stores::{MemoryStore, Store};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

use crate::ledger::fixture::{DAY, HOUR, TestLedger, open_sled};
use crate::ledger::random_outputs::{pick, random_output};

const SEEDS: u64 = 8;
const STEPS: u64 = 900;

/// Returns all rows, without the places of records, which differ between stores.
fn rows(test: &TestLedger) -> Vec<(Vec<u8>, Value)> {
    let rows = test.store.scan(&[], &[0xff; 9], usize::MAX).unwrap();
    rows.into_iter()
        .map(|(key, value)| {
            let mut value = serde_json::from_slice(&value).unwrap();
            forget_places(&mut value);
            (key, value)
        })
        .collect()
}

fn forget_places(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("offset");
            fields.values_mut().for_each(forget_places);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_places),
        _ => {}
    }
}

/// Does something random; returns its result.
async fn act(test: &mut TestLedger, held: &mut Vec<Lease>, rng: &mut Pcg64Mcg) -> String {
    let now = test.clock.now();
    match rng.random_range(0..100) {
        0..12 => {
            let person = rng.random_range(1..6);
            let handle = *pick(rng, &["a", "b", "c", "a2", "B"]);
            let mut request = test.new_analysis(person, handle);
            request.priority = rng.random_range(1..4);
            request.refresh = rng.random_ratio(1, 4);
            if rng.random_ratio(1, 5) {
                request.chat = ChatId(-1);
            }
            format!("submit {:?}", test.submit(request).await)
        }
        12..16 => {
            let analysis = AnalysisId(rng.random_range(1..40));
            let person = test.ledger.analysis(analysis).unwrap();
            let person = person.map_or(1, |analysis| analysis.person.0);
            test.cancel(person, analysis).await;
            format!("cancel {analysis:?}")
        }
        16..46 => {
            let live = test.ledger.live_crawls().unwrap();
            let stage = match live.is_empty() || rng.random_ratio(1, 10) {
                true => *pick(rng, &StageName::ALL),
                false => pick(rng, &live).stage,
            };
            let queue = test.queue(stage);
            test.ledger.wake_due(&queue).await.unwrap();
            let ready = test.ledger.ready(&queue).unwrap();
            if ready.is_empty() {
                return format!(
                    "nothing in {stage}, until {:?}",
                    test.ledger.next_due(&queue)
                );
            }
            let lease = test.lease(stage, pick(rng, &ready).crawl).await;
            held.extend(lease.clone());
            format!("lease {lease:?}")
        }
        46..76 if !held.is_empty() => {
            let at = rng.random_range(0..held.len());
            // Sometimes a worker completes its task twice.
            let lease = match rng.random_ratio(1, 15) {
                true => held[at].clone(),
                false => held.swap_remove(at),
            };
            let done = random_output(test, &lease, rng);
            let output = format!("{done:?}");
            let left = test.ledger.complete(&lease, done, 1).await.unwrap();
            format!("complete {:?} by {output}: {left:?}", lease.task)
        }
        76..80 if !held.is_empty() => {
            let lease = held.swap_remove(rng.random_range(0..held.len()));
            let ready_at = now + TimeDelta::seconds(rng.random_range(0..200));
            let failed = rng.random();
            let postponed = test.ledger.postpone(&lease, ready_at, failed, 1).await;
            format!("postpone {lease:?} {postponed:?}")
        }
        80 if !held.is_empty() => {
            let lease = pick(rng, held);
            format!("extend {:?}", test.ledger.extend(lease).await)
        }
        81 => format!("return {:?}", test.ledger.return_leases().await),
        82..87 => {
            let seconds = rng.random_range(1..200);
            test.clock.advance(Duration::from_secs(seconds));
            format!("{seconds} s later")
        }
        87 => {
            let days = *pick(rng, &[1, 1, 1, 4, 9, 33]);
            test.clock.advance(DAY * days);
            format!("{days} days later")
        }
        88 => {
            let deadline = *pick(rng, &[HOUR, DAY]);
            let deadlines = ByStage {
                verify: deadline,
                followers: deadline,
                subscriptions: deadline,
                aggregate: deadline,
                profiles: deadline,
                confirm: deadline,
                rank: deadline,
                deliver: deadline,
            };
            format!("force {:?}", test.ledger.force_overdue(deadlines).await)
        }
        89..91 => format!("leftovers {:?}", test.ledger.remove_leftovers().await),
        91 => format!("aged {:?}", test.ledger.drop_aged().await),
        92 => format!("start {:?}", test.ledger.start_waiting().await),
        93 => {
            test.reopen().await;
            "reopen".into()
        }
        94..97 => {
            let unsent = test.ledger.unsent(OutgoingId(0), 3).unwrap();
            for (id, _) in &unsent {
                let message = MessageId(rng.random_range(0..99));
                let analysis = AnalysisId(rng.random_range(1..40));
                let bubble = rng.random_bool(0.5).then_some((analysis, message));
                test.ledger.sent(*id, bubble).await.unwrap();
            }
            format!("said {unsent:?}")
        }
        97 => {
            let (from, to) = (rng.random_range(-1..6), rng.random_range(-1..6));
            let moved = test.ledger.move_chat(ChatId(from), ChatId(to)).await;
            format!("{from} is {to} {moved:?}")
        }
        98 if rng.random_ratio(1, 2) => {
            let person = rng.random_range(1..6);
            let handles = [*pick(rng, &["a", "b", "c"]), *pick(rng, &["a2", "b", "c"])];
            test.compare(person, &handles).await;
            format!("{person} compares {handles:?}")
        }
        98 => {
            let analysis = AnalysisId(rng.random_range(1..40));
            test.update(Change::SendResult(analysis, Place::default()))
                .await;
            format!("again {analysis:?}")
        }
        _ => {
            let person = PersonId(rng.random_range(1..6));
            format!("{:?}", test.ledger.analyses_of(person))
        }
    }
}

/// Does something random with an own key.
async fn act_on_keys(test: &mut TestLedger, rng: &mut Pcg64Mcg) -> String {
    let person = PersonId(rng.random_range(1..6));
    let keys = test.ledger.all_own_keys().unwrap();
    let in_doubt = keys.iter().find(|key| key.is_in_doubt());
    match (rng.random_range(0..9), in_doubt) {
        (0..2, _) => {
            let key = test.own_key(person);
            test.update(Change::GiveKey(key)).await;
            format!("a key of {person:?}")
        }
        (2..6, Some(key)) => format!("works {:?}", test.ledger.use_key(key, None).await),
        (6, Some(key)) => {
            let dropped = test.ledger.drop_key(key, KeyNews::Refused).await;
            format!("refused {dropped:?}")
        }
        (6, None) => {
            let network = test.network.clone();
            let change = Change::TakeKeyBack { person, network };
            test.update(change).await;
            format!("{person:?} takes a key back")
        }
        (8, _) => {
            let key = keys.first();
            if let Some(key) = key {
                test.ledger.doubt_key(key).await.unwrap();
            }
            format!("{key:?} is in doubt")
        }
        (7, _) if rng.random_ratio(1, 3) => {
            test.update(Change::Forget { person }).await;
            let left = test.ledger.analyses_of(person).unwrap();
            assert_eq!(left, [], "{person:?} is forgotten");
            format!("{person:?} is forgotten")
        }
        _ => String::new(),
    }
}

#[tokio::test]
async fn random_verbs_come_to_the_same_in_memory_and_on_disk() {
    let mut finished = 0;
    for seed in 0..SEEDS {
        println!("seed {seed}");
        let folder = tempfile::tempdir().unwrap();
        let stores: [(&str, Arc<dyn Store>); 2] = [
            ("memory", Arc::new(MemoryStore::default())),
            ("sled", open_sled(folder.path())),
        ];
        let [memory, sled] = stores.map(|(name, store)| TestLedger::new(name, store));
        let (mut memory, mut sled) = (memory.await, sled.await);
        let (mut held, mut held_too) = (Vec::new(), Vec::new());
        // In every other run people have own keys, and are forgotten.
        let keys = seed % 2 == 1;
        for step in 0..STEPS {
            let mut rng = Pcg64Mcg::seed_from_u64(seed * 1_000_000 + step);
            if keys && rng.random_ratio(1, 12) {
                let one = act_on_keys(&mut memory, &mut rng.clone()).await;
                let other = act_on_keys(&mut sled, &mut rng.clone()).await;
                assert_eq!(one, other, "seed {seed}, step {step}: the answers differ");
            }
            let one = act(&mut memory, &mut held, &mut rng.clone()).await;
            let other = act(&mut sled, &mut held_too, &mut rng.clone()).await;
            assert_eq!(one, other, "seed {seed}, step {step}: the answers differ");
            memory
                .checked
                .assert_invariants(&format!("seed {seed}, step {step}, {one}"));
            sled.checked
                .assert_invariants(&format!("seed {seed}, step {step}, {one}, on disk"));
            finished += u64::from(one.contains("by TaskOutput { facts: Delivered"));
            if step % 10 == 9 {
                let (one, other) = (rows(&memory), rows(&sled));
                assert_eq!(one, other, "seed {seed}, step {step}: the rows differ");
            }
        }
    }
    assert!(
        finished >= SEEDS,
        "only {finished} crawls came to their end"
    );
}
