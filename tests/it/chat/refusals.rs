//! Telegram refuses: too many calls, a second bot, a closed chat. Each time the bot reacts correctly and continues by
//! itself.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lookalike::demo::telegram::{CallFailure, FakeTelegram, Message};

use crate::chat::LOOKING;
use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, SOON, ann, bob};

const SECOND: Duration = Duration::from_secs(1);
const PAUSE: CallFailure = CallFailure::TooManyRequests { retry_after: 30 };

/// Collects the log.
#[derive(Clone, Default)]
struct LogBuffer(Arc<Mutex<Vec<u8>>>);

impl LogBuffer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for LogBuffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_pause_before_the_bot_knows_who_it_is_is_kept() {
    let mut harness = ChatHarness::without_bot().await;
    harness.stop_time();
    harness.fake.fail_next("getMe", PAUSE);
    harness.start_bot();
    harness.calls("getMe", 1).await;
    passes_exactly_30_s(&harness, "getMe").await;
}

#[tokio::test]
async fn a_pause_between_polls_is_kept() {
    let mut harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/start");
    harness.wait_for(42, "Hi!").await;
    harness.stop_time();
    harness.fake.fail_next("getUpdates", PAUSE);
    let polls = harness.fake.calls("getUpdates");
    // This ends the poll in progress.
    harness.fake.says(&ann(), "/help");
    harness.calls("getUpdates", polls + 1).await;
    passes_exactly_30_s(&harness, "getUpdates").await;
}

/// Refuses the last call of a method, to be repeated after 30 s.
async fn passes_exactly_30_s(harness: &ChatHarness, method: &str) {
    let calls = harness.fake.calls(method);
    let from = harness.elapsed();
    harness
        .pass_until(SECOND, "the next call", |h| h.fake.calls(method) > calls)
        .await;
    let waited = harness.elapsed() - from;
    assert!(
        waited >= 30 * SECOND && waited < 45 * SECOND,
        "{method} was called again after {waited:?} instead of 30 s"
    );
}

#[tokio::test]
async fn a_press_that_has_to_wait_is_answered_and_holds_nothing_up() {
    let mut harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, LOOKING).await;
    harness.stop_time();
    harness.fake.fail_next("answerCallbackQuery", PAUSE);
    let press = harness.fake.presses(&ann(), bubble.id, "Cancel").unwrap();
    harness.calls("answerCallbackQuery", 1).await;
    let cancelled = |m: &Message| m.text == "@nasa: cancelled.";
    harness
        .wait_for_change(42, bubble.id, "cancelled meanwhile", cancelled)
        .await;
    assert_eq!(harness.fake.answer(&press), None);
    passes_exactly_30_s(&harness, "answerCallbackQuery").await;
    harness.answer(&press).await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_second_bot_with_the_same_token_is_reported_and_outlived() {
    let log = LogBuffer::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let mut first = ChatHarness::new().await;
    first.fake.says(&ann(), "/start");
    first.wait_for(42, "Hi!").await;
    // The first bot waits until its clock advances.
    first.stop_time();
    let mut second = ChatHarness::without_bot().await;
    second.fake = first.fake.clone();
    second.start_bot();
    let words = "another process polls with the same token; stop one of them";
    let reported = |_: &FakeTelegram| log.text().contains(words);
    let seen = first.fake.until_true(SOON, "a line in the log", reported);
    seen.await.unwrap();
    first.fake.says(&ann(), "nasa");
    second.wait_for(42, LOOKING).await;
    let confirmed = |fake: &FakeTelegram| fake.unconfirmed() == 0;
    let seen = first.fake.until_true(SOON, "a confirmation", confirmed);
    seen.await.unwrap();
    second.stop_bot().await;

    first.fake.says(&ann(), "/help");
    first
        .pass_until(SECOND, "the first one goes on by itself", |h| {
            h.messages_of_bot(42).len() >= 3
        })
        .await;
    let said = first.messages_of_bot(42);
    assert_eq!(said.len(), 3, "nothing is answered twice");
    assert!(
        said[2]
            .text
            .starts_with("Send me one or more accounts on Instagram")
    );
}

#[tokio::test]
async fn whoever_is_gone_is_left_alone_and_others_are_not() {
    for closed in [
        CallFailure::Deactivated,
        CallFailure::Kicked,
        CallFailure::ChatNotFound,
    ] {
        let harness = ChatHarness::new().await;
        harness.fake.says(&ann(), "nasa");
        harness.wait_for(42, LOOKING).await;
        harness.fake.says(&bob(), "nasa");
        harness.wait_for(43, LOOKING).await;
        // Ann's or Bob's is the first to be edited.
        harness.fake.fail_next("editMessageText", closed.clone());
        harness.verify("nasa", 1_020).await;
        harness.calls("editMessageText", 2).await;
        harness.start_reading("nasa").await;
        for (read, now) in [(432, "50%"), (452, "52%"), (472, "54%")] {
            harness.read_lists("nasa", 20, 1_020 - read).await;
            let shown = |chat| harness.messages_of_bot(chat)[0].text.contains(now);
            let one = |_: &FakeTelegram| shown(42) || shown(43);
            let seen = harness.fake.until_true(SOON, "the other's bubble", one);
            seen.await.unwrap_or_else(|missing| panic!("{missing}"));
        }
        let reading = |chat| harness.messages_of_bot(chat)[0].text.contains("54%");
        assert!(
            !(reading(42) && reading(43)),
            "a chat that is closed ({closed:?}) is not written to any more"
        );
        harness.finish("nasa", rows(3)).await;
        harness.wait_for(42, "Accounts like @nasa").await;
        harness.wait_for(43, "Accounts like @nasa").await;
        harness.assert_healthy();
    }
}
