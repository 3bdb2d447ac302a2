//! The network is away, or does not want us: the work waits, and goes on by itself.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use lookalike::clock::{Clock, ManualClock};
use lookalike::demo::telegram::{FloodLimits, Message, Person};

use crate::house::{House, small_world, tick};

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_is_down_is_waited_for() {
    let mut house = House::new(small_world(20, false)).await;
    house.network.set_down(true);
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    house
        .until(&house.ann, "a sentence about the trouble", |messages| {
            messages
                .iter()
                .any(|message| message.from_bot && message.text.contains("not answer"))
        })
        .await;
    house.network.set_down(false);
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_in_the_middle_gives_nothing_up() {
    let mut house = House::new(small_world(60, true)).await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    house.network.arrived(60).await;
    house.network.set_down(true);
    let seen = house.network.arrivals();
    house.network.arrived(seen + 40).await;
    house.network.set_down(false);
    house.until_delivered(&house.ann, "luna").await;
    let report = house.report(&house.ann);
    assert_eq!(
        (report.followers_listed, report.followers_read),
        (60, 52),
        "all but the private ones"
    );
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_refused_pauses_the_analysis_until_it_works_again() {
    let mut house = House::new(small_world(20, false)).await;
    house.network.refuse_key(true);
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    house
        .until(&house.ann, "a sentence about the key", |messages| {
            messages
                .iter()
                .any(|message| message.from_bot && message.text.contains("key"))
        })
        .await;
    house.network.refuse_key(false);
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_is_told_once_that_the_key_is_refused_and_once_that_it_works_again() {
    let mut house = House::new(small_world(20, false)).await;
    let olga = Person::new(601, "Olga");
    house.telegram.knows(&olga);
    house.set("OPERATORS", "601");
    house.network.refuse_key(true);
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    let says = |words: &'static str| {
        move |messages: &[Message]| messages.iter().any(|message| message.text.contains(words))
    };
    let refused = "Instagram refuses my key";
    house.until(&olga, "the alarm", says(refused)).await;
    house.until(&house.ann, "a pause", says("Paused")).await;

    let asked = house.network.arrivals();
    house.stop().await;
    house.start().await;
    house.network.arrived(asked + 3).await;
    house.network.refuse_key(false);
    house.until_delivered(&house.ann, "luna").await;
    let told = house
        .until(&olga, "the all-clear", says("answers me again"))
        .await;
    assert_eq!(told.len(), 2, "one alarm and one all-clear: {told:?}");
    house.stop().await;
}

/// How many messages the bot has for somebody.
fn said(messages: &[Message]) -> usize {
    messages.iter().filter(|message| message.from_bot).count()
}

// On one thread, so that everybody who is woken has had a turn before time goes on.
#[tokio::test]
async fn an_operator_is_told_once_of_a_network_that_is_down_for_half_an_hour() {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let mut house = House::new(small_world(20, false)).await;
    let olga = Person::new(601, "Olga");
    house.telegram.knows(&olga);
    house.telegram.set_limits(FloodLimits::none());
    house.set("OPERATORS", "601").set("MAX_COOL_DOWN", "1m");
    house.network.set_down(true);
    house.on(clock.clone()).start().await;
    house.telegram.says(&house.ann, "@luna");
    let ticking = tick(clock.clone(), Duration::from_secs(2));
    let says = |words: &'static str| {
        move |messages: &[Message]| messages.iter().any(|message| message.text.contains(words))
    };
    let before = clock.elapsed();
    let down = "Instagram has not answered for half an hour";
    house.until(&olga, "the alarm", says(down)).await;
    assert!(clock.elapsed() - before >= Duration::from_secs(30 * 60));
    house.stop().await;
    house.start().await;
    let until = clock.elapsed() + Duration::from_secs(45 * 60);
    while clock.elapsed() < until {
        tokio::task::yield_now().await;
    }
    let told = house.telegram.messages(olga.id);
    assert_eq!(said(&told), 1, "one alarm over a restart: {told:?}");
    house.network.set_down(false);
    house.until_delivered(&house.ann, "luna").await;
    let over = says("answers me again");
    let told = house.until(&olga, "the all-clear", over).await;
    assert_eq!(said(&told), 2, "one alarm and one all-clear: {told:?}");
    ticking.abort();
    house.stop().await;
}

#[tokio::test]
async fn an_operator_is_told_once_that_the_database_fails_and_once_that_it_works_again() {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let mut house = House::new(small_world(20, false)).await;
    let olga = Person::new(601, "Olga");
    house.telegram.knows(&olga);
    house.telegram.set_limits(FloodLimits::none());
    house.set("OPERATORS", "601").on(clock.clone());
    let ticking = tick(clock.clone(), Duration::from_millis(50));
    let lists = house.data().join("lists");
    for round in 0..2 {
        // Nothing is written there before the folder is gone.
        house.network.hold();
        house.start().await;
        std::fs::remove_dir_all(&lists).unwrap();
        house.network.release();
        if round == 0 {
            house.telegram.says(&house.ann, "@luna");
        }
        let why = house.ended().await;
        assert!(why.contains("the engine failed"), "{why}");
    }
    let told = house.telegram.messages(olga.id);
    assert_eq!(said(&told), 1, "{told:?}");
    assert!(told[0].text.contains("takes no writes"), "{told:?}");
    house.start().await;
    house.until_delivered(&house.ann, "luna").await;
    clock.advance(Duration::from_secs(600));
    let over = |messages: &[Message]| {
        messages
            .iter()
            .any(|it| it.text.contains("takes writes again"))
    };
    let told = house.until(&olga, "the all-clear", over).await;
    assert_eq!(said(&told), 2, "{told:?}");
    ticking.abort();
    house.stop().await;
}

// On one thread, so that everybody who is woken has had a turn before time goes on.
#[tokio::test]
async fn a_request_that_takes_long_keeps_its_task() {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let mut house = House::new(small_world(20, false)).await;
    house.set("LEASE_TERM", "2m").set("SWEEP_EVERY", "1m");
    // Our clock runs ahead of the fake's.
    house.telegram.set_limits(FloodLimits::none());
    house.network.hold();
    house.on(clock.clone()).start().await;
    house.telegram.says(&house.ann, "@luna");
    let ticking = tick(clock.clone(), Duration::from_millis(250));
    house.network.arrived(1).await;
    ticking.abort();
    // Twenty terms of a lease pass while the network thinks.
    for _ in 0..240 {
        clock.advance(Duration::from_secs(10));
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        house.app().context().ledger.settle().await.unwrap();
    }
    assert_eq!(house.network.arrivals(), 1, "nobody else has taken it");
    house.network.release();
    let ticking = tick(clock, Duration::from_millis(250));
    house.until_delivered(&house.ann, "luna").await;
    ticking.abort();
    house.assert_clean();
    house.stop().await;
}
