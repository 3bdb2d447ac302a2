//! Telegram says no: too many calls, a second bot, a chat that is closed. Each time the bot does what is
//! right, and goes on by itself.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lookalike::demo::telegram::{CallFailure, FakeTelegram, Message};

use crate::chat::LOOKING;
use crate::chat::engine::rows;
use crate::chat::house::{House, SOON, ann, bob};

const SECOND: Duration = Duration::from_secs(1);
const PAUSE: CallFailure = CallFailure::TooManyRequests { retry_after: 30 };

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_pause_before_the_bot_knows_who_it_is_is_kept() {
    let mut house = House::closed().await;
    house.stop_time();
    house.fake.fail_next("getMe", PAUSE);
    house.open_bot();
    house.calls("getMe", 1).await;
    passes_exactly_30_s(&house, "getMe").await;
}

#[tokio::test]
async fn a_pause_between_polls_is_kept() {
    let mut house = House::new().await;
    house.fake.says(&ann(), "/start");
    house.hears(42, "Hi!").await;
    house.stop_time();
    house.fake.fail_next("getUpdates", PAUSE);
    let polls = house.fake.calls("getUpdates");
    // Ends the poll that is under way.
    house.fake.says(&ann(), "/help");
    house.calls("getUpdates", polls + 1).await;
    passes_exactly_30_s(&house, "getUpdates").await;
}

/// The last call of a method was told to wait for 30 s.
async fn passes_exactly_30_s(house: &House, method: &str) {
    let calls = house.fake.calls(method);
    let from = house.elapsed();
    house
        .pass_until(SECOND, "the next call", |h| h.fake.calls(method) > calls)
        .await;
    let waited = house.elapsed() - from;
    assert!(
        waited >= 30 * SECOND && waited < 45 * SECOND,
        "{method} was called again after {waited:?} instead of 30 s"
    );
}

#[tokio::test]
async fn a_press_that_has_to_wait_is_answered_and_holds_nothing_up() {
    let mut house = House::new().await;
    house.fake.says(&ann(), "nasa");
    let bubble = house.hears(42, LOOKING).await;
    house.stop_time();
    house.fake.fail_next("answerCallbackQuery", PAUSE);
    let press = house.fake.presses(&ann(), bubble.id, "Cancel").unwrap();
    house.calls("answerCallbackQuery", 1).await;
    let cancelled = |m: &Message| m.text == "@nasa: cancelled.";
    house
        .sees(42, bubble.id, "cancelled meanwhile", cancelled)
        .await;
    assert_eq!(house.fake.answer(&press), None);
    passes_exactly_30_s(&house, "answerCallbackQuery").await;
    house.answer(&press).await;
    house.is_well();
}

#[tokio::test]
async fn a_second_bot_with_the_same_token_is_reported_and_outlived() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let mut first = House::new().await;
    first.fake.says(&ann(), "/start");
    first.hears(42, "Hi!").await;
    // The first bot waits until its clock is moved.
    first.stop_time();
    let mut second = House::closed().await;
    second.fake = first.fake.clone();
    second.open_bot();
    let words = "another process polls with the same token; stop one of them";
    let reported = |_: &FakeTelegram| log.text().contains(words);
    let seen = first.fake.until_true(SOON, "a line in the log", reported);
    seen.await.unwrap();
    first.fake.says(&ann(), "nasa");
    second.hears(42, LOOKING).await;
    let confirmed = |fake: &FakeTelegram| fake.unconfirmed() == 0;
    let seen = first.fake.until_true(SOON, "a confirmation", confirmed);
    seen.await.unwrap();
    second.close_bot().await;

    first.fake.says(&ann(), "/help");
    first
        .pass_until(SECOND, "the first one goes on by itself", |h| {
            h.bot_said(42).len() >= 3
        })
        .await;
    let said = first.bot_said(42);
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
        let house = House::new().await;
        house.fake.says(&ann(), "nasa");
        house.hears(42, LOOKING).await;
        house.fake.says(&bob(), "nasa");
        house.hears(43, LOOKING).await;
        // Ann's is the first to be edited, or Bob's.
        house.fake.fail_next("editMessageText", closed.clone());
        house.verified("nasa", 1_020).await;
        house.calls("editMessageText", 2).await;
        house.reading("nasa").await;
        for read in 413..=415 {
            house.reads_one("nasa", 1_020 - read).await;
            let now = format!("{read} of 800");
            let shown = |chat| house.bot_said(chat)[0].text.contains(&now);
            let one = |_: &FakeTelegram| shown(42) || shown(43);
            let seen = house.fake.until_true(SOON, "the other's bubble", one);
            seen.await.unwrap_or_else(|missing| panic!("{missing}"));
        }
        let reading = |chat| house.bot_said(chat)[0].text.contains("Step 2");
        assert!(
            !(reading(42) && reading(43)),
            "a chat that is closed ({closed:?}) is not written to any more"
        );
        house.finish("nasa", rows(3)).await;
        house.hears(42, "Accounts like @nasa").await;
        house.hears(43, "Accounts like @nasa").await;
        house.is_well();
    }
}
