//! Stopping: asked politely, the process ends well and in time, whatever hangs; asked twice, at once.

use std::time::{Duration, Instant};

use lookalike::demo::networks::Endpoint;
use lookalike::demo::telegram::{CallFailure, FakeTelegram};
use rustix::process::Signal;

use crate::crash::life::Life;
use crate::house::{House, WITHIN, small_world};

/// What a last commit and the end of a process may take on a busy machine, on top of SHUTDOWN_WITHIN.
const MARGIN: Duration = Duration::from_secs(2);

/// Requests that are under way at the same time when many followers' lists are read.
const AT_ONCE: u64 = 16;

/// How a shell tells that a process was interrupted.
const INTERRUPTED: Option<i32> = Some(130);

/// A process that reads lists, all requests of which are held.
async fn busy(house: &House) -> Life {
    let life = Life::start(house);
    house.telegram.says(&house.ann, "@luna");
    house.network.arrived(20).await;
    house.network.hold();
    loop {
        let answered = house.network.requests().total;
        house.network.arrived(answered + AT_ONCE).await;
        // What had come before the hold is answered by now, or was a moment ago.
        if house.network.requests().total == answered {
            return life;
        }
    }
}

async fn finishes(house: &House) {
    let life = Life::start(house);
    house.until_delivered(&house.ann, "luna").await;
    life.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polite_stop_finishes_what_is_under_way_and_begins_nothing() {
    for signal in [Signal::TERM, Signal::INT] {
        let house = House::new(small_world(60, true)).await;
        let mut life = busy(&house).await;
        life.signal(signal);
        life.says("app: stopping").await;
        let asked = house.network.arrivals();
        house.network.release();
        assert_eq!(life.ends().await, Some(0), "{signal:?} ends it well");
        assert_eq!(
            house.network.arrivals(),
            asked,
            "nothing more is asked for after {signal:?}"
        );
        finishes(&house).await;
        house.assert_clean();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_in_time_when_the_network_and_telegram_hang() {
    let mut house = House::new(small_world(60, true)).await;
    let within = Duration::from_secs(1);
    house.set("SHUTDOWN_WITHIN", "1s");
    house.set("REQUEST_TIMEOUT", "1m");
    house.telegram.fail_next("setMyCommands", CallFailure::Held);
    house
        .telegram
        .fail_after(1, "sendMessage", CallFailure::Held);
    let mut life = busy(&house).await;
    house.telegram.says(&house.ann, "/help");
    let hang = |telegram: &FakeTelegram| telegram.holds() == 2;
    house
        .telegram
        .until_true(WITHIN, "two calls that hang", hang)
        .await
        .unwrap();

    let asked = Instant::now();
    life.signal(Signal::TERM);
    assert_eq!(life.ends().await, Some(0), "it ends well");
    let took = asked.elapsed();
    assert!(
        took < within + MARGIN,
        "a stop took {took:?}, with SHUTDOWN_WITHIN={within:?}"
    );

    house.network.release();
    house.telegram.release();
    finishes(&house).await;
    let repeated = house.network.asked_twice().len();
    assert!(
        repeated <= AT_ONCE as usize,
        "only what hung is asked for again, not {repeated} requests"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_request_does_not_hold_up_a_stop() {
    let mut house = House::new(small_world(20, false)).await;
    house.set("SHUTDOWN_WITHIN", "1s");
    house.set("REQUEST_TIMEOUT", "1m");
    house.set("FOLLOWERS_TASK_RETRY_LIMIT", "0");
    let luna = 10_000;
    let mut life = Life::start(&house);
    let page = Endpoint::Followers;
    house.network.fail_page(page, luna, 0, true);
    house.telegram.says(&house.ann, "@luna");
    house.network.arrived(3).await;
    house.network.hold();
    if house.network.requests().followers == 1 {
        // The page fails, as often as it may: one more request is to tell whose fault it is.
        house.network.arrived(4).await;
    }
    let asked = Instant::now();
    life.signal(Signal::TERM);
    assert_eq!(life.ends().await, Some(0), "it ends well");
    let took = asked.elapsed();
    assert!(
        took < Duration::from_secs(1) + MARGIN,
        "a stop took {took:?}, with SHUTDOWN_WITHIN=1s"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_it_at_once_and_still_nothing_is_lost() {
    let mut house = House::new(small_world(60, true)).await;
    house.set("SHUTDOWN_WITHIN", "1m");
    let mut life = busy(&house).await;
    life.signal(Signal::TERM);
    life.says("app: stopping").await;
    let asked = Instant::now();
    life.signal(Signal::INT);
    assert_eq!(life.ends().await, INTERRUPTED, "it was asked twice");
    let took = asked.elapsed();
    assert!(took < MARGIN, "the second signal took {took:?}");
    house.network.release();
    finishes(&house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_heard_while_it_starts() {
    let house = House::new(small_world(20, false)).await;
    let mut opening = Life::start(&house);
    opening.says("opening the database").await;
    opening.signal(Signal::TERM);
    assert_eq!(
        opening.ends().await,
        Some(0),
        "while the database is opened"
    );

    house.telegram.fail_next("getMe", CallFailure::Held);
    let mut connecting = Life::start(&house);
    connecting.says("took over the database").await;
    connecting.signal(Signal::TERM);
    assert_eq!(connecting.ends().await, Some(0), "while Telegram is silent");
}
