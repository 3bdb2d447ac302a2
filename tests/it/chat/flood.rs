//! One person asks for too much: they are told once, and nobody else is affected.

use std::time::Duration;

use lookalike::demo::telegram::{FakeTelegram, FloodLimits, Message};
use lookalike::model::OutgoingId;

use crate::chat::LOOKING;
use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, GROUP, SOON, ann, bob};

const SECOND: Duration = Duration::from_secs(1);
const ENOUGH: &str = "Too many messages at once. Please wait";

#[tokio::test]
async fn five_hundred_messages_in_a_minute_meet_one_sentence() {
    let mut harness = ChatHarness::new().await;
    harness.fake.set_limits(FloodLimits::none());
    harness.stop_time();
    for _ in 0..500 {
        harness.fake.says(&ann(), "/help");
    }
    harness.fake.says(&bob(), "/help");
    harness
        .pass_until(SECOND / 10, "Bob's answer", |h| {
            !h.messages_of_bot(43).is_empty()
        })
        .await;
    let handled = |h: &ChatHarness| h.cx.ledger.unhandled(1).unwrap().is_empty();
    harness
        .pass_until(Duration::ZERO, "all updates are handled", handled)
        .await;
    let kept = harness.cx.ledger.unsent(OutgoingId(0), 999).unwrap().len();
    let bytes = harness.cx.ledger.size();
    println!("500 messages in a minute: {kept} answers wait, {bytes} bytes are kept");
    assert!(
        kept <= 21 && bytes < 100_000,
        "the flood does not fill the disk"
    );
    harness
        .pass_until(SECOND / 2, "all that is said to Ann", |h| {
            h.cx.ledger.unsent(OutgoingId(0), 1).unwrap().is_empty()
        })
        .await;
    let said = harness.messages_of_bot(42);
    let sentences = said.iter().filter(|m| m.text.starts_with(ENOUGH)).count();
    assert_eq!(
        (said.len(), sentences),
        (21, 1),
        "20 answers and one sentence"
    );

    harness.clock.advance(60 * SECOND);
    harness.fake.says(&ann(), "nasa");
    harness
        .pass_until(SECOND / 2, "a minute later it is as before", |h| {
            h.messages_of_bot(42).iter().any(|m| m.text == LOOKING)
        })
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn every_press_of_a_flood_is_answered_with_a_short_text() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, LOOKING).await;
    harness.fake.presses(&ann(), bubble.id, "Cancel").unwrap();
    harness.wait_for(42, "@nasa: cancelled.").await;
    let press = || {
        harness
            .fake
            .presses_stale(&ann(), bubble.id, "Cancel")
            .unwrap()
    };
    let presses: Vec<String> = (0..40).map(|_| press()).collect();
    let answered = |fake: &FakeTelegram| fake.unanswered().is_empty();
    let seen = harness.fake.until_true(SOON, "an answer to each", answered);
    seen.await.unwrap_or_else(|missing| panic!("{missing}"));
    let answers = presses
        .iter()
        .filter_map(|press| harness.fake.answer(press));
    let later = answers.filter(|answer| answer.starts_with("Too much at once. Please press again"));
    assert_eq!(later.count(), 22, "18 more are within the limit of 20");
    harness.assert_healthy();
}

#[tokio::test]
async fn who_leafs_through_a_list_may_go_on_searching() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    harness.fake.says(&ann(), "nasa");
    harness.wait_for(42, LOOKING).await;
    harness.deliver("nasa", rows(300)).await;
    let list = harness.wait_for(42, "Accounts like @nasa").await;
    for page in 2..=30 {
        harness.fake.presses(&ann(), list.id, "›").unwrap();
        let here = format!("{page} / 30");
        let is_turned = |message: &Message| message.button(&here).is_some();
        harness.wait_for_change(42, list.id, &here, is_turned).await;
    }
    harness.fake.says(&ann(), "@esa");
    harness.wait_for(42, "Looking up @esa on Instagram…").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn each_account_of_a_message_counts() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    for _ in 0..4 {
        harness.fake.says(&ann(), "@a1 @a2 @a3 @a4 @a5");
    }
    harness.fake.says(&ann(), "@a1 @a2 @a3 @a4 @a5");
    harness.wait_for(42, ENOUGH).await;
    assert_eq!(harness.analyses(&ann()).len(), 20);
    harness.assert_healthy();
}

#[tokio::test]
async fn what_people_say_to_each_other_is_not_counted() {
    let harness = ChatHarness::new().await;
    harness.fake.says_in_group(GROUP, &ann(), "/find nasa");
    let bubble = harness.wait_for(GROUP, LOOKING).await;
    for _ in 0..40 {
        harness.fake.replies(&ann(), bubble.id, "thanks, dear bot");
    }
    harness.fake.says_in_group(GROUP, &ann(), "/find esa");
    harness
        .wait_for(GROUP, "Looking up @esa on Instagram…")
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn in_a_group_the_sentence_answers_whoever_is_meant() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    let mut last = 0;
    for _ in 0..21 {
        last = harness.fake.says_in_group(GROUP, &ann(), "/help");
    }
    harness.fake.says_in_group(GROUP, &bob(), "/find nasa");
    let sentence = harness.wait_for(GROUP, ENOUGH).await;
    assert_eq!(sentence.reply_to, Some(last));
    harness.wait_for(GROUP, LOOKING).await;
    harness.assert_healthy();
}
