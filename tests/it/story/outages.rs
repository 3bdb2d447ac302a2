//! The network is down or throttles us: the work waits, and continues by itself.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use lookalike::clock::{Clock, ManualClock};
use lookalike::demo::telegram::{FloodLimits, Message, Person};

use crate::harness::{Harness, small_world, tick};

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_is_down_is_waited_for() {
    let mut harness = Harness::new(small_world(20, false)).await;
    harness.network.set_down(true);
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness
        .until(&harness.ann, "a sentence about the trouble", |messages| {
            messages
                .iter()
                .any(|message| message.from_bot && message.text.contains("isn't responding"))
        })
        .await;
    harness.network.set_down(false);
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_in_the_middle_gives_nothing_up() {
    let mut harness = Harness::new(small_world(60, true)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.network.arrived(60).await;
    harness.network.set_down(true);
    let seen = harness.network.arrivals();
    harness.network.arrived(seen + 40).await;
    harness.network.set_down(false);
    harness.until_delivered(&harness.ann, "luna").await;
    let report = harness.report(&harness.ann);
    assert_eq!(
        (report.followers_listed, report.followers_read),
        (60, 52),
        "all but the private ones"
    );
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_refused_pauses_the_analysis_until_it_works_again() {
    let mut harness = Harness::new(small_world(20, false)).await;
    harness.network.refuse_key(true);
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness
        .until(&harness.ann, "a sentence about the key", |messages| {
            messages
                .iter()
                .any(|message| message.from_bot && message.text.contains("key"))
        })
        .await;
    harness.network.refuse_key(false);
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_is_told_once_that_the_key_is_refused_and_once_that_it_works_again() {
    let mut harness = Harness::new(small_world(20, false)).await;
    let olga = Person::new(601, "Olga");
    harness.telegram.knows(&olga);
    harness.set("OPERATORS", "601");
    harness.network.refuse_key(true);
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let says = |words: &'static str| {
        move |messages: &[Message]| messages.iter().any(|message| message.text.contains(words))
    };
    let refused = "Instagram refuses my key";
    harness.until(&olga, "the alarm", says(refused)).await;
    harness.until(&harness.ann, "a pause", says("Paused")).await;

    let asked = harness.network.arrivals();
    harness.stop().await;
    harness.start().await;
    harness.network.arrived(asked + 3).await;
    harness.network.refuse_key(false);
    harness.until_delivered(&harness.ann, "luna").await;
    let messages = harness
        .until(&olga, "the all-clear", says("answers me again"))
        .await;
    assert_eq!(
        messages.len(),
        2,
        "one alarm and one all-clear: {messages:?}"
    );
    harness.stop().await;
}

/// Returns how many messages the bot has sent to a person.
fn said(messages: &[Message]) -> usize {
    messages.iter().filter(|message| message.from_bot).count()
}

// On one thread, so that every woken task has had a turn before time goes on.
#[tokio::test]
async fn an_operator_is_told_once_of_a_network_that_is_down_for_half_an_hour() {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let mut harness = Harness::new(small_world(20, false)).await;
    let olga = Person::new(601, "Olga");
    harness.telegram.knows(&olga);
    harness.telegram.set_limits(FloodLimits::none());
    harness.set("OPERATORS", "601").set("MAX_COOL_DOWN", "1m");
    harness.network.set_down(true);
    harness.use_clock(clock.clone()).start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let ticking = tick(clock.clone(), Duration::from_secs(2));
    let says = |words: &'static str| {
        move |messages: &[Message]| messages.iter().any(|message| message.text.contains(words))
    };
    let before = clock.elapsed();
    let down = "Instagram has not answered for half an hour";
    harness.until(&olga, "the alarm", says(down)).await;
    assert!(clock.elapsed() - before >= Duration::from_secs(30 * 60));
    harness.stop().await;
    harness.start().await;
    let until = clock.elapsed() + Duration::from_secs(45 * 60);
    while clock.elapsed() < until {
        tokio::task::yield_now().await;
    }
    let messages = harness.telegram.messages(olga.id);
    assert_eq!(said(&messages), 1, "one alarm over a restart: {messages:?}");
    harness.network.set_down(false);
    harness.until_delivered(&harness.ann, "luna").await;
    let over = says("answers me again");
    let messages = harness.until(&olga, "the all-clear", over).await;
    assert_eq!(
        said(&messages),
        2,
        "one alarm and one all-clear: {messages:?}"
    );
    ticking.abort();
    harness.stop().await;
}

#[tokio::test]
async fn an_operator_is_told_once_that_the_database_fails_and_once_that_it_works_again() {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let mut harness = Harness::new(small_world(20, false)).await;
    let olga = Person::new(601, "Olga");
    harness.telegram.knows(&olga);
    harness.telegram.set_limits(FloodLimits::none());
    harness.set("OPERATORS", "601").use_clock(clock.clone());
    let ticking = tick(clock.clone(), Duration::from_millis(50));
    let lists = harness.data().join("lists");
    for round in 0..2 {
        // Nothing is written before the folder is gone.
        harness.network.hold();
        harness.start().await;
        std::fs::remove_dir_all(&lists).unwrap();
        harness.network.release();
        if round == 0 {
            harness.telegram.says(&harness.ann, "@luna");
        }
        let why = harness.wait_for_failure().await;
        assert!(why.contains("the engine failed"), "{why}");
    }
    let messages = harness.telegram.messages(olga.id);
    assert_eq!(said(&messages), 1, "{messages:?}");
    assert!(
        messages[0].text.contains("can't write to my database"),
        "{messages:?}"
    );
    harness.start().await;
    harness.until_delivered(&harness.ann, "luna").await;
    clock.advance(Duration::from_secs(600));
    let over = |messages: &[Message]| {
        messages
            .iter()
            .any(|it| it.text.contains("takes writes again"))
    };
    let messages = harness.until(&olga, "the all-clear", over).await;
    assert_eq!(said(&messages), 2, "{messages:?}");
    ticking.abort();
    harness.stop().await;
}

// On one thread, so that every woken task has had a turn before time goes on.
#[tokio::test]
async fn a_request_that_takes_long_keeps_its_task() {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let mut harness = Harness::new(small_world(20, false)).await;
    harness.set("LEASE_TERM", "2m").set("SWEEP_EVERY", "1m");
    // Our clock is ahead of the fake's.
    harness.telegram.set_limits(FloodLimits::none());
    harness.network.hold();
    harness.use_clock(clock.clone()).start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let ticking = tick(clock.clone(), Duration::from_millis(250));
    harness.network.arrived(1).await;
    ticking.abort();
    // The response takes twenty lease terms.
    for _ in 0..240 {
        clock.advance(Duration::from_secs(10));
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        harness.app().context().ledger.settle().await.unwrap();
    }
    assert_eq!(harness.network.arrivals(), 1, "nobody else has taken it");
    harness.network.release();
    let ticking = tick(clock, Duration::from_millis(250));
    harness.until_delivered(&harness.ann, "luna").await;
    ticking.abort();
    harness.assert_clean();
    harness.stop().await;
}
