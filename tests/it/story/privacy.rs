//! What is kept of somebody, and that nothing is when it is to be forgotten.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use lookalike::clock::{ManualClock, midnight_after};
use lookalike::demo::telegram::{FloodLimits, Message, Person};

use crate::house::{House, WITHIN, files_with, small_world, tick};

/// A number unlike any other.
const VERA: i64 = 7_345_112_908;

async fn hears(house: &House, person: &Person, beginning: &str) -> Message {
    let is_it = |it: &Message| it.from_bot && it.text.starts_with(beginning);
    let said = |all: &[Message]| all.iter().any(is_it);
    let mut messages = house.until(person, beginning, said).await;
    messages.retain(is_it);
    messages.pop().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_forgotten_is_in_no_file_any_more() {
    let vera = Person::new(VERA, "Vera");
    let mut house = House::new(small_world(40, false)).await;
    // Much is said, and a restart in the middle: pace is others' story.
    house.telegram.set_limits(FloodLimits::none());
    house.start().await;
    house.telegram.says(&vera, "/privacy");
    let told = hears(&house, &vera, "What I keep").await;
    assert!(told.text.contains("/forget"), "{}", told.text);
    house.telegram.says(&vera, "@luna");
    house.until_delivered(&vera, "luna").await;
    house.telegram.says(&vera, "/watch @luna");
    hears(&house, &vera, "I'll look at @luna anew").await;
    house.telegram.says(&vera, "/compare @luna @celebrity");
    hears(&house, &vera, "@luna and @celebrity").await;
    let list = hears(&house, &vera, "Accounts like @luna").await;
    house.telegram.presses(&vera, list.id, "Share").unwrap();
    hears(&house, &vera, "Whoever opens this link").await;

    let (digits, bytes) = (VERA.to_string(), VERA.to_be_bytes());
    let words = [digits.as_bytes(), &bytes];
    assert_ne!(files_with(&house.data(), &words), Vec::<PathBuf>::new());
    house.telegram.says(&vera, "/forget");
    let question = hears(&house, &vera, "I'll stop your searches").await;
    house
        .telegram
        .presses(&vera, question.id, "Yes, erase everything")
        .unwrap();
    hears(&house, &vera, "Done: I've erased everything").await;
    house.stop().await;
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let olga = Person::new(601, "Olga");
    house.telegram.knows(&olga);
    house.set("OPERATORS", "601");
    house.on(clock.clone()).start().await;
    let data = house.data();
    // The rows can't be written anew where something else is.
    let in_the_way = data.join("rows.generation-2");
    std::fs::write(&in_the_way, "").unwrap();
    let ticking = tick(clock, Duration::from_secs(60));
    let failed = "⚠️ What people asked me to erase is gone from my database";
    hears(&house, &olga, failed).await;
    std::fs::remove_file(&in_the_way).unwrap();
    let rewritten = async {
        while data.join("rows").exists() {
            tokio::task::yield_now().await;
        }
    };
    let rewritten = tokio::time::timeout(WITHIN, rewritten).await;
    rewritten.expect("the rows are written anew a day later");
    hears(&house, &olga, "✓ What people asked me to erase").await;
    ticking.abort();
    house.stop().await;
    assert_eq!(files_with(&data, &words), Vec::<PathBuf>::new());
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_forgotten_has_no_more_searches_on_that_day() {
    let vera = Person::new(VERA, "Vera");
    let mut house = House::new(small_world(40, false)).await;
    house.telegram.set_limits(FloodLimits::none());
    house.set("ANALYSES_PER_DAY", "1");
    // The day is not over in the middle.
    let clock = Arc::new(ManualClock::new(midnight_after(Utc::now())));
    house.on(clock.clone()).start().await;
    let ticking = tick(clock, Duration::from_millis(20));
    house.telegram.says(&vera, "@luna quick");
    house.until_delivered(&vera, "luna").await;
    house.telegram.says(&vera, "/forget");
    let question = hears(&house, &vera, "I'll stop your searches").await;
    assert!(
        question.text.contains("until midnight (UTC)"),
        "{}",
        question.text
    );
    house
        .telegram
        .presses(&vera, question.id, "Yes, erase everything")
        .unwrap();
    hears(&house, &vera, "Done: I've erased everything").await;
    house.telegram.says(&vera, "@peer0 quick");
    hears(&house, &vera, "You may start one search a day").await;
    ticking.abort();
    house.stop().await;
    house.assert_clean();
}
