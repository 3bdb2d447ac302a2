//! One person asks for too much: he is told so once, and nobody else notices.

use std::time::Duration;

use lookalike::demo::telegram::{FakeTelegram, FloodLimits, Message};
use lookalike::model::OutgoingId;

use crate::chat::LOOKING;
use crate::chat::engine::rows;
use crate::chat::house::{GROUP, House, SOON, ann, bob};

const SECOND: Duration = Duration::from_secs(1);
const ENOUGH: &str = "Too many messages at once. Please wait";

#[tokio::test]
async fn five_hundred_messages_in_a_minute_meet_one_sentence() {
    let mut house = House::new().await;
    house.fake.set_limits(FloodLimits::none());
    house.stop_time();
    for _ in 0..500 {
        house.fake.says(&ann(), "/help");
    }
    house.fake.says(&bob(), "/help");
    house
        .pass_until(SECOND / 10, "Bob's answer", |h| !h.bot_said(43).is_empty())
        .await;
    let handled = |h: &House| h.cx.ledger.unhandled(1).unwrap().is_empty();
    house
        .pass_until(Duration::ZERO, "all updates are handled", handled)
        .await;
    let kept = house.cx.ledger.unsent(OutgoingId(0), 999).unwrap().len();
    let bytes = house.cx.ledger.size();
    println!("500 messages in a minute: {kept} answers wait, {bytes} bytes are kept");
    assert!(
        kept <= 21 && bytes < 100_000,
        "the flood does not fill the disk"
    );
    house
        .pass_until(SECOND / 2, "all that is said to Ann", |h| {
            h.cx.ledger.unsent(OutgoingId(0), 1).unwrap().is_empty()
        })
        .await;
    let said = house.bot_said(42);
    let sentences = said.iter().filter(|m| m.text.starts_with(ENOUGH)).count();
    assert_eq!(
        (said.len(), sentences),
        (21, 1),
        "20 answers and one sentence"
    );

    house.clock.advance(60 * SECOND);
    house.fake.says(&ann(), "nasa");
    house
        .pass_until(SECOND / 2, "a minute later it is as before", |h| {
            h.bot_said(42).iter().any(|m| m.text == LOOKING)
        })
        .await;
    house.is_well();
}

#[tokio::test]
async fn every_press_of_a_flood_is_answered_with_a_short_text() {
    let house = House::new().await;
    house.fake.says(&ann(), "nasa");
    let bubble = house.hears(42, LOOKING).await;
    house.fake.presses(&ann(), bubble.id, "Cancel").unwrap();
    house.hears(42, "@nasa: cancelled.").await;
    let press = || {
        house
            .fake
            .presses_stale(&ann(), bubble.id, "Cancel")
            .unwrap()
    };
    let presses: Vec<String> = (0..40).map(|_| press()).collect();
    let answered = |fake: &FakeTelegram| fake.unanswered().is_empty();
    let seen = house.fake.until_true(SOON, "an answer to each", answered);
    seen.await.unwrap_or_else(|missing| panic!("{missing}"));
    let answers = presses.iter().filter_map(|press| house.fake.answer(press));
    let later = answers.filter(|answer| answer.starts_with("Too much at once. Please press again"));
    assert_eq!(later.count(), 22, "18 more are within the limit of 20");
    house.is_well();
}

#[tokio::test]
async fn who_leafs_through_a_list_may_go_on_searching() {
    let mut house = House::new().await;
    house.hurry();
    house.fake.says(&ann(), "nasa");
    house.hears(42, LOOKING).await;
    house.delivers("nasa", rows(300)).await;
    let list = house.hears(42, "Accounts like @nasa").await;
    for page in 2..=30 {
        house.fake.presses(&ann(), list.id, "›").unwrap();
        let here = format!("{page} / 30");
        let is_turned = |message: &Message| message.button(&here).is_some();
        house.sees(42, list.id, &here, is_turned).await;
    }
    house.fake.says(&ann(), "@esa");
    house.hears(42, "Looking up @esa on Instagram…").await;
    house.is_well();
}

#[tokio::test]
async fn each_account_of_a_message_counts() {
    let mut house = House::new().await;
    house.hurry();
    for _ in 0..4 {
        house.fake.says(&ann(), "@a1 @a2 @a3 @a4 @a5");
    }
    house.fake.says(&ann(), "@a1 @a2 @a3 @a4 @a5");
    house.hears(42, ENOUGH).await;
    assert_eq!(house.analyses(&ann()).len(), 20);
    house.is_well();
}

#[tokio::test]
async fn what_people_say_to_each_other_is_not_counted() {
    let house = House::new().await;
    house.fake.says_in_group(GROUP, &ann(), "/find nasa");
    let bubble = house.hears(GROUP, LOOKING).await;
    for _ in 0..40 {
        house.fake.replies(&ann(), bubble.id, "thanks, dear bot");
    }
    house.fake.says_in_group(GROUP, &ann(), "/find esa");
    house.hears(GROUP, "Looking up @esa on Instagram…").await;
    house.is_well();
}

#[tokio::test]
async fn in_a_group_the_sentence_answers_whoever_is_meant() {
    let mut house = House::new().await;
    house.hurry();
    let mut last = 0;
    for _ in 0..21 {
        last = house.fake.says_in_group(GROUP, &ann(), "/help");
    }
    house.fake.says_in_group(GROUP, &bob(), "/find nasa");
    let sentence = house.hears(GROUP, ENOUGH).await;
    assert_eq!(sentence.reply_to, Some(last));
    house.hears(GROUP, LOOKING).await;
    house.is_well();
}
