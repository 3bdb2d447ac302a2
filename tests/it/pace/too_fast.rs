//! A network that throttles is left alone, and a throttled account holds up no others.

use std::time::Duration;

use chrono::TimeDelta;
use lookalike::clock::Clock;
use lookalike::model::Rate;
use lookalike::networks::{NetworkError, Trouble};

use crate::pace::harness::{CONTROL, GateHarness, SECOND, settle, throttled};

#[tokio::test]
async fn a_time_that_was_named_is_kept_to_the_second() {
    let harness = GateHarness::new("10/s");
    let until = harness.clock.now() + TimeDelta::seconds(90);
    harness.script_errors([NetworkError::Throttled {
        retry_at: Some(until),
    }]);
    harness.ask_times(1, 1, 20);
    harness.pass(100 * SECOND, Duration::from_millis(50)).await;
    let times = harness.times();
    assert!(times[0] < SECOND);
    assert!(
        (90 * SECOND..91 * SECOND).contains(&times[1]),
        "the second request was to go out at 90 s, not at {:?}",
        times[1]
    );
    assert_eq!(
        harness.entry.gate.trouble(),
        None,
        "and the trouble is over"
    );
    assert_eq!(times.len(), 20, "the rest follows");
}

#[tokio::test]
async fn a_time_that_no_quota_has_is_not_taken_at_its_word() {
    let harness = GateHarness::new("10/s");
    let until = harness.clock.now() + TimeDelta::days(4_000);
    harness.script_errors([NetworkError::Throttled {
        retry_at: Some(until),
    }]);
    harness.ask_times(1, 1, 2);
    let hour = Duration::from_secs(3_600);
    harness.pass(25 * hour, hour / 4).await;
    assert_eq!(harness.times().len(), 2, "after a day it is tried again");
}

#[tokio::test]
async fn what_the_network_counts_wins_over_our_own_count() {
    let harness = GateHarness::new("1000/h");
    harness.report_remaining();
    // By our own count a pause makes room for ten at once.
    harness.pass(60 * SECOND, SECOND).await;
    harness.use_by_other_client(995);
    harness.ask(1, 1, false);
    settle().await;
    harness.ask_times(1, 1, 300);
    settle().await;
    assert_eq!(harness.asked().len(), 5, "so many were left");
    assert_eq!(harness.refused(), 0);
    harness.pass(3_000 * SECOND, SECOND).await;
    assert!(
        harness.refused() < 60,
        "a full window is asked again at a growing pause, not {} times",
        harness.refused()
    );
    harness.pass(1_000 * SECOND, SECOND).await;
    let asked = harness.asked().len();
    assert!(
        asked > 100,
        "once the window has moved on it goes at full pace, but only {asked} went out"
    );
}

#[tokio::test]
async fn a_network_that_tells_what_is_left_costs_no_budget() {
    for rate in ["10/s", "100/m"] {
        let harness = GateHarness::new(rate);
        harness.report_remaining();
        let Rate { count, window } = harness.entry.rate;
        let budget = 400;
        harness.ask_times(1, 1, 2 * budget);
        let interval = window / count.get();
        harness.pass(400 * interval, interval / 100).await;
        let asked = harness.asked().len();
        assert!(
            asked * 100 >= budget * 98,
            "{rate}: only {asked} of {budget} were used"
        );
        assert_eq!(harness.refused(), 0, "{rate}");
    }
}

#[tokio::test]
async fn a_pause_without_a_time_doubles_up_to_its_limit() {
    let harness = GateHarness::new("10/s");
    harness.script_errors((0..6).map(|_| throttled()));
    harness.ask_times(1, 1, 20);
    harness.pass(300 * SECOND, Duration::from_millis(100)).await;
    let times = harness.times();
    let pauses: Vec<u64> = (times.windows(2).take(7))
        .map(|pair| (pair[1] - pair[0]).as_secs())
        .collect();
    assert_eq!(pauses, [0, 10, 20, 40, 60, 60, 0]);
    assert_eq!(harness.asked()[..4], [1, CONTROL, CONTROL, 1]);
    // A success makes the next pause a short one again.
    let before = times.len();
    harness.script_errors([throttled(), throttled()]);
    harness.ask_times(1, 1, 2);
    harness.pass(30 * SECOND, Duration::from_millis(100)).await;
    let times = harness.times();
    assert_eq!((times[before + 2] - times[before + 1]).as_secs(), 10);
}

#[tokio::test]
async fn refusals_of_requests_that_were_out_together_are_one_reason_to_pause() {
    let harness = GateHarness::new("10/s");
    let answers: Vec<_> = (0..3).map(|_| harness.script_pending()).collect();
    harness.ask_times(1, 1, 10);
    harness.pass(SECOND / 2, Duration::from_millis(101)).await;
    for answer in answers {
        answer.send(Some(throttled())).unwrap();
    }
    settle().await;
    let from = harness.clock.elapsed();
    let out = harness.asked().len() + 1;
    harness.script_errors([throttled(), throttled()]);
    harness.pass(60 * SECOND, Duration::from_millis(100)).await;
    let times = harness.times();
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
async fn a_network_that_is_too_busy_for_all_is_asked_once_in_each_pause() {
    let harness = GateHarness::new("10/s");
    for crawl in CONTROL..50 {
        harness.fail_crawl(crawl, throttled());
    }
    (1..50).for_each(|crawl| harness.ask_times(crawl, 1, 3));
    harness.pass(600 * SECOND, Duration::from_millis(100)).await;
    let asked = harness.asked();
    // At 0, 0, 10, 30, 70, and then every minute.
    assert_eq!(asked.len(), 13, "{asked:?}");
    assert_eq!(asked[1], CONTROL);
    let trouble = harness.entry.gate.trouble();
    assert!(matches!(trouble, Some(Trouble::Throttled { .. })));
}

#[tokio::test]
async fn a_network_that_is_too_busy_for_all_but_the_control_request_is_asked_ever_less() {
    let harness = GateHarness::new("10/s");
    for crawl in 1..50 {
        harness.fail_crawl(crawl, throttled());
    }
    for _ in 0..600 {
        (1..50).for_each(|crawl| harness.ask_times(crawl, 1, 1));
        harness.pass(SECOND, Duration::from_millis(100)).await;
    }
    let times = harness.times();
    let late = times.iter().filter(|time| **time >= 300 * SECOND).count();
    assert!(times.len() < 80 && late < 45, "{} {late}", times.len());
}

#[tokio::test]
async fn a_budget_that_is_spent_is_the_networks_word() {
    let harness = GateHarness::new("10/s");
    harness.report_remaining();
    harness.use_by_other_client(10);
    harness.ask_times(1, 1, 2);
    harness.pass(SECOND / 2, Duration::from_millis(50)).await;
    assert_eq!(harness.refused(), 1, "the health check is not needed");
    let trouble = harness.entry.gate.trouble();
    assert!(matches!(trouble, Some(Trouble::Throttled { .. })));
}

#[tokio::test]
async fn an_account_for_which_a_time_is_named_again_and_again_stops_nobody() {
    let harness = GateHarness::new("10/s");
    let until = harness.clock.now() + TimeDelta::seconds(30);
    let named = |until| NetworkError::Throttled {
        retry_at: Some(until),
    };
    harness.fail_crawl(7, named(until));
    harness.ask(7, 1, true);
    harness.ask_times(1, 1, 20);
    harness.pass(29 * SECOND, Duration::from_millis(100)).await;
    assert_eq!(harness.asked(), [7], "the first time it is believed");
    for times in 2..10 {
        harness.fail_crawl(7, named(harness.clock.now() + TimeDelta::seconds(30)));
        harness.ask(7, 1, true);
        harness.ask_times(1, 1, 5);
        harness.pass(10 * SECOND, Duration::from_millis(100)).await;
        let asked = harness.asked();
        let of = |who| asked.iter().filter(|crawl| **crawl == who).count();
        assert_eq!(of(7), times, "{asked:?}");
        assert_eq!(of(1), 20 + 5 * (times - 1), "{asked:?}");
        assert_eq!(harness.entry.gate.trouble(), None);
    }
}

const HOUR: Duration = Duration::from_secs(3_600);

/// The network names a time for each of these accounts, whenever it is asked.
fn name_retry_times(
    harness: &GateHarness,
    accounts: impl IntoIterator<Item = u64>,
    wait: Duration,
) {
    let retry_at = Some(harness.clock.now() + wait);
    for account in accounts {
        harness.fail_crawl(account, NetworkError::Throttled { retry_at });
    }
}

#[tokio::test]
async fn an_account_is_believed_once_in_a_day_however_long_a_pause_it_is_asked_in() {
    let harness = GateHarness::new("10/s");
    for round in 0..20 {
        name_retry_times(&harness, [7], HOUR);
        harness.ask(7, 1, true);
        harness.ask_times(1, 1, 5);
        harness.pass(SECOND, Duration::from_millis(100)).await;
        let is_held = harness.entry.gate.trouble().is_some();
        assert_eq!(is_held, round == 0, "round {round}");
        // Longer than the pause that it names, and than any other.
        harness.pass(HOUR + 120 * SECOND, 20 * SECOND).await;
    }
    let others = harness.asked().iter().filter(|it| **it == 1).count();
    assert_eq!(others, 100);
}

#[tokio::test]
async fn an_account_is_one_however_it_is_spelled() {
    let harness = GateHarness::new("10/s");
    for (round, spelling) in ["nasa7", "Nasa7", "NASA7", "nAsa7"].into_iter().enumerate() {
        name_retry_times(&harness, [7], 30 * SECOND);
        harness.look_up(spelling);
        harness.ask(1, 1, false);
        harness.pass(SECOND, Duration::from_millis(100)).await;
        let is_held = harness.entry.gate.trouble().is_some();
        assert_eq!(is_held, round == 0, "{spelling}");
        harness.pass(40 * SECOND, SECOND).await;
    }
}

#[tokio::test]
async fn many_accounts_of_which_each_is_odd_stop_nobody_while_others_are_served() {
    let harness = GateHarness::new("10/s");
    for account in 11..18 {
        name_retry_times(&harness, [account], 30 * SECOND);
        harness.ask(account, 1, true);
        harness.ask(1, 1, false);
        harness.pass(40 * SECOND, SECOND).await;
    }
    for _ in 0..10 {
        for account in 11..18 {
            name_retry_times(&harness, [account], 30 * SECOND);
            harness.ask(account, 1, true);
            harness.ask(1, 1, false);
            harness.pass(SECOND, Duration::from_millis(100)).await;
            assert_eq!(harness.entry.gate.trouble(), None);
        }
    }
}

#[tokio::test]
async fn more_accounts_than_are_remembered_stop_the_network_no_longer_than_those() {
    let harness = GateHarness::new("10/s");
    let mut held = 0;
    for account in 1_000..1_300 {
        name_retry_times(&harness, [account], 30 * SECOND);
        harness.ask(account, 1, true);
        harness.ask(1, 1, false);
        harness.pass(SECOND, Duration::from_millis(100)).await;
        held += usize::from(harness.entry.gate.trouble().is_some());
        harness.pass(40 * SECOND, 10 * SECOND).await;
    }
    assert_eq!(held, 100, "then the health check is asked first");
}

#[tokio::test]
async fn a_pause_for_which_no_time_is_named_is_as_long_as_the_documentation_wants_it() {
    let mut harness = GateHarness::new("10/s");
    harness.set_min_pause(45 * SECOND);
    harness.script_errors([throttled(), throttled()]);
    harness.ask_times(1, 1, 3);
    harness.pass(100 * SECOND, Duration::from_millis(100)).await;
    assert_eq!(harness.asked()[..3], [1, CONTROL, CONTROL]);
    let times = harness.times();
    assert_eq!((times[2] - times[1]).as_secs(), 45);
}
