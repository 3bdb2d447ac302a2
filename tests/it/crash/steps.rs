//! One small analysis, cut off at every single call that sends or edits: before Telegram takes it, and
//! after that but before the answer.

use futures::StreamExt;
use lookalike::demo::telegram::{CallFailure, FakeTelegram};

use crate::crash::aftermath::Aftermath;
use crate::crash::chats::{Wish, repeated};
use crate::crash::life::Life;
use crate::house::{House, WITHIN, small_world};

/// Calls of one method that are looked at; there are fewer.
const MOST: usize = 4;

/// What the outbox holds for an analysis: the bubble, its end, the picture and the list.
const MESSAGES: usize = 4;

/// Stories that are told at the same time; most of them wait for Telegram's pace.
const AT_ONCE: usize = 6;

const METHODS: [&str; 3] = ["sendMessage", "editMessageText", "sendPhoto"];

/// Tells one story; says whether there was such a call.
async fn cut_off_at(passing: usize, method: &'static str, failure: CallFailure) -> bool {
    let what = format!("{failure:?} at {method} number {}", passing + 1);
    let house = House::new(small_world(12, false)).await;
    let wish = Wish::List("luna".into());
    house.telegram.fail_after(passing, method, failure.clone());
    let mut life = Life::start(&house);
    wish.say(&house, &house.ann);
    let is_held = |telegram: &FakeTelegram| telegram.holds() > 0;
    let held = tokio::select! {
        held = house.telegram.until_true(WITHIN, &what, is_held) => held.is_ok(),
        () = life.says_often("off the list", MESSAGES) => false,
    };
    life.kill();
    if !held {
        return false;
    }

    // A message that Telegram has taken comes again; an edit shows the same once more.
    let is_new = method.starts_with("send");
    let again = usize::from(failure == CallFailure::AcceptedThenHeld && is_new);
    let everything = |telegram: &FakeTelegram| {
        let messages = telegram.messages(house.ann.id);
        wish.is_served(&messages) && repeated(&messages) == again
    };
    let what = format!("everything, {again} messages twice, after {what}");
    let life = Life::start(&house);
    let until = house.telegram.until_true(WITHIN, &what, everything);
    until.await.unwrap();
    life.stops().await;
    let messages = house.telegram.messages(house.ann.id);
    assert_eq!(repeated(&messages), again, "{what}: {messages:#?}");
    assert_eq!(house.telegram.violations(), Vec::<String>::new(), "{what}");
    let left = Aftermath::of(&house).await;
    assert_eq!(left.analyses(&house.ann).len(), 1, "{what}");
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_call_to_telegram_loses_nothing_and_repeats_at_most_that_call() {
    let mut stories = Vec::new();
    for method in METHODS {
        for passing in 0..MOST {
            for failure in [CallFailure::Held, CallFailure::AcceptedThenHeld] {
                stories.push((passing, method, failure));
            }
        }
    }
    let stories = stories
        .into_iter()
        .map(|(passing, method, failure)| async move {
            let was_there = cut_off_at(passing, method, failure.clone()).await;
            (method, failure, was_there)
        });
    let told: Vec<_> = futures::stream::iter(stories)
        .buffer_unordered(AT_ONCE)
        .filter(|(.., was_there)| std::future::ready(*was_there))
        .collect()
        .await;
    for (method, least) in METHODS.into_iter().zip([2, 1, 1]) {
        for failure in [CallFailure::Held, CallFailure::AcceptedThenHeld] {
            let times = told
                .iter()
                .filter(|(other, kind, _)| *other == method && *kind == failure)
                .count();
            println!("killed at {times} calls of {method}, {failure:?}: nothing lost");
            assert!(times >= least, "{method} was cut off {times} times only");
        }
    }
}
