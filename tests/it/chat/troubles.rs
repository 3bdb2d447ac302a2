//! Conversations in which something goes wrong: nothing is lost or done twice, and nobody is bothered.

use lookalike::bot::BotError;
use lookalike::demo::telegram::{CallFailure, FakeTelegram, Message};
use lookalike::model::{ChatId, Outcome, OutgoingId};

use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, GROUP, SOON, ann, bob};
use crate::chat::{LOOKING, text};

#[tokio::test]
async fn a_pause_that_telegram_asks_for_loses_nothing() {
    let harness = ChatHarness::new().await;
    harness.fake.fail_next(
        "sendMessage",
        CallFailure::TooManyRequests { retry_after: 1 },
    );
    harness.fake.says(&ann(), "nasa");
    harness.fake.says(&ann(), "/help");
    harness
        .wait_for(42, "Send me one or more accounts on Instagram")
        .await;
    let said: Vec<_> = harness.messages_of_bot(42);
    assert_eq!(said.len(), 2);
    assert_eq!(text(&said[0]), LOOKING, "the order is kept");
    assert_eq!(harness.fake.calls("sendMessage"), 3);
    harness.assert_healthy();
}

#[tokio::test]
async fn an_edit_that_has_to_wait_is_made_later() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, LOOKING).await;
    let slower = CallFailure::TooManyRequests { retry_after: 1 };
    harness.fake.fail_next("editMessageText", slower);
    harness.verify("nasa", 1_020).await;
    let listing = |m: &Message| m.text.contains("▱ 0%");
    harness
        .wait_for_change(42, bubble.id, "listing", listing)
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn what_is_not_modified_is_as_good_as_edited() {
    let mut harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, LOOKING).await;
    harness.verify("nasa", 1_020).await;
    let listing = |m: &Message| m.text.contains("▱ 0%");
    harness
        .wait_for_change(42, bubble.id, "listing", listing)
        .await;
    let edits = harness.fake.calls("editMessageText");
    harness.reopen().await;
    let edited = |fake: &FakeTelegram| fake.calls("editMessageText") > edits;
    harness
        .fake
        .until_true(SOON, "an edit", edited)
        .await
        .unwrap();
    harness.start_reading("nasa").await;
    let reading = |m: &Message| m.text.contains("▱ 48%");
    harness
        .wait_for_change(42, bubble.id, "reading", reading)
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_deleted_bubble_is_sent_again_once() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, LOOKING).await;
    harness.fake.deletes(42, bubble.id);
    harness.verify("nasa", 1_020).await;
    let again = harness
        .wait_for(42, "@nasa · Instagram · 1,020 followers")
        .await;
    harness.fake.deletes(42, again.id);
    harness.start_reading("nasa").await;
    harness.fake.says(&ann(), "/help");
    harness
        .wait_for(42, "Send me one or more accounts on Instagram")
        .await;
    harness.finish("nasa", rows(20)).await;
    harness.wait_for(42, "Accounts like @nasa").await;
    assert_eq!(harness.fake.calls("sendMessage"), 4);
    harness.assert_healthy();
}

#[tokio::test]
async fn who_has_blocked_the_bot_is_left_alone_and_finds_the_result_later() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    harness.wait_for(42, LOOKING).await;
    harness.fake.user_blocks_bot(42);
    harness.deliver("nasa", rows(20)).await;
    let empty = |_: &FakeTelegram| {
        harness
            .cx
            .ledger
            .unsent(OutgoingId(0), 9)
            .unwrap()
            .is_empty()
    };
    harness
        .fake
        .until_true(SOON, "an empty outbox", empty)
        .await
        .unwrap();
    assert_eq!(harness.messages_of_bot(42).len(), 1);
    harness.fake.says(&ann(), "/result");
    harness.wait_for(42, "Accounts like @nasa").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_group_that_has_moved_is_followed() {
    let harness = ChatHarness::new().await;
    let new = -1_001_234_567_890;
    harness.fake.says_in_group(GROUP, &ann(), "/find nasa");
    harness.wait_for(GROUP, LOOKING).await;
    harness
        .fake
        .fail_next("editMessageText", CallFailure::Migrated { to: new });
    harness.verify("nasa", 1_020).await;
    harness
        .wait_for(new, "@nasa · Instagram · 1,020 followers")
        .await;
    assert_eq!(harness.analyses(&ann())[0].chat, ChatId(new));
}

#[tokio::test]
async fn while_telegram_is_down_everything_waits() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, LOOKING).await;
    harness.fake.set_down(true);
    harness.deliver("nasa", rows(20)).await;
    harness.fake.set_down(false);
    harness.wait_for(42, "Accounts like @nasa").await;
    let picture = |m: &[Message]| m.iter().any(|m| m.photo.is_some());
    harness
        .fake
        .until(42, SOON, "the picture", picture)
        .await
        .unwrap();
    let gone = |m: &[Message]| m.iter().all(|m| m.id != bubble.id);
    harness
        .fake
        .until(42, SOON, "no bubble any more", gone)
        .await
        .unwrap();
    harness.assert_healthy();
}

#[tokio::test]
async fn a_message_that_telegram_refuses_does_not_block_the_chat() {
    let harness = ChatHarness::new().await;
    let refused = CallFailure::Refused {
        code: 400,
        description: "Bad Request: something new".to_owned(),
    };
    harness.fake.fail_next("sendMessage", refused);
    harness.fake.says(&ann(), "/start");
    harness.fake.says(&ann(), "/help");
    harness
        .wait_for(42, "Send me one or more accounts on Instagram")
        .await;
    assert_eq!(harness.messages_of_bot(42).len(), 1);
    harness.assert_healthy();
}

#[tokio::test]
async fn what_was_received_before_a_stop_is_answered_after_it_and_once() {
    let mut harness = ChatHarness::without_bot().await;
    let update = |id: u64, text: &str| {
        let from = serde_json::json!({"id": 42, "is_bot": false, "first_name": "Ann"});
        let chat = serde_json::json!({"id": 42, "type": "private", "first_name": "Ann"});
        let message = serde_json::json!({
            "message_id": id, "date": 1, "from": from, "chat": chat, "text": text,
        });
        (id, serde_json::json!({"update_id": id, "message": message}))
    };
    // The message was received and stored, and then the process died.
    let received = vec![
        update(1, "nasa"),
        (2, serde_json::json!({"update_id": 2, "odd": 1})),
    ];
    harness.cx.ledger.receive(received).await.unwrap();
    harness.start_bot();
    harness.wait_for(42, LOOKING).await;
    harness.fake.says(&ann(), "esa");
    harness.wait_for(42, "Looking up @esa on Instagram…").await;
    harness.reopen().await;
    harness.fake.says(&ann(), "/help");
    harness
        .wait_for(42, "Send me one or more accounts on Instagram")
        .await;
    assert_eq!(harness.messages_of_bot(42).len(), 3);
    assert_eq!(harness.analyses(&ann()).len(), 2);
    assert_eq!(harness.cx.ledger.unhandled(9).unwrap(), []);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_bot_that_is_stopped_in_the_middle_of_a_send_has_sent_it() {
    let mut harness = ChatHarness::new().await;
    harness.fake.fail_next("sendMessage", CallFailure::Held);
    harness.fake.says(&ann(), "/help");
    let called = |fake: &FakeTelegram| fake.calls("sendMessage") == 1;
    harness
        .fake
        .until_true(SOON, "a send", called)
        .await
        .unwrap();
    let fake = harness.fake.clone();
    let release = async move { fake.release() };
    tokio::join!(harness.stop_bot(), release);
    assert_eq!(harness.cx.ledger.unsent(OutgoingId(0), 9).unwrap(), []);
    assert_eq!(harness.messages_of_bot(42).len(), 1);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_wrong_token_is_an_error_and_no_loop() {
    let mut harness = ChatHarness::without_bot().await;
    let unauthorized = CallFailure::Refused {
        code: 401,
        description: "Unauthorized".to_owned(),
    };
    harness.fake.fail_next("getMe", unauthorized);
    harness.start_bot();
    assert!(matches!(
        harness.wait_for_end().await,
        Err(BotError::InvalidToken)
    ));
}

#[tokio::test]
async fn a_cancelled_search_of_one_goes_on_for_the_other() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, LOOKING).await;
    harness.fake.says(&bob(), "nasa");
    harness.wait_for(43, LOOKING).await;
    harness.fake.presses(&ann(), bubble.id, "Cancel").unwrap();
    harness.wait_for(42, "@nasa: cancelled.").await;
    harness.deliver("nasa", rows(20)).await;
    harness.wait_for(43, "Accounts like @nasa").await;
    assert_eq!(harness.messages_of_bot(42).len(), 1);
    assert_eq!(
        harness.analyses(&ann())[0].outcome,
        Some(Outcome::Cancelled)
    );
    harness.assert_healthy();
}
