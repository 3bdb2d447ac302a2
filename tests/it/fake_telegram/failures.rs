//! Failures: by Telegram's rules, on demand, or because Telegram is down.

use std::time::Duration;

use lookalike::demo::telegram::{CallFailure, FakeTelegram, FloodLimits};
use teloxide::prelude::*;
use teloxide::types::MessageId;
use teloxide::{ApiError, RequestError};

use crate::fake_telegram::{GROUP, SOON, api_error, fake};

#[tokio::test]
async fn a_bot_that_is_too_fast_is_told_so() {
    let (telegram, bot, _, chat) = fake().await;
    let sent = bot.send_message(chat, "0").await.unwrap();
    for step in 1..5 {
        bot.edit_message_text(chat, sent.id, step.to_string())
            .await
            .unwrap();
    }
    let refused = bot.edit_message_text(chat, sent.id, "5").await.unwrap_err();
    assert!(matches!(refused, RequestError::RetryAfter(wait) if wait.seconds() == 1));
    assert_eq!(telegram.violations().len(), 1);
    assert_eq!(telegram.messages(42)[0].text, "4");
}

#[tokio::test]
async fn failures_come_when_asked_for() {
    let (telegram, bot, _, chat) = fake().await;
    telegram.set_limits(FloodLimits::none());
    let send = || bot.send_message(chat, "x").send();

    telegram.fail_next(
        "SendMessage",
        CallFailure::TooManyRequests { retry_after: 7 },
    );
    telegram.fail_next("sendMessage", CallFailure::Blocked);
    assert!(matches!(send().await, Err(RequestError::RetryAfter(wait)) if wait.seconds() == 7));
    assert_eq!(api_error(send().await), ApiError::BotBlocked);
    send().await.unwrap();

    telegram.fail_next("sendMessage", CallFailure::Dropped);
    assert!(matches!(send().await, Err(RequestError::Network(_))));
    assert_eq!(telegram.messages(42).len(), 1);
    telegram.fail_next("sendMessage", CallFailure::AcceptedThenDropped);
    assert!(matches!(send().await, Err(RequestError::Network(_))));
    let doubtful = telegram.messages(42)[1].clone();
    assert_eq!(doubtful.text, "x");
    let same = bot
        .edit_message_text(chat, MessageId(doubtful.id), "x")
        .await;
    assert_eq!(api_error(same), ApiError::MessageNotModified);

    telegram.fail_next("editMessageText", CallFailure::MessageToEditNotFound);
    let edit = bot
        .edit_message_text(chat, MessageId(doubtful.id), "y")
        .await;
    assert_eq!(api_error(edit), ApiError::MessageToEditNotFound);
    assert_eq!(telegram.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_held_call_waits_for_its_release() {
    let (telegram, bot, _, chat) = fake().await;
    telegram.fail_next("sendMessage", CallFailure::Held);
    let held = tokio::spawn(bot.send_message(chat, "late").send());
    telegram
        .until_true(SOON, "the call", |t| t.calls("sendMessage") == 1)
        .await
        .unwrap();
    assert_eq!(telegram.messages(42).len(), 0);
    telegram.release();
    held.await.unwrap().unwrap();
    assert_eq!(telegram.messages(42).len(), 1);
}

#[tokio::test]
async fn a_group_moves_to_its_new_id() {
    let (telegram, bot, ann, _) = fake().await;
    let new = -1_001_234_567_890;
    telegram.says_in_group(GROUP, &ann, "/like nasa");
    telegram.fail_next("sendMessage", CallFailure::Migrated { to: new });
    for _ in 0..2 {
        let refused = bot.send_message(ChatId(GROUP), "x").await.unwrap_err();
        assert!(matches!(refused, RequestError::MigrateToChatId(id) if id == ChatId(new)));
    }
    let sent = bot.send_message(ChatId(new), "x").await.unwrap();
    assert!(sent.chat.is_supergroup());
}

#[tokio::test]
async fn while_it_is_down_nothing_is_answered() {
    let (telegram, bot, ann, _) = fake().await;
    let poll = tokio::spawn(bot.get_updates().timeout(15).send());
    telegram
        .until_true(SOON, "a poll", |t| t.calls("getUpdates") == 1)
        .await
        .unwrap();
    telegram.set_down(true);
    assert!(matches!(poll.await.unwrap(), Err(RequestError::Network(_))));
    assert!(matches!(bot.get_me().await, Err(RequestError::Network(_))));
    telegram.says(&ann, "anybody there?");
    telegram.set_down(false);
    assert_eq!(bot.get_updates().await.unwrap().len(), 1);
}

#[tokio::test]
async fn it_stops_with_the_last_of_its_clones() {
    let (telegram, bot, ..) = fake().await;
    let clone = telegram.clone();
    drop(telegram);
    bot.get_me().await.unwrap();
    let port = clone.url().rsplit(':').next().unwrap().parse().unwrap();
    drop(clone);
    assert!(matches!(bot.get_me().await, Err(RequestError::Network(_))));
    // The port is free as soon as the server's task has noticed.
    let mut again = FakeTelegram::start(port).await;
    while again.is_err() {
        tokio::task::yield_now().await;
        again = FakeTelegram::start(port).await;
    }
    bot.get_me().await.unwrap();
}

#[tokio::test]
async fn what_does_not_happen_is_explained_with_the_transcript() {
    let (telegram, _, ann, _) = fake().await;
    telegram.says(&ann, "hello?");
    let missing = telegram
        .until(42, Duration::from_millis(1), "an answer", |messages| {
            messages.iter().any(|message| message.from_bot)
        })
        .await
        .unwrap_err();
    let message = format!("{missing:?}");
    assert!(
        message.contains("not seen: an answer, within 1ms"),
        "{message}"
    );
    assert!(message.contains("Ann │ hello?"), "{message}");
}
