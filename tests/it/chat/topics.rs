//! In a group with topics all stays in the topic where it was asked for.

use std::time::Duration;

use lookalike::demo::is_list;
use lookalike::demo::telegram::Message;

use crate::chat::engine::rows;
use crate::chat::house::{House, SOON, ann, bob};

const FORUM: i64 = -1_001_234_567_890;
const SPACE: i32 = 55;
const OTHER: i32 = 56;

/// A list in the topic, and the question that it answers.
async fn found(house: &House) -> (i32, Message) {
    let question = house
        .fake
        .says_in_topic(FORUM, SPACE, &ann(), "/find @nasa");
    house.hears(FORUM, "Looking up @nasa on Instagram…").await;
    house.delivers("nasa", rows(30)).await;
    (question, house.hears(FORUM, "Accounts like @nasa").await)
}

async fn sees(house: &House, what: &str, seen: impl Fn(&Message) -> bool) -> Message {
    let any = |all: &[Message]| all.iter().any(&seen);
    let all = house.fake.until(FORUM, SOON, what, any).await;
    let mut all = all.unwrap_or_else(|missing| panic!("{missing}"));
    all.retain(&seen);
    all.pop().unwrap()
}

fn all_in(house: &House, topic: i32) {
    for message in house.bot_said(FORUM) {
        assert_eq!(message.topic, Some(topic), "{}", message.text);
    }
}

#[tokio::test]
async fn what_a_list_is_asked_for_comes_in_its_topic_and_answers_the_question() {
    let mut house = House::new().await;
    house.hurry();
    house.fake.closes_general(FORUM);
    let (question, list) = found(&house).await;
    house.fake.presses(&ann(), list.id, "1").unwrap();
    let is_portrait = |it: &Message| it.button("Look for accounts like this one").is_some();
    let portrait =
        |it: &Message| is_portrait(it) || it.text.contains("@similar.1") && !is_list(it, "nasa");
    let portrait = sees(&house, "the account by its number", portrait).await;
    house.fake.presses(&ann(), list.id, "Files").unwrap();
    let offered = |it: &Message| it.button("CSV").is_some();
    house.sees(FORUM, list.id, "files", offered).await;
    house.fake.presses(&ann(), list.id, "CSV").unwrap();
    let file = sees(&house, "the file", |it| it.document.is_some()).await;
    house.fake.presses(&ann(), list.id, "Back").unwrap();
    let back = |it: &Message| it.button("Share").is_some();
    house.sees(FORUM, list.id, "the list again", back).await;
    house.fake.presses(&ann(), list.id, "Share").unwrap();
    let is_link = |it: &Message| it.text.contains("t.me/lookalike_bot?start=");
    sees(&house, "the link", is_link).await;
    assert_eq!(portrait.reply_to, Some(question));
    assert_eq!(file.reply_to, Some(question));
    all_in(&house, SPACE);
    house.is_well();
}

#[tokio::test]
async fn a_question_that_is_deleted_loses_no_answer_and_no_topic() {
    let mut house = House::new().await;
    house.hurry();
    house.fake.closes_general(FORUM);
    let question = house
        .fake
        .says_in_topic(FORUM, SPACE, &ann(), "/compare @nasa @esa");
    house.hears(FORUM, "I'll compare").await;
    house.fake.deletes(FORUM, question);
    for handle in ["nasa", "esa"] {
        house.delivers(handle, rows(30)).await;
    }
    let told = |it: &Message| it.from_bot && it.text.contains("compared");
    sees(&house, "the comparison", told).await;
    all_in(&house, SPACE);
    house.is_well();
}

#[tokio::test]
async fn what_is_sent_again_comes_where_it_is_asked_for() {
    let mut house = House::new().await;
    house.hurry();
    found(&house).await;
    let again = house.fake.says_in_topic(FORUM, OTHER, &ann(), "/result");
    let is_there = |it: &Message| is_list(it, "nasa") && it.reply_to == Some(again);
    let list = sees(&house, "the list in the other topic", is_there).await;
    assert_eq!(list.topic, Some(OTHER));
    house.is_well();
}

#[tokio::test]
async fn a_search_under_way_in_another_topic_is_told_of_where_it_is_asked_for() {
    let house = House::new().await;
    house
        .fake
        .says_in_topic(FORUM, SPACE, &ann(), "/find @nasa");
    house.hears(FORUM, "Looking up @nasa on Instagram…").await;
    let question = house
        .fake
        .says_in_topic(FORUM, OTHER, &ann(), "/find @nasa");
    let told = house.hears(FORUM, "I'm already on @nasa for you").await;
    assert_eq!(told.topic, Some(OTHER));
    assert_eq!(told.reply_to, Some(question));
    house.is_well();
}

#[tokio::test]
async fn what_a_watch_finds_comes_in_its_topic_and_outside_when_that_is_deleted() {
    let mut house = House::new().await;
    house.hurry();
    house
        .fake
        .says_in_topic(FORUM, SPACE, &bob(), "/watch @nasa");
    house.hears(FORUM, "Looking up @nasa on Instagram…").await;
    house.delivers("nasa", rows(30)).await;
    house.hears(FORUM, "Accounts like @nasa").await;
    all_in(&house, SPACE);
    let lists = |house: &House| {
        let all = house.bot_said(FORUM).into_iter();
        all.filter(|it| is_list(it, "nasa")).collect::<Vec<_>>()
    };
    for (topic, count) in [(Some(SPACE), 2), (None, 1)] {
        if topic.is_none() {
            house.fake.deletes_topic(FORUM, SPACE);
        }
        house.jump(Duration::from_secs(8 * 86_400));
        house.cx.ledger.begin_watched(|_| false).await.unwrap();
        let looking = |it: &Message| it.topic == topic && it.text.starts_with("Looking up @nasa");
        sees(&house, "a new search", looking).await;
        house.delivers("nasa", rows(30)).await;
        let is_changes = |it: &Message| it.topic == topic && it.text.contains("has changed");
        sees(&house, "what has changed", is_changes).await;
        let seen = |_: &[Message]| lists(&house).len() == count;
        house.fake.until(FORUM, SOON, "lists", seen).await.unwrap();
    }
    house.is_well();
}
