//! The gate: fair turns, and not while a network wants to be left alone.

use std::time::Duration;

use chrono::TimeDelta;
use futures::FutureExt;
use lookalike::clock::Clock;
use lookalike::model::{AccountId, CrawlId, Rate};
use lookalike::networks::{Flow, Limited, Network, NetworkError, Standing, Trouble};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use tokio::task::JoinHandle;

use crate::pace::kit::{CONTROL, House, SECOND, assert_within, broken, settle, throttled};

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
async fn a_time_that_was_named_is_kept_to_the_second() {
    let house = House::new("10/s");
    let until = house.clock.now() + TimeDelta::seconds(90);
    house.will_fail([NetworkError::Throttled {
        retry_at: Some(until),
    }]);
    house.ask_often(1, 1, 20);
    house.pass(100 * SECOND, Duration::from_millis(50)).await;
    let times = house.times();
    assert!(times[0] < SECOND);
    assert!(
        (90 * SECOND..91 * SECOND).contains(&times[1]),
        "the second request was to go out at 90 s, not at {:?}",
        times[1]
    );
    assert_eq!(house.entry.gate.trouble(), None, "and the trouble is over");
    assert_eq!(times.len(), 20, "the rest follows");
}

#[tokio::test]
async fn a_time_that_no_quota_has_is_not_taken_at_its_word() {
    let house = House::new("10/s");
    let until = house.clock.now() + TimeDelta::days(4_000);
    house.will_fail([NetworkError::Throttled {
        retry_at: Some(until),
    }]);
    house.ask_often(1, 1, 2);
    let hour = Duration::from_secs(3_600);
    house.pass(25 * hour, hour / 4).await;
    assert_eq!(house.times().len(), 2, "after a day it is tried again");
}

#[tokio::test]
async fn what_the_network_counts_wins_over_our_own_count() {
    let house = House::new("1000/h");
    house.tells_what_is_left();
    // By our own count a pause makes room for ten at once.
    house.pass(60 * SECOND, SECOND).await;
    house.others_ask(995);
    house.ask(1, 1, false);
    settle().await;
    house.ask_often(1, 1, 300);
    settle().await;
    assert_eq!(house.asked().len(), 5, "so many were left");
    assert_eq!(house.refused(), 0);
    house.pass(3_000 * SECOND, SECOND).await;
    assert!(
        house.refused() < 60,
        "a full window is asked again at a growing pause, not {} times",
        house.refused()
    );
    house.pass(1_000 * SECOND, SECOND).await;
    let asked = house.asked().len();
    assert!(
        asked > 100,
        "once the window has moved on it goes at full pace, but only {asked} went out"
    );
}

#[tokio::test]
async fn a_network_that_tells_what_is_left_costs_no_budget() {
    for rate in ["10/s", "100/m"] {
        let house = House::new(rate);
        house.tells_what_is_left();
        let Rate { count, window } = house.entry.rate;
        let budget = 400;
        house.ask_often(1, 1, 2 * budget);
        let interval = window / count.get();
        house.pass(400 * interval, interval / 100).await;
        let asked = house.asked().len();
        assert!(
            asked * 100 >= budget * 98,
            "{rate}: only {asked} of {budget} were used"
        );
        assert_eq!(house.refused(), 0, "{rate}");
    }
}

#[tokio::test]
async fn a_pause_without_a_time_doubles_up_to_its_limit() {
    let house = House::new("10/s");
    house.will_fail((0..5).map(|_| throttled()));
    house.ask_often(1, 1, 20);
    house.pass(300 * SECOND, Duration::from_millis(100)).await;
    let times = house.times();
    let pauses: Vec<u64> = (times.windows(2).take(6))
        .map(|pair| (pair[1] - pair[0]).as_secs())
        .collect();
    assert_eq!(pauses, [10, 20, 40, 60, 60, 0]);
    // What went well makes the next pause a short one again.
    house.will_fail([throttled()]);
    house.ask_often(1, 1, 2);
    house.pass(30 * SECOND, Duration::from_millis(100)).await;
    let times = house.times();
    assert_eq!((times[21] - times[20]).as_secs(), 10);
}

#[tokio::test]
async fn refusals_of_requests_that_were_out_together_are_one_reason_to_pause() {
    let house = House::new("10/s");
    let answers: Vec<_> = (0..3).map(|_| house.will_wait()).collect();
    house.ask_often(1, 1, 10);
    house.pass(SECOND / 2, Duration::from_millis(101)).await;
    for answer in answers {
        answer.send(Some(throttled())).unwrap();
    }
    settle().await;
    let from = house.clock.elapsed();
    let out = house.asked().len();
    house.will_fail([throttled()]);
    house.pass(60 * SECOND, Duration::from_millis(100)).await;
    let times = house.times();
    assert_eq!(
        (times[out] - from).as_secs(),
        10,
        "three at once make one pause"
    );
    assert_eq!(
        (times[out + 1] - times[out]).as_secs(),
        20,
        "the one after it is the second"
    );
}

#[tokio::test]
async fn a_network_is_down_when_the_control_request_fails_after_ten_failures_in_a_row() {
    let house = House::new("10/s");
    house.will_fail((0..9).map(|_| broken()));
    house.will_fail([NetworkError::NotFound]);
    house.will_fail((0..9).map(|_| broken()));
    house.ask_often(1, 1, 60);
    house.pass(2 * SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.asked(), [1; 19], "an answer begins the count anew");
    house.will_fail([broken(), broken()]);
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.entry.gate.trouble(), Some(Trouble::Down));
    assert_eq!(house.asked()[19..], [1, CONTROL], "then nothing more");

    let probe = house.will_wait();
    house.pass(100 * SECOND, Duration::from_millis(500)).await;
    assert_eq!(
        house.asked().len(),
        22,
        "one request is out to see, and no other"
    );
    probe.send(Some(broken())).unwrap();
    house.pass(19 * SECOND, Duration::from_millis(500)).await;
    assert_eq!(house.asked().len(), 22, "a pause of twice the length");
    let probe = house.will_wait();
    house.pass(2 * SECOND, Duration::from_millis(500)).await;
    assert_eq!(
        house.asked()[21..],
        [CONTROL, 1],
        "should the control request be odd, the others end it"
    );
    probe.send(None).unwrap();
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.entry.gate.trouble(), None, "it works again");
    assert!(house.asked().len() > 27, "and the others follow");
}

#[tokio::test]
async fn an_account_that_always_fails_stops_nobody() {
    for error in [
        NetworkError::Denied("for this one".into()),
        NetworkError::OutOfCredit,
        NetworkError::Unreachable("for this one".into()),
        broken(),
        NetworkError::Unexpected("for this one".into()),
    ] {
        let house = House::new("10/s");
        house.is_odd(7, error.clone());
        for _ in 0..100 {
            house.ask(7, 1, true);
        }
        house.ask_often(1, 1, 20);
        house.pass(25 * SECOND, Duration::from_millis(101)).await;
        assert_eq!(house.entry.gate.trouble(), None, "{error}");
        let asked = house.asked();
        let others = asked.iter().filter(|crawl| **crawl == 1).count();
        assert_eq!(others, 20, "{error}: all others are asked for: {asked:?}");
    }
}

#[tokio::test]
async fn a_key_that_is_refused_for_the_control_request_is_tried_again_by_it_alone() {
    for (error, trouble) in [
        (NetworkError::Denied("gone".into()), Trouble::KeyRefused),
        (NetworkError::OutOfCredit, Trouble::OutOfCredit),
    ] {
        let house = House::new("10/s");
        house.will_fail([error.clone(), error]);
        house.ask_often(1, 1, 20);
        house.pass(SECOND, Duration::from_millis(101)).await;
        assert_eq!(house.asked(), [1, CONTROL]);
        assert_eq!(house.entry.gate.trouble(), Some(trouble));
        house.pass(12 * SECOND, Duration::from_millis(101)).await;
        assert_eq!(house.asked()[..4], [1, CONTROL, CONTROL, 1]);
        assert_eq!(house.entry.gate.trouble(), None);
    }
}

#[tokio::test]
async fn a_process_that_may_open_no_more_files_says_nothing_of_the_network() {
    let house = House::new("10/s");
    house.will_fail((0..20).map(|_| NetworkError::NoFiles));
    house.ask_often(1, 1, 20);
    house.pass(3 * SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.asked().len(), 20, "nothing is held back");
    let gate = &house.entry.gate;
    assert_eq!(gate.trouble(), None);
    assert_eq!(*gate.standing().borrow(), Standing::Unknown);
}

#[tokio::test]
async fn one_failure_after_a_start_says_neither_that_a_network_works_nor_that_it_does_not() {
    let house = House::new("10/s");
    let standing = house.entry.gate.standing();
    house.will_fail([broken()]);
    house.ask_often(1, 1, 1);
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(*standing.borrow(), Standing::Unknown);
    house.ask_often(1, 1, 1);
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(*standing.borrow(), Standing::Works);
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
async fn a_probe_that_is_dropped_in_the_instant_it_may_go_holds_nobody_up() {
    let house = House::new("10/s");
    house.will_fail([throttled()]);
    house.ask(1, 1, false);
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert!(house.entry.gate.trouble().is_some());

    let flow = Flow {
        crawl: CrawlId(1),
        weight: 1,
        urgent: false,
        asker: None,
    };
    let limited = Limited::new(house.entry.clone(), flow);
    let id = AccountId::new("1");
    let mut request = Box::pin(limited.following(&id, None));
    assert!(request.as_mut().now_or_never().is_none(), "it waits");
    // It is let through here, and nobody looks.
    house.pass(20 * SECOND, Duration::from_millis(101)).await;
    drop(request);
    assert_eq!(house.asked(), [1], "it never went out");

    house.ask(2, 1, false);
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.asked(), [1, 2], "the next one is let through");
    assert_eq!(house.entry.gate.trouble(), None);
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
    let limited = Limited::new(house.entry.clone(), flow);
    let meter = limited.meter();
    let request = tokio::spawn(async move { limited.following(&AccountId::new("1"), None).await });
    settle().await;
    let read = || meter.spent().requests;
    assert_eq!(read(), 0, "it has not gone out yet");
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(read(), 1);
    request.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_one_server_of_many_says_is_no_word_of_the_network() {
    let house = House::new("10/s");
    let busy = NetworkError::HostBusy {
        retry_at: house.clock.now() + 900 * SECOND,
    };
    house.will_fail((0..15).flat_map(|_| [busy.clone(), NetworkError::HostLost]));
    house.ask_often(1, 1, 30);
    house.pass(4 * SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.asked(), [1; 30], "everybody is let through");
    assert_eq!(house.entry.gate.trouble(), None);
}
