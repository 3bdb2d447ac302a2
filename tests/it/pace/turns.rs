//! Fair turns within the budget.

use std::time::Duration;

use futures::FutureExt;
use lookalike::clock::Clock;
use lookalike::model::{AccountId, CrawlId, Rate, Relation};
use lookalike::networks::{Flow, GatedNetwork, Network, NetworkError};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use tokio::task::JoinHandle;

use crate::pace::harness::{GateHarness, SECOND, assert_within, settle, temporary};

#[tokio::test]
async fn what_passes_the_gate_stays_within_the_budget() {
    for (rate, step) in [
        ("10/s", Duration::from_millis(17)),
        ("100/h", 7 * SECOND),
        ("1/m", SECOND),
        ("5000/h", Duration::from_millis(400)),
    ] {
        let harness = GateHarness::new(rate);
        let rate: Rate = rate.parse().unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(7);
        for _ in 0..2_000 {
            if rng.random_ratio(1, 8) {
                harness.ask_times(rng.random_range(1..5), 1, rng.random_range(0..12));
            }
            harness.clock.advance(step);
            settle().await;
        }
        let times = harness.times();
        assert!(times.len() > 5, "{rate}: only {times:?} went out");
        assert_within(rate, &times, &rate.to_string());
    }
}

#[tokio::test]
async fn requests_of_which_each_makes_several_stay_within_the_budget() {
    const HEAVIEST: u32 = 18;
    for (rate, step) in [("200/h", 3 * SECOND), ("500/m", Duration::from_millis(60))] {
        let harness = GateHarness::with_weight(HEAVIEST, rate);
        let rate: Rate = rate.parse().unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(7);
        for _ in 0..5_000 {
            if rng.random_ratio(1, 8) {
                match rng.random_ratio(1, 10) {
                    true => harness.script_errors([NetworkError::Private, temporary()]),
                    false => harness.script_pages((0..3).map(|_| rng.random_range(1..=HEAVIEST))),
                }
                harness.ask_times(rng.random_range(1..5), 1, rng.random_range(0..4));
            }
            harness.clock.advance(step);
            settle().await;
        }
        let times = harness.times();
        assert_within(rate, &times, &rate.to_string());
        let windows = (step * 5_000).as_secs_f64() / rate.window.as_secs_f64();
        let part = times.len() as f64 / windows / f64::from(rate.count.get());
        assert!(part > 0.8, "{rate}: only {part} of it was used");
    }
}

#[tokio::test]
async fn a_small_crawl_does_not_stand_behind_a_large_one() {
    let harness = GateHarness::new("10/s");
    harness.ask_times(1, 1, 5_000);
    settle().await;
    harness.ask_times(2, 1, 200);
    harness.pass(42 * SECOND, Duration::from_millis(101)).await;
    let asked = harness.asked();
    let last = asked.iter().rposition(|crawl| *crawl == 2).unwrap();
    assert_eq!(
        asked.iter().filter(|crawl| **crawl == 2).count(),
        200,
        "all of the small crawl went out"
    );
    assert!(
        last <= 401,
        "the small crawl was done after {last} requests, where 400 are fair"
    );
}

#[tokio::test]
async fn shares_are_by_weight() {
    let harness = GateHarness::new("10/s");
    harness.ask_times(1, 1, 100);
    harness.ask_times(2, 3, 100);
    settle().await;
    harness
        .pass(Duration::from_millis(4_040), Duration::from_millis(101))
        .await;
    let asked = harness.asked();
    let second = asked.iter().filter(|crawl| **crawl == 2).count();
    assert_eq!(
        (asked.len(), second),
        (40, 30),
        "three quarters are the heavier one's"
    );
}

#[tokio::test]
async fn what_a_person_waits_for_goes_first() {
    let harness = GateHarness::new("10/s");
    harness.ask_times(1, 1, 50);
    settle().await;
    for _ in 0..3 {
        harness.ask(9, 1, true);
    }
    harness.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(harness.asked()[..4], [9, 9, 9, 1]);
}

#[tokio::test]
async fn who_gives_up_waiting_uses_up_no_turn() {
    let harness = GateHarness::new("10/s");
    let given_up: Vec<_> = (0..50).map(|_| harness.ask(1, 1, false)).collect();
    settle().await;
    harness.ask_times(1, 1, 5);
    harness.ask_times(2, 1, 50);
    settle().await;
    given_up.iter().for_each(JoinHandle::abort);
    harness.pass(SECOND, Duration::from_millis(101)).await;
    let asked = harness.asked();
    let first = asked.iter().filter(|crawl| **crawl == 1).count();
    assert!(
        (4..=5).contains(&first),
        "every other turn is the first crawl's, though 50 of it gave up: {asked:?}"
    );
}

#[tokio::test]
async fn nobody_waiting_uses_up_no_budget() {
    let harness = GateHarness::new("1/m");
    harness.pass(SECOND, SECOND).await;
    let waits = harness.ask(1, 1, false);
    // Aborted before the gate has looked at it.
    waits.abort();
    harness.pass(70 * SECOND, SECOND).await;
    assert!(harness.asked().is_empty(), "who gave up is not asked for");
    harness.ask(2, 1, false);
    settle().await;
    assert_eq!(
        harness.asked(),
        [2],
        "the minute's one request is still there"
    );
}

#[tokio::test]
async fn requests_are_counted_when_they_go_out() {
    let harness = GateHarness::new("10/s");
    let flow = Flow {
        crawl: CrawlId(1),
        weight: 1,
        urgent: false,
        asker: None,
    };
    let limited = GatedNetwork::new(harness.entry.clone(), flow);
    let meter = limited.meter();
    let request = tokio::spawn(async move {
        limited
            .list(Relation::Following, &AccountId::new("1"), None)
            .await
    });
    settle().await;
    let read = || meter.spent().requests;
    assert_eq!(read(), 0, "it has not gone out yet");
    harness.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(read(), 1);
    request.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_probe_that_is_dropped_in_the_instant_it_may_go_holds_nobody_up() {
    let harness = GateHarness::new("10/s");
    harness.script_errors([NetworkError::Throttled {
        retry_at: Some(harness.clock.now() + 10 * SECOND),
    }]);
    harness.ask(1, 1, false);
    harness.pass(SECOND, Duration::from_millis(101)).await;
    assert!(harness.entry.gate.trouble().is_some());

    let flow = Flow {
        crawl: CrawlId(1),
        weight: 1,
        urgent: false,
        asker: None,
    };
    let limited = GatedNetwork::new(harness.entry.clone(), flow);
    let id = AccountId::new("1");
    let mut request = Box::pin(limited.list(Relation::Following, &id, None));
    assert!(request.as_mut().now_or_never().is_none(), "it waits");
    // The gate lets it through here, and it is dropped before it sees that.
    harness.pass(20 * SECOND, Duration::from_millis(101)).await;
    drop(request);
    assert_eq!(harness.asked(), [1], "it never went out");

    harness.ask(2, 1, false);
    harness.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(harness.asked(), [1, 2], "the next one is let through");
    assert_eq!(harness.entry.gate.trouble(), None);
}
