//! The gate: closed while a network wants to be left alone.

use std::time::Duration;

use lookalike::clock::Clock;
use lookalike::networks::{Health, NetworkError, Trouble};

use crate::pace::kit::{CONTROL, House, SECOND, broken, throttled};

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
        "should the health check be odd, the others end it"
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
        throttled(),
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
    assert_eq!(*gate.health().borrow(), Health::Unknown);
}

#[tokio::test]
async fn one_failure_after_a_start_says_neither_that_a_network_works_nor_that_it_does_not() {
    let house = House::new("10/s");
    let standing = house.entry.gate.health();
    house.will_fail([broken()]);
    house.ask_often(1, 1, 1);
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(*standing.borrow(), Health::Unknown);
    house.ask_often(1, 1, 1);
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(*standing.borrow(), Health::Works);
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
        let house = House::new("10/s");
        house.is_odd(CONTROL, error.clone());
        house.will_fail([NetworkError::Unreachable("at all".into())]);
        house.ask_often(1, 1, 100);
        house.pass(9 * SECOND, Duration::from_millis(101)).await;
        let asked = house.asked();
        let control = asked.iter().filter(|crawl| **crawl == CONTROL).count();
        assert_eq!(control, 1, "{error}: {asked:?}");
        house.pass(300 * SECOND, Duration::from_millis(101)).await;
        assert_eq!(house.entry.gate.trouble(), None, "{error}");
        let asked = house.asked();
        let others = asked.iter().filter(|crawl| **crawl == 1).count();
        assert_eq!(others, 100, "{error}: it goes on: {asked:?}");
    }
}
