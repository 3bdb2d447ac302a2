//! A chat that takes words alone gets words; one is closed only when it takes none.

use lookalike::demo::telegram::{CallFailure, FakeTelegram, Message};
use lookalike::model::PersonId;

use crate::chat::LOOKING;
use crate::chat::engine::rows;
use crate::chat::house::{GROUP, House, SOON, ann};

/// A group that may not be sent pictures nor files, with a list and a watch.
async fn in_words(house: &House) -> Message {
    house.fake.says_in_group(GROUP, &ann(), "/watch @nasa");
    house.hears(GROUP, LOOKING).await;
    house.fake.forbids(GROUP, "sendPhoto");
    house.fake.forbids(GROUP, "sendDocument");
    house.delivers("nasa", rows(30)).await;
    house.hears(GROUP, "Accounts like @nasa").await
}

#[tokio::test]
async fn a_group_without_pictures_gets_its_list_and_keeps_its_watches() {
    let mut house = House::new().await;
    house.hurry();
    let list = in_words(&house).await;
    let watched = house.cx.ledger.watches_of(PersonId(42)).unwrap();
    assert_eq!(watched.len(), 1, "the watch lives");
    house.fake.presses(&ann(), list.id, "1").unwrap();
    let account = |all: &[Message]| {
        all.iter()
            .any(|it| it.button("Open on Instagram").is_some())
    };
    let seen = house
        .fake
        .until(GROUP, SOON, "the account in words", account);
    seen.await.unwrap_or_else(|missing| panic!("{missing}"));
    house.is_well();
}

#[tokio::test]
async fn a_file_that_may_not_be_sent_gets_a_sentence() {
    let mut house = House::new().await;
    house.hurry();
    let list = in_words(&house).await;
    house.fake.presses(&ann(), list.id, "Files").unwrap();
    let offered = |it: &Message| it.button("CSV").is_some();
    house.sees(GROUP, list.id, "files", offered).await;
    house.fake.presses(&ann(), list.id, "CSV").unwrap();
    house.hears(GROUP, "I may not send files here").await;
    house.is_well();
}

#[tokio::test]
async fn telegrams_other_words_for_it_close_nothing_either() {
    for words in [
        "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN",
        "Forbidden: CHAT_SEND_MEDIA_FORBIDDEN",
        "Bad Request: need administrator rights in the chat",
    ] {
        let house = House::new().await;
        house.fake.says(&ann(), "nasa");
        house.hears(42, LOOKING).await;
        let description = words.to_owned();
        let code = if words.starts_with("Forbidden") {
            403
        } else {
            400
        };
        house
            .fake
            .fail_next("sendPhoto", CallFailure::Refused { code, description });
        house.delivers("nasa", rows(20)).await;
        house.hears(42, "Accounts like @nasa").await;
        house.is_well();
    }
}

#[tokio::test]
async fn a_chat_that_takes_no_words_is_closed() {
    let mut house = House::new().await;
    house.hurry();
    house.fake.says_in_group(GROUP, &ann(), "/watch @nasa");
    house.hears(GROUP, LOOKING).await;
    house.fake.forbids(GROUP, "sendMessage");
    house.delivers("nasa", rows(30)).await;
    let ended = |_: &FakeTelegram| house.cx.ledger.watches_of(PersonId(42)).unwrap().is_empty();
    let seen = house.fake.until_true(SOON, "the watch is over", ended);
    seen.await.unwrap_or_else(|missing| panic!("{missing}"));
    house.is_well();
}
