//! A chat that forbids pictures and files gets words; only one that takes no words is left.

use lookalike::demo::telegram::{CallFailure, FakeTelegram, Message};
use lookalike::model::PersonId;

use crate::chat::LOOKING;
use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, GROUP, SOON, ann};
use crate::harness::press_behind;

/// Returns a harness with a group that forbids pictures and files, with a list and a watch.
async fn in_words(harness: &ChatHarness) -> Message {
    harness.fake.says_in_group(GROUP, &ann(), "/watch @nasa");
    harness.wait_for(GROUP, LOOKING).await;
    harness.fake.forbids(GROUP, "sendPhoto");
    harness.fake.forbids(GROUP, "sendDocument");
    harness.deliver("nasa", rows(30)).await;
    harness.wait_for(GROUP, "Accounts like @nasa").await
}

#[tokio::test]
async fn a_group_without_pictures_gets_its_list_and_keeps_its_watches() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    let list = in_words(&harness).await;
    let watched = harness.cx.ledger.watches_of(PersonId(42)).unwrap();
    assert_eq!(watched.len(), 1, "the watch lives");
    press_behind(&harness.fake, &ann(), (GROUP, list.id), "Details", "1").await;
    let account = |all: &[Message]| {
        all.iter()
            .any(|it| it.button("Open on Instagram").is_some())
    };
    let seen = harness
        .fake
        .until(GROUP, SOON, "the account in words", account);
    seen.await.unwrap_or_else(|missing| panic!("{missing}"));
    harness.assert_healthy();
}

#[tokio::test]
async fn a_file_that_may_not_be_sent_gets_a_sentence() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    let list = in_words(&harness).await;
    harness.fake.presses(&ann(), list.id, "Files").unwrap();
    let offered = |it: &Message| it.button("CSV").is_some();
    harness
        .wait_for_change(GROUP, list.id, "files", offered)
        .await;
    harness.fake.presses(&ann(), list.id, "CSV").unwrap();
    harness.wait_for(GROUP, "I may not send files here").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn telegrams_other_words_for_it_close_nothing_either() {
    for words in [
        "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN",
        "Forbidden: CHAT_SEND_MEDIA_FORBIDDEN",
        "Bad Request: need administrator rights in the chat",
    ] {
        let harness = ChatHarness::new().await;
        harness.fake.says(&ann(), "nasa");
        harness.wait_for(42, LOOKING).await;
        let description = words.to_owned();
        let code = if words.starts_with("Forbidden") {
            403
        } else {
            400
        };
        harness
            .fake
            .fail_next("sendPhoto", CallFailure::Refused { code, description });
        harness.deliver("nasa", rows(20)).await;
        harness.wait_for(42, "Accounts like @nasa").await;
        harness.assert_healthy();
    }
}

#[tokio::test]
async fn a_chat_that_takes_no_words_is_closed() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    harness.fake.says_in_group(GROUP, &ann(), "/watch @nasa");
    harness.wait_for(GROUP, LOOKING).await;
    harness.fake.forbids(GROUP, "sendMessage");
    harness.deliver("nasa", rows(30)).await;
    let ended = |_: &FakeTelegram| {
        harness
            .cx
            .ledger
            .watches_of(PersonId(42))
            .unwrap()
            .is_empty()
    };
    let seen = harness.fake.until_true(SOON, "the watch is over", ended);
    seen.await.unwrap_or_else(|missing| panic!("{missing}"));
    harness.assert_healthy();
}
