//! One small analysis, killed at every call that sends or deletes: before Telegram takes it, and after that but before
//! the response.

use futures::StreamExt;
use lookalike::demo::telegram::{CallFailure, FakeTelegram};

use crate::crash::chats::{ChatRequest, repeated};
use crate::crash::leftovers::Leftovers;
use crate::crash::process::BotProcess;
use crate::harness::{Harness, WITHIN, small_world};

/// The most calls of one method; there are fewer.
const MOST: usize = 4;

/// The messages of an analysis in the outbox: the bubble, the picture, the list, and the end of the bubble.
const MESSAGES: usize = 4;

/// Runs at the same time; most of them wait for Telegram's pace.
const AT_ONCE: usize = 6;

const METHODS: [&str; 3] = ["sendMessage", "deleteMessage", "sendPhoto"];

/// Runs one case. Returns whether there was such a call.
async fn cut_off_at(passing: usize, method: &'static str, failure: CallFailure) -> bool {
    let what = format!("{failure:?} at {method} number {}", passing + 1);
    let harness = Harness::new(small_world(12, false)).await;
    let chat_request = ChatRequest::List("luna".into());
    harness
        .telegram
        .fail_after(passing, method, failure.clone());
    let mut bot = BotProcess::start(&harness);
    chat_request.send(&harness, &harness.ann);
    let is_held = |telegram: &FakeTelegram| telegram.holds() > 0;
    let held = tokio::select! {
        held = harness.telegram.until_true(WITHIN, &what, is_held) => held.is_ok(),
        () = bot.wait_for_lines("off the list", MESSAGES) => false,
    };
    bot.kill();
    if !held {
        return false;
    }

    // A message that Telegram has taken comes again; a repeated deletion changes nothing.
    let is_new = method.starts_with("send");
    let again = usize::from(failure == CallFailure::AcceptedThenHeld && is_new);
    let everything = |telegram: &FakeTelegram| {
        let messages = telegram.messages(harness.ann.id);
        chat_request.is_served(&messages) && repeated(&messages) == again
    };
    let what = format!("everything, {again} messages twice, after {what}");
    let bot = BotProcess::start(&harness);
    let until = harness.telegram.until_true(WITHIN, &what, everything);
    until.await.unwrap();
    bot.stop().await;
    let messages = harness.telegram.messages(harness.ann.id);
    assert_eq!(repeated(&messages), again, "{what}: {messages:#?}");
    assert_eq!(
        harness.telegram.violations(),
        Vec::<String>::new(),
        "{what}"
    );
    let left = Leftovers::of(&harness).await;
    assert_eq!(left.analyses(&harness.ann).len(), 1, "{what}");
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_call_to_telegram_loses_nothing_and_repeats_at_most_that_call() {
    let mut scenarios = Vec::new();
    for method in METHODS {
        for passing in 0..MOST {
            for failure in [CallFailure::Held, CallFailure::AcceptedThenHeld] {
                scenarios.push((passing, method, failure));
            }
        }
    }
    let scenarios = scenarios
        .into_iter()
        .map(|(passing, method, failure)| async move {
            let was_there = cut_off_at(passing, method, failure.clone()).await;
            (method, failure, was_there)
        });
    let hit: Vec<_> = futures::stream::iter(scenarios)
        .buffer_unordered(AT_ONCE)
        .filter(|(.., was_there)| std::future::ready(*was_there))
        .collect()
        .await;
    for (method, least) in METHODS.into_iter().zip([2, 1, 1]) {
        for failure in [CallFailure::Held, CallFailure::AcceptedThenHeld] {
            let times = hit
                .iter()
                .filter(|(other, kind, _)| *other == method && *kind == failure)
                .count();
            println!("killed at {times} calls of {method}, {failure:?}: nothing lost");
            assert!(times >= least, "{method} was cut off {times} times only");
        }
    }
}
