//! The gate: closed while a network must be left alone.

use std::time::Duration;

use lookalike::clock::Clock;
use lookalike::networks::{Health, NetworkError, Trouble};

use crate::pace::harness::{CONTROL, GateHarness, SECOND, temporary, throttled};

#[tokio::test]
async fn a_network_is_down_when_the_control_request_fails_after_ten_failures_in_a_row() {
    let harness = GateHarness::new("10/s");
    harness.script_errors((0..9).map(|_| temporary()));
    harness.script_errors([NetworkError::NotFound]);
    harness.script_errors((0..9).map(|_| temporary()));
    harness.ask_times(1, 1, 60);
    harness.pass(2 * SECOND, Duration::from_millis(101)).await;
    assert_eq!(harness.asked(), [1; 19], "an answer starts the count again");
    harness.script_errors([temporary(), temporary()]);
    harness.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(harness.entry.gate.trouble(), Some(Trouble::Down));
    assert_eq!(harness.asked()[19..], [1, CONTROL], "then nothing more");

    let probe = harness.script_pending();
    harness.pass(100 * SECOND, Duration::from_millis(500)).await;
    assert_eq!(
        harness.asked().len(),
        22,
        "one request is out to see, and no other"
    );
    probe.send(Some(temporary())).unwrap();
    harness.pass(19 * SECOND, Duration::from_millis(500)).await;
    assert_eq!(harness.asked().len(), 22, "a pause of twice the length");
    let probe = harness.script_pending();
    harness.pass(2 * SECOND, Duration::from_millis(500)).await;
    assert_eq!(
        harness.asked()[21..],
        [CONTROL, 1],
        "should the health check be odd, the others end it"
    );
    probe.send(None).unwrap();
    harness.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(harness.entry.gate.trouble(), None, "it works again");
    assert!(harness.asked().len() > 27, "and the others follow");
}

#[tokio::test]
async fn an_account_that_always_fails_stops_nobody() {
    for error in [
        NetworkError::Denied("for this one".into()),
        NetworkError::OutOfCredit,
        NetworkError::Unreachable("for this one".into()),
        temporary(),
        NetworkError::Unexpected("for this one".into()),
        throttled(),
    ] {
        let harness = GateHarness::new("10/s");
        harness.fail_crawl(7, error.clone());
        for _ in 0..100 {
            harness.ask(7, 1, true);
        }
        harness.ask_times(1, 1, 20);
        harness.pass(25 * SECOND, Duration::from_millis(101)).await;
        assert_eq!(harness.entry.gate.trouble(), None, "{error}");
        let asked = harness.asked();
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
        let harness = GateHarness::new("10/s");
        harness.script_errors([error.clone(), error]);
        harness.ask_times(1, 1, 20);
        harness.pass(SECOND, Duration::from_millis(101)).await;
        assert_eq!(harness.asked(), [1, CONTROL]);
        assert_eq!(harness.entry.gate.trouble(), Some(trouble));
        harness.pass(12 * SECOND, Duration::from_millis(101)).await;
        assert_eq!(harness.asked()[..4], [1, CONTROL, CONTROL, 1]);
        assert_eq!(harness.entry.gate.trouble(), None);
    }
}

#[tokio::test]
async fn a_process_that_may_open_no_more_files_says_nothing_of_the_network() {
    let harness = GateHarness::new("10/s");
    harness.script_errors((0..20).map(|_| NetworkError::NoFiles));
    harness.ask_times(1, 1, 20);
    harness.pass(3 * SECOND, Duration::from_millis(101)).await;
    assert_eq!(harness.asked().len(), 20, "nothing is held back");
    let gate = &harness.entry.gate;
    assert_eq!(gate.trouble(), None);
    assert_eq!(*gate.health().borrow(), Health::Unknown);
}

#[tokio::test]
async fn one_failure_after_a_start_says_neither_that_a_network_works_nor_that_it_does_not() {
    let harness = GateHarness::new("10/s");
    let standing = harness.entry.gate.health();
    harness.script_errors([temporary()]);
    harness.ask_times(1, 1, 1);
    harness.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(*standing.borrow(), Health::Unknown);
    harness.ask_times(1, 1, 1);
    harness.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(*standing.borrow(), Health::Works);
}

#[tokio::test]
async fn what_one_server_of_many_says_is_no_word_of_the_network() {
    let harness = GateHarness::new("10/s");
    let busy = NetworkError::HostBusy {
        retry_at: harness.clock.now() + 900 * SECOND,
    };
    harness.script_errors((0..15).flat_map(|_| [busy.clone(), NetworkError::HostLost]));
    harness.ask_times(1, 1, 30);
    harness.pass(4 * SECOND, Duration::from_millis(101)).await;
    assert_eq!(harness.asked(), [1; 30], "everybody is let through");
    assert_eq!(harness.entry.gate.trouble(), None);
}

#[tokio::test]
async fn however_the_control_request_fails_it_is_not_asked_again_and_again() {
    let host = || "of one server".to_owned();
    let at = chrono::DateTime::UNIX_EPOCH;
    for error in [
        NetworkError::NoFiles,
        NetworkError::TooLarge(1),
        NetworkError::HostBusy { retry_at: at },
        NetworkError::HostFailed(host()),
        NetworkError::HostLost,
        NetworkError::HostForeign,
        NetworkError::HostUnknown,
        NetworkError::HostsSpent,
        NetworkError::Garbled(host()),
        NetworkError::NotFound,
    ] {
        let harness = GateHarness::new("10/s");
        harness.fail_crawl(CONTROL, error.clone());
        harness.script_errors([NetworkError::Unreachable("at all".into())]);
        harness.ask_times(1, 1, 100);
        harness.pass(9 * SECOND, Duration::from_millis(101)).await;
        let asked = harness.asked();
        let control = asked.iter().filter(|crawl| **crawl == CONTROL).count();
        assert_eq!(control, 1, "{error}: {asked:?}");
        harness.pass(300 * SECOND, Duration::from_millis(101)).await;
        assert_eq!(harness.entry.gate.trouble(), None, "{error}");
        let asked = harness.asked();
        let others = asked.iter().filter(|crawl| **crawl == 1).count();
        assert_eq!(others, 100, "{error}: it goes on: {asked:?}");
    }
}
