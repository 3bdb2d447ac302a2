//! Conversations in which something goes wrong: nothing is lost, nothing is done twice, nobody is bothered.

use lookalike::bot::BotError;
use lookalike::demo::telegram::{CallFailure, FakeTelegram, Message};
use lookalike::model::{ChatId, Outcome, OutgoingId};

use crate::chat::engine::rows;
use crate::chat::house::{GROUP, House, SOON, ann, bob};
use crate::chat::{LOOKING, text};

#[tokio::test]
async fn a_pause_that_telegram_asks_for_loses_nothing() {
    let house = House::new().await;
    house.fake.fail_next(
        "sendMessage",
        CallFailure::TooManyRequests { retry_after: 1 },
    );
    house.fake.says(&ann(), "nasa");
    house.fake.says(&ann(), "/help");
    house
        .hears(42, "Send me one or more accounts on Instagram")
        .await;
    let said: Vec<_> = house.bot_said(42);
    assert_eq!(said.len(), 2);
    assert_eq!(text(&said[0]), LOOKING, "the order is kept");
    assert_eq!(house.fake.calls("sendMessage"), 3);
    house.is_well();
}

#[tokio::test]
async fn an_edit_that_has_to_wait_is_made_later() {
    let house = House::new().await;
    house.fake.says(&ann(), "nasa");
    let bubble = house.hears(42, LOOKING).await;
    let slower = CallFailure::TooManyRequests { retry_after: 1 };
    house.fake.fail_next("editMessageText", slower);
    house.verified("nasa", 1_020).await;
    let listing = |m: &Message| m.text.contains("Step 1");
    house.sees(42, bubble.id, "listing", listing).await;
    house.is_well();
}

#[tokio::test]
async fn what_is_not_modified_is_as_good_as_edited() {
    let mut house = House::new().await;
    house.fake.says(&ann(), "nasa");
    let bubble = house.hears(42, LOOKING).await;
    house.verified("nasa", 1_020).await;
    let listing = |m: &Message| m.text.contains("Step 1");
    house.sees(42, bubble.id, "listing", listing).await;
    let edits = house.fake.calls("editMessageText");
    house.reopen().await;
    let edited = |fake: &FakeTelegram| fake.calls("editMessageText") > edits;
    house
        .fake
        .until_true(SOON, "an edit", edited)
        .await
        .unwrap();
    house.reading("nasa").await;
    let reading = |m: &Message| m.text.contains("Step 2");
    house.sees(42, bubble.id, "reading", reading).await;
    house.is_well();
}

#[tokio::test]
async fn a_deleted_bubble_is_sent_again_once() {
    let house = House::new().await;
    house.fake.says(&ann(), "nasa");
    let bubble = house.hears(42, LOOKING).await;
    house.fake.deletes(42, bubble.id);
    house.verified("nasa", 1_020).await;
    let again = house.hears(42, "@nasa · 1,020 followers").await;
    house.fake.deletes(42, again.id);
    house.reading("nasa").await;
    house.fake.says(&ann(), "/help");
    house
        .hears(42, "Send me one or more accounts on Instagram")
        .await;
    house.finish("nasa", rows(20)).await;
    house.hears(42, "✓ @nasa is done").await;
    house.hears(42, "Accounts like @nasa").await;
    assert_eq!(house.fake.calls("sendMessage"), 5);
    house.is_well();
}

#[tokio::test]
async fn who_has_blocked_the_bot_is_left_alone_and_finds_the_result_later() {
    let house = House::new().await;
    house.fake.says(&ann(), "nasa");
    house.hears(42, LOOKING).await;
    house.fake.user_blocks_bot(42);
    house.delivers("nasa", rows(20)).await;
    let empty = |_: &FakeTelegram| house.cx.ledger.unsent(OutgoingId(0), 9).unwrap().is_empty();
    house
        .fake
        .until_true(SOON, "an empty outbox", empty)
        .await
        .unwrap();
    assert_eq!(house.bot_said(42).len(), 1);
    house.fake.says(&ann(), "/result");
    house.hears(42, "Accounts like @nasa").await;
    house.is_well();
}

#[tokio::test]
async fn a_group_that_has_moved_is_followed() {
    let house = House::new().await;
    let new = -1_001_234_567_890;
    house.fake.says_in_group(GROUP, &ann(), "/find nasa");
    house.hears(GROUP, LOOKING).await;
    house
        .fake
        .fail_next("editMessageText", CallFailure::Migrated { to: new });
    house.verified("nasa", 1_020).await;
    house.hears(new, "@nasa · 1,020 followers").await;
    assert_eq!(house.analyses(&ann())[0].chat, ChatId(new));
}

#[tokio::test]
async fn while_telegram_is_down_everything_waits() {
    let house = House::new().await;
    house.fake.says(&ann(), "nasa");
    let bubble = house.hears(42, LOOKING).await;
    house.fake.set_down(true);
    house.delivers("nasa", rows(20)).await;
    house.fake.set_down(false);
    house.hears(42, "Accounts like @nasa").await;
    let picture = |m: &[Message]| m.iter().any(|m| m.photo.is_some());
    house
        .fake
        .until(42, SOON, "the picture", picture)
        .await
        .unwrap();
    let done = |m: &Message| m.text.starts_with("✓ @nasa is done");
    house.sees(42, bubble.id, "done", done).await;
    house.is_well();
}

#[tokio::test]
async fn a_message_that_telegram_refuses_does_not_block_the_chat() {
    let house = House::new().await;
    let refused = CallFailure::Refused {
        code: 400,
        description: "Bad Request: something new".to_owned(),
    };
    house.fake.fail_next("sendMessage", refused);
    house.fake.says(&ann(), "/start");
    house.fake.says(&ann(), "/help");
    house
        .hears(42, "Send me one or more accounts on Instagram")
        .await;
    assert_eq!(house.bot_said(42).len(), 1);
    house.is_well();
}

#[tokio::test]
async fn what_was_received_before_a_stop_is_answered_after_it_and_once() {
    let mut house = House::closed().await;
    let update = |id: u64, text: &str| {
        let from = serde_json::json!({"id": 42, "is_bot": false, "first_name": "Ann"});
        let chat = serde_json::json!({"id": 42, "type": "private", "first_name": "Ann"});
        let message = serde_json::json!({
            "message_id": id, "date": 1, "from": from, "chat": chat, "text": text,
        });
        (id, serde_json::json!({"update_id": id, "message": message}))
    };
    // Received and stored, and then the process was gone.
    let received = vec![
        update(1, "nasa"),
        (2, serde_json::json!({"update_id": 2, "odd": 1})),
    ];
    house.cx.ledger.receive(received).await.unwrap();
    house.open_bot();
    house.hears(42, LOOKING).await;
    house.fake.says(&ann(), "esa");
    house.hears(42, "Looking up @esa on Instagram…").await;
    house.reopen().await;
    house.fake.says(&ann(), "/help");
    house
        .hears(42, "Send me one or more accounts on Instagram")
        .await;
    assert_eq!(house.bot_said(42).len(), 3);
    assert_eq!(house.analyses(&ann()).len(), 2);
    assert_eq!(house.cx.ledger.unhandled(9).unwrap(), []);
    house.is_well();
}

#[tokio::test]
async fn a_bot_that_is_stopped_in_the_middle_of_a_send_has_sent_it() {
    let mut house = House::new().await;
    house.fake.fail_next("sendMessage", CallFailure::Held);
    house.fake.says(&ann(), "/help");
    let called = |fake: &FakeTelegram| fake.calls("sendMessage") == 1;
    house.fake.until_true(SOON, "a send", called).await.unwrap();
    let fake = house.fake.clone();
    let release = async move { fake.release() };
    tokio::join!(house.close_bot(), release);
    assert_eq!(house.cx.ledger.unsent(OutgoingId(0), 9).unwrap(), []);
    assert_eq!(house.bot_said(42).len(), 1);
    house.is_well();
}

#[tokio::test]
async fn a_wrong_token_is_an_error_and_no_loop() {
    let mut house = House::closed().await;
    let unauthorized = CallFailure::Refused {
        code: 401,
        description: "Unauthorized".to_owned(),
    };
    house.fake.fail_next("getMe", unauthorized);
    house.open_bot();
    assert!(matches!(house.ended().await, Err(BotError::InvalidToken)));
}

#[tokio::test]
async fn a_cancelled_search_of_one_goes_on_for_the_other() {
    let house = House::new().await;
    house.fake.says(&ann(), "nasa");
    let bubble = house.hears(42, LOOKING).await;
    house.fake.says(&bob(), "nasa");
    house.hears(43, LOOKING).await;
    house.fake.presses(&ann(), bubble.id, "Cancel").unwrap();
    house.hears(42, "@nasa: cancelled.").await;
    house.delivers("nasa", rows(20)).await;
    house.hears(43, "Accounts like @nasa").await;
    assert_eq!(house.bot_said(42).len(), 1);
    assert_eq!(house.analyses(&ann())[0].outcome, Some(Outcome::Cancelled));
    house.is_well();
}
