//! Random people on a network that charges: whatever they do, each key has paid for exactly what was requested with it,
//! and nobody for what they did not agree to.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use lookalike::clock::Clock;
use lookalike::ledger::{Change, Reservation, SpendingLimit, SpendingLimits};
use lookalike::model::{
    AnalysisId, ChatId, Cost, CrawlId, Depth, KeyNews, Lease, NewAnalysis, PersonId, Price, Spent,
    StageName, Unit,
};
use lookalike::stores::MemoryStore;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::ledger::fixture::TestLedger;
use crate::ledger::random_outputs::{pick, random_output};

const SEEDS: u64 = 30;
const STEPS: u64 = 700;
const PEOPLE: u64 = 5;

const DAY: Cost = Cost(11_000);

/// Caps so low that what is in flight could cost more.
const CAPS: SpendingLimits = SpendingLimits {
    price: Price {
        unit: Unit::Account,
        each: Cost(10),
    },
    crawl: Some(Cost(3_000)),
    look_ups: None,
    day: Some(DAY),
};

/// What the network has charged, and who has agreed to it.
#[derive(Default)]
struct NetworkCharges {
    by_key: BTreeMap<Option<PersonId>, Spent>,
    /// The depth to which the person of each analysis has agreed.
    agreed: BTreeMap<AnalysisId, Depth>,
    by_crawl: BTreeMap<CrawlId, Spent>,
    lists: u64,
    /// Crawls that reached their cap.
    capped: u64,
}

/// A leased task, and what its request may cost.
struct LeasedTask {
    lease: Lease,
    asked: Spent,
    sent: bool,
}

impl NetworkCharges {
    fn serve(&mut self, lease: &Lease, accounts: u64) {
        let spent = Spent {
            requests: 1,
            accounts,
        };
        self.add(lease.key_of, spent);
        let by_crawl = self.by_crawl.entry(lease.task.crawl).or_default();
        *by_crawl = *by_crawl + spent;
    }

    fn add(&mut self, key_of: Option<PersonId>, spent: Spent) {
        let by_key = self.by_key.entry(key_of).or_default();
        *by_key = *by_key + spent;
    }

    /// Asserts that whoever pays has agreed to a request, unless it is a look-up.
    fn assert_agreed(&mut self, test: &TestLedger, lease: &Lease) {
        if lease.task.queue.stage == StageName::Verify {
            return;
        }
        self.lists += 1;
        let crawl = test.ledger.crawl(lease.task.crawl).unwrap().unwrap();
        let has_agreed = crawl.wanted_by.iter().any(|id| {
            let person = test.analysis(*id).person;
            self.agreed.get(id) >= Some(&crawl.depth)
                && lease.key_of.is_none_or(|payer| payer == person)
        });
        assert!(has_agreed, "nobody who pays for it has agreed to {crawl:?}");
    }
}

async fn act(
    test: &mut TestLedger,
    charges: &mut NetworkCharges,
    in_flight: &mut Vec<LeasedTask>,
    rng: &mut Pcg64Mcg,
) {
    let person = rng.random_range(1..=PEOPLE);
    let network = test.network.clone();
    match rng.random_range(0..100) {
        0..12 => {
            let chat = ChatId(*pick(rng, &[person as i64, -1]));
            let request = NewAnalysis {
                chat,
                agreed: false,
                charged: true,
                depth: *pick(rng, &[Depth::Quick, Depth::Normal, Depth::Full]),
                refresh: rng.random_ratio(1, 5),
                ..test.new_analysis(person, pick::<&str>(rng, &["a", "b", "c", "a2"]))
            };
            test.submit(request).await;
        }
        12..26 => {
            let of_person = test.ledger.analyses_of(PersonId(person)).unwrap();
            if let Some(analysis) = of_person.iter().rfind(|it| it.outcome.is_none()) {
                let depth = *pick(rng, &[Depth::Quick, Depth::Normal, Depth::Full]);
                let agreed = charges.agreed.entry(analysis.id).or_insert(depth);
                *agreed = depth.max(*agreed);
                let agree = Change::Agree {
                    analysis: analysis.id,
                    person: analysis.person,
                    depth,
                };
                test.update(agree).await;
            }
        }
        26..30 => {
            let analysis = AnalysisId(rng.random_range(1..60));
            if let Some(analysis) = test.ledger.analysis(analysis).unwrap() {
                test.cancel(analysis.person.0, analysis.id).await;
            }
        }
        30..32 => {
            let analysis = AnalysisId(rng.random_range(1..60));
            let person = PersonId(person);
            test.update(Change::Enough { analysis, person }).await;
        }
        32..35 => {
            test.has_key(person).await;
        }
        35 => {
            let key = test.own_key(PersonId(person));
            test.update(Change::GiveKey(key)).await;
        }
        36..40 => {
            let keys = test.ledger.all_own_keys().unwrap();
            if !keys.is_empty() {
                let key = pick(rng, &keys);
                let in_use = test.ledger.own_key(key.person, &network).unwrap();
                let is_new = in_use.as_ref() != Some(key);
                match rng.random_range(0..5) {
                    0 => test.ledger.doubt_key(key).await.unwrap(),
                    1 => return test.ledger.use_key(key, None).await.unwrap(),
                    // The bot has another token now.
                    2 => _ = test.ledger.drop_key(key, KeyNews::Lost).await.unwrap(),
                    3 => {
                        let asked = Spent::from(1);
                        assert!(test.ledger.charge_key_test(key, asked).await.unwrap());
                        charges.add(Some(key.person), asked);
                        _ = test.ledger.drop_key(key, KeyNews::Refused).await.unwrap();
                    }
                    _ => {
                        let person = key.person;
                        return test.update(Change::TakeKeyBack { person, network }).await;
                    }
                }
                let stays = test.ledger.own_key(key.person, &network).unwrap();
                assert!(
                    !is_new || stays == in_use,
                    "what a new key does to the one in use"
                );
            }
        }
        40..41 => {
            // The process is killed: the network has received what was sent, and the responses are lost.
            for in_flight in in_flight.drain(..).filter(|in_flight| in_flight.sent) {
                charges.serve(&in_flight.lease, in_flight.asked.accounts);
            }
            test.reopen().await;
        }
        41..43 => test.clock.advance(Duration::from_secs(30)),
        43..70 => {
            let live = test.ledger.live_crawls().unwrap();
            let at_work: Vec<_> = live.iter().filter(|crawl| crawl.is_at_work()).collect();
            if at_work.is_empty() {
                return;
            }
            let crawl = pick(rng, &at_work);
            test.ledger
                .wake_due(&test.queue(crawl.stage))
                .await
                .unwrap();
            let Some(lease) = test.lease(crawl.stage, crawl.id).await else {
                return;
            };
            let asked = Spent {
                requests: 1,
                accounts: rng.random_range(1..100),
            };
            in_flight.push(LeasedTask {
                lease,
                asked,
                sent: false,
            });
        }
        _ if !in_flight.is_empty() => {
            let at = rng.random_range(0..in_flight.len());
            let now = test.clock.now();
            if !in_flight[at].sent {
                let (lease, asked) = (in_flight[at].lease.clone(), in_flight[at].asked);
                let key = lease
                    .key_of
                    .map(|person| test.ledger.own_key(person, &network).unwrap());
                let waits = key.is_some_and(|key| key.is_none_or(|key| key.is_in_doubt()));
                let mut entered = Reservation::Stale;
                if !waits {
                    let sent = test.ledger.reserve(&lease, None, asked, &CAPS);
                    entered = sent.await.unwrap();
                }
                if entered == Reservation::Made {
                    charges.assert_agreed(test, &lease);
                    in_flight[at].sent = true;
                    return;
                }
                in_flight.swap_remove(at);
                let nothing = Spent::default();
                let back = test.ledger.postpone(&lease, now, false, nothing);
                back.await.unwrap();
                if entered == Reservation::Over(SpendingLimit::Crawl) {
                    charges.capped += 1;
                    let (crawl, stage) = (lease.task.crawl, lease.task.queue.stage);
                    test.ledger
                        .force_at_limit(crawl, stage, false)
                        .await
                        .unwrap();
                }
                return;
            }
            let LeasedTask { lease, asked, .. } = in_flight.swap_remove(at);
            match rng.random_range(0..8) {
                // The response is lost, cut or malformed.
                0 => {
                    charges.serve(&lease, asked.accounts);
                    test.ledger
                        .postpone(&lease, now, true, asked)
                        .await
                        .unwrap();
                }
                // The worker panics.
                1 => {
                    charges.serve(&lease, asked.accounts);
                    test.ledger.postpone_lost(&lease, now).await.unwrap();
                }
                _ => {
                    let accounts = rng.random_range(0..=asked.accounts);
                    charges.serve(&lease, accounts);
                    let came = Spent {
                        requests: 1,
                        accounts,
                    };
                    let done = random_output(test, &lease, rng);
                    test.ledger.complete(&lease, done, came).await.unwrap();
                }
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn each_key_pays_for_what_was_asked_by_it_and_nobody_for_what_they_did_not_agree_to() {
    let (mut lists, mut by_keys, mut capped, mut days_over) = (0, 0, 0, 0);
    for seed in 0..SEEDS {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let mut test = TestLedger::new("memory", Arc::new(MemoryStore::default())).await;
        let (mut charges, mut in_flight) = (NetworkCharges::default(), Vec::new());
        for step in 0..STEPS {
            act(&mut test, &mut charges, &mut in_flight, &mut rng).await;
            test.checked
                .assert_invariants(&format!("seed {seed}, step {step}"));
        }
        for in_flight in in_flight.iter().filter(|in_flight| in_flight.sent) {
            charges.serve(&in_flight.lease, in_flight.asked.accounts);
        }
        test.reopen().await;
        let mut recorded =
            BTreeMap::from([(None, test.ledger.spent_today(&test.network).unwrap())]);
        for person in (1..=PEOPLE).map(PersonId) {
            let paid = test.ledger.paid_today(person, &test.network).unwrap();
            recorded.insert(Some(person), paid);
        }
        for (crawl, spent) in &charges.by_crawl {
            let cost = Some(CAPS.price.of(*spent));
            assert!(
                cost <= CAPS.crawl,
                "seed {seed}: {crawl:?} has cost {cost:?}"
            );
        }
        let of_day = Some(CAPS.price.of(recorded[&None]));
        assert!(
            of_day <= CAPS.day,
            "seed {seed}: the day has cost {of_day:?}"
        );
        days_over += u64::from(test.ledger.is_day_over(&test.network, DAY).unwrap());
        recorded.retain(|_, spent| *spent != Spent::default());
        charges.by_key.retain(|_, spent| *spent != Spent::default());
        assert_eq!(
            recorded, charges.by_key,
            "seed {seed}: what we recorded, and what the network charged"
        );
        lists += charges.lists;
        capped += charges.capped;
        by_keys += charges.by_key.keys().flatten().count();
    }
    assert!(capped > 20, "only {capped} crawls came to their caps");
    assert!(days_over > 2, "only {days_over} days came to theirs");
    assert!(lists > 700, "only {lists} requests were agreed to");
    assert!(by_keys > 20, "only {by_keys} people's own keys have paid");
}
