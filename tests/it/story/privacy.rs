//! What is kept of a person, and that nothing is once they are forgotten.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use lookalike::clock::{ManualClock, midnight_after};
use lookalike::demo::telegram::{FloodLimits, Message, Person};

use crate::harness::{Harness, WITHIN, files_containing, small_world, tick};

/// A number that occurs nowhere else.
const VERA: i64 = 7_345_112_908;

async fn wait_for(harness: &Harness, person: &Person, beginning: &str) -> Message {
    let is_it = |it: &Message| it.from_bot && it.text.starts_with(beginning);
    let said = |all: &[Message]| all.iter().any(is_it);
    let mut messages = harness.until(person, beginning, said).await;
    messages.retain(is_it);
    messages.pop().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_forgotten_is_in_no_file_any_more() {
    let vera = Person::new(VERA, "Vera");
    let mut harness = Harness::new(small_world(40, false)).await;
    // There are many messages and a restart; limits of pace are tested elsewhere.
    harness.telegram.set_limits(FloodLimits::none());
    harness.start().await;
    harness.telegram.says(&vera, "/privacy");
    let answer = wait_for(&harness, &vera, "What I keep").await;
    assert!(answer.text.contains("/forget"), "{}", answer.text);
    harness.telegram.says(&vera, "@luna");
    harness.until_delivered(&vera, "luna").await;
    harness.telegram.says(&vera, "/watch @luna");
    wait_for(&harness, &vera, "I'll look at @luna anew").await;
    harness.telegram.says(&vera, "/compare @luna @celebrity");
    wait_for(&harness, &vera, "@luna and @celebrity").await;
    let list = wait_for(&harness, &vera, "Accounts like @luna").await;
    harness.telegram.presses(&vera, list.id, "Share").unwrap();
    wait_for(&harness, &vera, "Whoever opens this link").await;

    let (digits, bytes) = (VERA.to_string(), VERA.to_be_bytes());
    let words = [digits.as_bytes(), &bytes];
    assert_ne!(
        files_containing(&harness.data(), &words),
        Vec::<PathBuf>::new()
    );
    harness.telegram.says(&vera, "/forget");
    let question = wait_for(&harness, &vera, "I'll stop your searches").await;
    harness
        .telegram
        .presses(&vera, question.id, "Yes, erase everything")
        .unwrap();
    wait_for(&harness, &vera, "Done: everything about you is erased").await;
    harness.stop().await;
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let olga = Person::new(601, "Olga");
    harness.telegram.knows(&olga);
    harness.set("OPERATORS", "601");
    harness.use_clock(clock.clone()).start().await;
    let data = harness.data();
    // The rows can't be rewritten where something else is.
    let in_the_way = data.join("rows.generation-2");
    std::fs::write(&in_the_way, "").unwrap();
    let ticking = tick(clock, Duration::from_secs(60));
    let failed = "⚠️ What people asked me to erase is gone from my database";
    wait_for(&harness, &olga, failed).await;
    std::fs::remove_file(&in_the_way).unwrap();
    let rewritten = async {
        while data.join("rows").exists() {
            tokio::task::yield_now().await;
        }
    };
    let rewritten = tokio::time::timeout(WITHIN, rewritten).await;
    rewritten.expect("the rows are rewritten a day later");
    wait_for(&harness, &olga, "✓ What people asked me to erase").await;
    ticking.abort();
    harness.stop().await;
    assert_eq!(files_containing(&data, &words), Vec::<PathBuf>::new());
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_forgotten_has_no_more_searches_on_that_day() {
    let vera = Person::new(VERA, "Vera");
    let mut harness = Harness::new(small_world(40, false)).await;
    harness.telegram.set_limits(FloodLimits::none());
    harness.set("ANALYSES_PER_DAY", "1");
    // The day must not end in the middle.
    let clock = Arc::new(ManualClock::new(midnight_after(Utc::now())));
    harness.use_clock(clock.clone()).start().await;
    let ticking = tick(clock, Duration::from_millis(20));
    harness.telegram.says(&vera, "@luna quick");
    harness.until_delivered(&vera, "luna").await;
    harness.telegram.says(&vera, "/forget");
    let question = wait_for(&harness, &vera, "I'll stop your searches").await;
    assert!(
        question.text.contains("until midnight (UTC)"),
        "{}",
        question.text
    );
    harness
        .telegram
        .presses(&vera, question.id, "Yes, erase everything")
        .unwrap();
    wait_for(&harness, &vera, "Done: everything about you is erased").await;
    harness.telegram.says(&vera, "@peer0 quick");
    wait_for(&harness, &vera, "You may start one search a day").await;
    ticking.abort();
    harness.stop().await;
    harness.assert_clean();
}
