//! Telegram is down for an hour: everything waits, nothing piles up, and afterwards all continues by itself.

use std::time::Duration;

use lookalike::demo::telegram::{FakeTelegram, FloodLimits, Message};
use lookalike::model::OutgoingId;

use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, SOON, ann, bob};
use crate::chat::{LOOKING, text};

const HOUR: Duration = Duration::from_secs(3_600);
const MINUTE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(500);

#[tokio::test]
async fn at_the_start_it_is_asked_for_once_a_minute_until_it_is_there() {
    let mut harness = ChatHarness::without_bot().await;
    harness.stop_time();
    harness.fake.set_down(true);
    harness.start_bot();
    let start = harness.elapsed();
    harness
        .pass_until(MINUTE / 2, "an hour", |h| h.elapsed() - start >= HOUR)
        .await;
    let tries = harness.fake.cut_off();
    println!("an hour without Telegram at the start: {tries} tries");
    assert!(
        (10..=70).contains(&tries),
        "{tries} tries in an hour: it is asked for again, and not too often"
    );
    harness.fake.set_down(false);
    harness.fake.says(&ann(), "/help");
    harness
        .pass_until(MINUTE / 2, "the bot goes on by itself", |h| {
            !h.messages_of_bot(42).is_empty()
        })
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn in_the_middle_only_what_is_to_be_said_is_kept_and_then_said_in_order() {
    let mut harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, LOOKING).await;
    harness.fake.says(&bob(), "nasa");
    harness.wait_for(43, LOOKING).await;
    harness.verify("nasa", 1_020).await;
    let listing = |m: &Message| m.text.contains("▱ 0%");
    harness
        .wait_for_change(42, bubble.id, "listing", listing)
        .await;
    // From here on our hours are the fake's seconds; limits of pace are tested elsewhere.
    harness.fake.set_limits(FloodLimits::none());
    harness.stop_time();
    harness.fake.set_down(true);
    harness.start_reading("nasa").await;
    let before = harness.fake.cut_off();
    for read in 1..=60 {
        harness.read_lists("nasa", 1, 608 - read).await;
        let until = harness.elapsed() + MINUTE;
        harness
            .pass_until(MINUTE / 2, "a minute", |h| h.elapsed() >= until)
            .await;
    }
    let tries = harness.fake.cut_off() - before;
    assert_eq!(
        harness.cx.ledger.unsent(OutgoingId(0), 99).unwrap(),
        [],
        "progress is not kept to be told later"
    );
    harness.finish("nasa", rows(20)).await;
    assert!(
        (10..=250).contains(&tries),
        "{tries} tries of two chats and one poll in an hour: not too often"
    );
    let before = harness.fake.cut_off();
    let until = harness.elapsed() + 3 * MINUTE;
    harness
        .pass_until(4 * STEP, "three more", |h| h.elapsed() >= until)
        .await;
    let then = harness.fake.cut_off() - before;
    assert!(
        (4..=20).contains(&then),
        "{then} tries in three minutes in which there is something to be said"
    );
    let kept = harness.cx.ledger.unsent(OutgoingId(0), 99).unwrap().len();
    println!(
        "an hour without Telegram in the middle: {tries} tries, {kept} things kept to be said"
    );
    assert_eq!(kept, 6, "the end, the picture and the list, for two people");

    harness.fake.says(&ann(), "/help");
    harness.fake.set_down(false);
    harness
        .pass_until(STEP, "all is said", |h| {
            let is_over = |m: &[Message], count| {
                m.len() == count && m.iter().all(|m| m.button("Cancel").is_none())
            };
            is_over(&h.messages_of_bot(42), 3) && is_over(&h.messages_of_bot(43), 2)
        })
        .await;
    let said = harness.messages_of_bot(42);
    let list = said
        .iter()
        .rposition(|m| text(m).starts_with("Accounts like @nasa"));
    let picture = said.iter().position(|m| m.photo.is_some());
    assert!(picture < list, "the picture comes before the list");
    assert!(
        said.iter()
            .any(|m| text(m).starts_with("Send me one or more accounts on Instagram"))
    );
    harness.assert_healthy();
}

#[tokio::test]
async fn what_is_asked_at_the_end_of_an_outage_is_answered_after_it() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/help");
    harness
        .wait_for(42, "Send me one or more accounts on Instagram")
        .await;
    harness.fake.set_down(true);
    let cut = |fake: &FakeTelegram| fake.cut_off() > 0;
    harness
        .fake
        .until_true(SOON, "a cut poll", cut)
        .await
        .unwrap();
    harness.fake.says(&ann(), "nasa");
    harness.fake.set_down(false);
    harness.wait_for(42, LOOKING).await;
    harness.assert_healthy();
}
