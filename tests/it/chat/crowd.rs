//! A thousand people at once: answers go ahead of progress, and nobody is forgotten.

use std::collections::BTreeSet;
use std::time::Duration;

use lookalike::demo::telegram::{Event, FakeTelegram, FloodLimits, Person};
use lookalike::model::{OutgoingId, Say};

use crate::chat::LOOKING;
use crate::chat::harness::{ChatHarness, SOON, ann};

const PEOPLE: i64 = 1_000;
/// 8 searches in progress and 100 that wait, each for about ten people.
const ACCOUNTS: i64 = 108;
const ACTIVE: u32 = 8;
const SECOND: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(50);

fn person(number: i64) -> Person {
    Person::new(1_000 + number, &format!("Person {number}"))
}

#[tokio::test]
async fn a_thousand_status_are_handed_to_the_pacer_while_no_time_passes() {
    let mut harness = ChatHarness::with(ACTIVE, 3).await;
    harness.stop_time();
    let from = harness.elapsed();
    for number in 0..PEOPLE {
        let account = format!("@account{}", number % ACCOUNTS);
        harness.fake.says(&person(number), &account);
        harness.fake.says(&person(number), "/status");
    }
    // The answers are in the outbox, behind a bubble for each person, or the first few have been sent.
    let all_are_handed_over = |harness: &ChatHarness| {
        let unsent = harness.cx.ledger.unsent(OutgoingId(0), usize::MAX).unwrap();
        let answers = unsent.iter().map(|(_, outgoing)| outgoing);
        let answers = answers.filter(|outgoing| matches!(outgoing.say, Say::Text { .. }));
        let waiting: BTreeSet<i64> = answers.map(|outgoing| outgoing.chat.0).collect();
        let mut people = (0..PEOPLE).map(|number| person(number).id);
        people.all(|id| waiting.contains(&id) || harness.messages_of_bot(id).len() == 2)
    };
    harness
        .pass_until(
            Duration::ZERO,
            "an answer for everybody",
            all_are_handed_over,
        )
        .await;
    let took = harness.elapsed() - from;
    println!("{PEOPLE} /status were handed to the pacer while the clock moved on by {took:?}");
    assert_eq!(took, Duration::ZERO);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_status_goes_ahead_of_a_thousand_edits_and_all_of_them_are_made() {
    let mut harness = ChatHarness::with(ACTIVE, 3).await;
    // The clock is ahead of the fake's.
    harness.fake.set_limits(FloodLimits::none());
    harness.stop_time();
    for number in 0..PEOPLE {
        let account = format!("@account{}", number % ACCOUNTS);
        harness.fake.says(&person(number), &account);
    }
    let everybody = PEOPLE as usize;
    let bubbles = |h: &ChatHarness| h.fake.calls("sendMessage") >= everybody;
    harness
        .pass_until(5 * STEP, "a bubble for everybody", bubbles)
        .await;
    for number in 0..ACCOUNTS {
        harness.verify(&format!("account{number}"), 1_020).await;
    }
    let edits = |h: &ChatHarness| h.fake.calls("editMessageText");
    harness.pass_until(STEP, "edits", |h| edits(h) >= 20).await;

    let mut ahead = Vec::new();
    let mut waits = Vec::new();
    for number in (0..PEOPLE).step_by(50) {
        let person_asking = person(number);
        let (from, mut events) = (harness.elapsed(), harness.fake.events());
        let answers = harness.messages_of_bot(person_asking.id).len();
        let answered = |h: &ChatHarness| h.messages_of_bot(person_asking.id).len() > answers;
        harness.fake.says(&person_asking, "/status");
        // No time passes until it is in the outbox.
        let unsent = |h: &ChatHarness| !h.cx.ledger.unsent(OutgoingId(0), 1).unwrap().is_empty();
        let ready = |h: &ChatHarness| unsent(h) || answered(h);
        harness
            .pass_until(Duration::ZERO, "an answer to send", ready)
            .await;
        harness.pass_until(STEP, "the status", answered).await;
        waits.push(harness.elapsed() - from);
        let mut edited = 0;
        while let Ok(event) = events.try_recv() {
            match event {
                Event::Edited(_) => edited += 1,
                Event::Sent(message) if message.chat == person_asking.id => break,
                _ => {}
            }
        }
        ahead.push(edited);
    }
    let (ahead, wait) = (
        ahead.into_iter().max().unwrap(),
        waits.into_iter().max().unwrap(),
    );
    let waiting = everybody.saturating_sub(edits(&harness));
    println!(
        "with {waiting} edits still waiting, at most {ahead} went ahead of a /status, which took {wait:?}"
    );
    assert!(ahead <= 5, "{ahead} edits went ahead of a /status");
    // The clock goes on during a call, on a busy machine by seconds.
    assert!(wait <= 5 * SECOND, "a /status took {wait:?}");
    assert!(
        waiting > everybody / 2,
        "there is still something to go ahead of"
    );

    let from = harness.elapsed();
    harness
        .pass_until(2 * STEP, "every bubble is edited", |h| {
            edits(h) >= everybody
        })
        .await;
    let took = harness.elapsed() - from;
    println!("{waiting} bubbles were edited within {took:?}");
    let unedited = (0..PEOPLE).filter(|number| {
        let messages = harness.fake.messages(person(*number).id);
        !messages.iter().any(|message| message.edits > 0)
    });
    let unedited = unedited.count();
    assert!(
        unedited <= everybody / 20,
        "{unedited} bubbles were not edited, and others more than once"
    );
    harness.assert_healthy();
}

#[tokio::test]
async fn who_is_served_goes_ahead_of_a_thousand_strangers() {
    let harness = ChatHarness::new().await;
    harness.fake.set_limits(FloodLimits::none());
    harness.fake.says(&ann(), "nasa");
    harness.wait_for(42, LOOKING).await;
    for number in 0..PEOPLE {
        harness.fake.says(&person(number), "/start");
    }
    let greeted = |harness: &ChatHarness| {
        let people = 0..PEOPLE;
        let first = |number: i64| harness.messages_of_bot(person(number).id).len();
        people.map(first).sum::<usize>()
    };
    let some = |_: &FakeTelegram| greeted(&harness) > 20;
    let seen = harness.fake.until_true(SOON, "some greetings", some).await;
    seen.unwrap_or_else(|missing| panic!("{missing}"));
    harness.fake.says(&ann(), "/help");
    harness.wait_for(42, "Send me one or more accounts").await;
    let before = greeted(&harness);
    println!("{before} of {PEOPLE} strangers were greeted before somebody's /help was answered");
    assert!(before < 500, "{before} went ahead");
    harness.assert_healthy();
}
