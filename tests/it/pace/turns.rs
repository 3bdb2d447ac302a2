//! Fair turns within the budget.

use std::time::Duration;

use futures::FutureExt;
use lookalike::clock::Clock;
use lookalike::model::{AccountId, CrawlId, Rate, Relation};
use lookalike::networks::{Flow, GatedNetwork, Network, NetworkError};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use tokio::task::JoinHandle;

use crate::pace::kit::{House, SECOND, assert_within, broken, settle};

#[tokio::test]
async fn what_passes_the_gate_stays_within_the_budget() {
    for (rate, step) in [
        ("10/s", Duration::from_millis(17)),
        ("100/h", 7 * SECOND),
        ("1/m", SECOND),
        ("5000/h", Duration::from_millis(400)),
    ] {
        let house = House::new(rate);
        let rate: Rate = rate.parse().unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(7);
        for _ in 0..2_000 {
            if rng.random_ratio(1, 8) {
                house.ask_often(rng.random_range(1..5), 1, rng.random_range(0..12));
            }
            house.clock.advance(step);
            settle().await;
        }
        let times = house.times();
        assert!(times.len() > 5, "{rate}: only {times:?} went out");
        assert_within(rate, &times, &rate.to_string());
    }
}

#[tokio::test]
async fn requests_of_which_each_makes_several_stay_within_the_budget() {
    const HEAVIEST: u32 = 18;
    for (rate, step) in [("200/h", 3 * SECOND), ("500/m", Duration::from_millis(60))] {
        let house = House::weighing(HEAVIEST, rate);
        let rate: Rate = rate.parse().unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(7);
        for _ in 0..5_000 {
            if rng.random_ratio(1, 8) {
                match rng.random_ratio(1, 10) {
                    true => house.will_fail([NetworkError::Private, broken()]),
                    false => house.will_list((0..3).map(|_| rng.random_range(1..=HEAVIEST))),
                }
                house.ask_often(rng.random_range(1..5), 1, rng.random_range(0..4));
            }
            house.clock.advance(step);
            settle().await;
        }
        let times = house.times();
        assert_within(rate, &times, &rate.to_string());
        let windows = (step * 5_000).as_secs_f64() / rate.window.as_secs_f64();
        let part = times.len() as f64 / windows / f64::from(rate.count.get());
        assert!(part > 0.8, "{rate}: only {part} of it was used");
    }
}

#[tokio::test]
async fn a_small_crawl_does_not_stand_behind_a_large_one() {
    let house = House::new("10/s");
    house.ask_often(1, 1, 5_000);
    settle().await;
    house.ask_often(2, 1, 200);
    house.pass(42 * SECOND, Duration::from_millis(101)).await;
    let asked = house.asked();
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
    let house = House::new("10/s");
    house.ask_often(1, 1, 100);
    house.ask_often(2, 3, 100);
    settle().await;
    house
        .pass(Duration::from_millis(4_040), Duration::from_millis(101))
        .await;
    let asked = house.asked();
    let second = asked.iter().filter(|crawl| **crawl == 2).count();
    assert_eq!(
        (asked.len(), second),
        (40, 30),
        "three quarters are the heavier one's"
    );
}

#[tokio::test]
async fn what_a_person_waits_for_goes_first() {
    let house = House::new("10/s");
    house.ask_often(1, 1, 50);
    settle().await;
    for _ in 0..3 {
        house.ask(9, 1, true);
    }
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.asked()[..4], [9, 9, 9, 1]);
}

#[tokio::test]
async fn who_gives_up_waiting_uses_up_no_turn() {
    let house = House::new("10/s");
    let given_up: Vec<_> = (0..50).map(|_| house.ask(1, 1, false)).collect();
    settle().await;
    house.ask_often(1, 1, 5);
    house.ask_often(2, 1, 50);
    settle().await;
    given_up.iter().for_each(JoinHandle::abort);
    house.pass(SECOND, Duration::from_millis(101)).await;
    let asked = house.asked();
    let first = asked.iter().filter(|crawl| **crawl == 1).count();
    assert!(
        (4..=5).contains(&first),
        "every other turn is the first crawl's, though 50 of it gave up: {asked:?}"
    );
}

#[tokio::test]
async fn nobody_waiting_uses_up_no_budget() {
    let house = House::new("1/m");
    house.pass(SECOND, SECOND).await;
    let waits = house.ask(1, 1, false);
    // Aborted before the gate has looked at it.
    waits.abort();
    house.pass(70 * SECOND, SECOND).await;
    assert!(house.asked().is_empty(), "who gave up is not asked for");
    house.ask(2, 1, false);
    settle().await;
    assert_eq!(
        house.asked(),
        [2],
        "the minute's one request is still there"
    );
}

#[tokio::test]
async fn requests_are_counted_when_they_go_out() {
    let house = House::new("10/s");
    let flow = Flow {
        crawl: CrawlId(1),
        weight: 1,
        urgent: false,
        asker: None,
    };
    let limited = GatedNetwork::new(house.entry.clone(), flow);
    let meter = limited.meter();
    let request = tokio::spawn(async move {
        limited
            .list(Relation::Following, &AccountId::new("1"), None)
            .await
    });
    settle().await;
    let read = || meter.spent().requests;
    assert_eq!(read(), 0, "it has not gone out yet");
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(read(), 1);
    request.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_probe_that_is_dropped_in_the_instant_it_may_go_holds_nobody_up() {
    let house = House::new("10/s");
    house.will_fail([NetworkError::Throttled {
        retry_at: Some(house.clock.now() + 10 * SECOND),
    }]);
    house.ask(1, 1, false);
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert!(house.entry.gate.trouble().is_some());

    let flow = Flow {
        crawl: CrawlId(1),
        weight: 1,
        urgent: false,
        asker: None,
    };
    let limited = GatedNetwork::new(house.entry.clone(), flow);
    let id = AccountId::new("1");
    let mut request = Box::pin(limited.list(Relation::Following, &id, None));
    assert!(request.as_mut().now_or_never().is_none(), "it waits");
    // It is let through here, and dropped unseen.
    house.pass(20 * SECOND, Duration::from_millis(101)).await;
    drop(request);
    assert_eq!(house.asked(), [1], "it never went out");

    house.ask(2, 1, false);
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.asked(), [1, 2], "the next one is let through");
    assert_eq!(house.entry.gate.trouble(), None);
}
