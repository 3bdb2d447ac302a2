//! In a group with topics everything stays in the topic where it was asked for.

use std::time::Duration;

use lookalike::demo::is_list;
use lookalike::demo::telegram::Message;

use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, SOON, ann, bob};
use crate::harness::press_behind;

const FORUM: i64 = -1_001_234_567_890;
const SPACE: i32 = 55;
const OTHER: i32 = 56;

/// Returns a list in the topic, and the question that it answers.
async fn found(harness: &ChatHarness) -> (i32, Message) {
    let question = harness
        .fake
        .says_in_topic(FORUM, SPACE, &ann(), "/find @nasa");
    harness
        .wait_for(FORUM, "Looking up @nasa on Instagram…")
        .await;
    harness.deliver("nasa", rows(30)).await;
    (
        question,
        harness.wait_for(FORUM, "Accounts like @nasa").await,
    )
}

async fn wait_for_change(
    harness: &ChatHarness,
    what: &str,
    seen: impl Fn(&Message) -> bool,
) -> Message {
    let any = |all: &[Message]| all.iter().any(&seen);
    let all = harness.fake.until(FORUM, SOON, what, any).await;
    let mut all = all.unwrap_or_else(|missing| panic!("{missing}"));
    all.retain(&seen);
    all.pop().unwrap()
}

fn all_in(harness: &ChatHarness, topic: i32) {
    for message in harness.messages_of_bot(FORUM) {
        assert_eq!(message.topic, Some(topic), "{}", message.text);
    }
}

#[tokio::test]
async fn what_a_list_is_asked_for_comes_in_its_topic_and_answers_the_question() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    harness.fake.closes_general(FORUM);
    let (question, list) = found(&harness).await;
    press_behind(&harness.fake, &ann(), (FORUM, list.id), "Details", "1").await;
    let is_portrait = |it: &Message| it.button("Look for accounts like this one").is_some();
    let portrait =
        |it: &Message| is_portrait(it) || it.text.contains("@similar.1") && !is_list(it, "nasa");
    let portrait = wait_for_change(&harness, "the account by its number", portrait).await;
    harness.fake.presses(&ann(), list.id, "Back").unwrap();
    let back = |it: &Message| it.button("Files").is_some();
    harness
        .wait_for_change(FORUM, list.id, "the list again", back)
        .await;
    harness.fake.presses(&ann(), list.id, "Files").unwrap();
    let offered = |it: &Message| it.button("CSV").is_some();
    harness
        .wait_for_change(FORUM, list.id, "files", offered)
        .await;
    harness.fake.presses(&ann(), list.id, "CSV").unwrap();
    let file = wait_for_change(&harness, "the file", |it| it.document.is_some()).await;
    harness.fake.presses(&ann(), list.id, "Back").unwrap();
    let back = |it: &Message| it.button("Share").is_some();
    harness
        .wait_for_change(FORUM, list.id, "the list again", back)
        .await;
    harness.fake.presses(&ann(), list.id, "Share").unwrap();
    let is_link = |it: &Message| it.text.contains("t.me/lookalike_bot?start=");
    wait_for_change(&harness, "the link", is_link).await;
    assert_eq!(portrait.reply_to, Some(question));
    assert_eq!(file.reply_to, Some(question));
    all_in(&harness, SPACE);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_question_that_is_deleted_loses_no_answer_and_no_topic() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    harness.fake.closes_general(FORUM);
    let question = harness
        .fake
        .says_in_topic(FORUM, SPACE, &ann(), "/compare @nasa @esa");
    harness.wait_for(FORUM, "I'll compare").await;
    harness.fake.deletes(FORUM, question);
    for handle in ["nasa", "esa"] {
        harness.deliver(handle, rows(30)).await;
    }
    let is_compared = |it: &Message| it.from_bot && it.text.contains("compared");
    wait_for_change(&harness, "the comparison", is_compared).await;
    all_in(&harness, SPACE);
    harness.assert_healthy();
}

#[tokio::test]
async fn what_is_sent_again_comes_where_it_is_asked_for() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    found(&harness).await;
    let again = harness.fake.says_in_topic(FORUM, OTHER, &ann(), "/result");
    let is_there = |it: &Message| is_list(it, "nasa") && it.reply_to == Some(again);
    let list = wait_for_change(&harness, "the list in the other topic", is_there).await;
    assert_eq!(list.topic, Some(OTHER));
    harness.assert_healthy();
}

#[tokio::test]
async fn a_search_under_way_in_another_topic_is_mentioned_where_it_is_asked_for() {
    let harness = ChatHarness::new().await;
    harness
        .fake
        .says_in_topic(FORUM, SPACE, &ann(), "/find @nasa");
    harness
        .wait_for(FORUM, "Looking up @nasa on Instagram…")
        .await;
    let question = harness
        .fake
        .says_in_topic(FORUM, OTHER, &ann(), "/find @nasa");
    let answer = harness
        .wait_for(FORUM, "I'm already on @nasa for you")
        .await;
    assert_eq!(answer.topic, Some(OTHER));
    assert_eq!(answer.reply_to, Some(question));
    harness.assert_healthy();
}

#[tokio::test]
async fn what_a_watch_finds_comes_in_its_topic_and_outside_when_that_is_deleted() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    harness
        .fake
        .says_in_topic(FORUM, SPACE, &bob(), "/watch @nasa");
    harness
        .wait_for(FORUM, "Looking up @nasa on Instagram…")
        .await;
    harness.deliver("nasa", rows(30)).await;
    harness.wait_for(FORUM, "Accounts like @nasa").await;
    all_in(&harness, SPACE);
    let lists = |harness: &ChatHarness| {
        let all = harness.messages_of_bot(FORUM).into_iter();
        all.filter(|it| is_list(it, "nasa")).collect::<Vec<_>>()
    };
    for (topic, count) in [(Some(SPACE), 2), (None, 1)] {
        if topic.is_none() {
            harness.fake.deletes_topic(FORUM, SPACE);
        }
        harness.skip_time(Duration::from_secs(8 * 86_400));
        harness.cx.ledger.begin_watched(|_| false).await.unwrap();
        let looking = |it: &Message| it.topic == topic && it.text.starts_with("Looking up @nasa");
        wait_for_change(&harness, "a new search", looking).await;
        harness.deliver("nasa", rows(30)).await;
        let is_changes = |it: &Message| it.topic == topic && it.text.contains("has changed");
        wait_for_change(&harness, "what has changed", is_changes).await;
        let seen = |_: &[Message]| lists(&harness).len() == count;
        harness
            .fake
            .until(FORUM, SOON, "lists", seen)
            .await
            .unwrap();
    }
    harness.assert_healthy();
}
