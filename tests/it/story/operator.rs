//! What operators see of the bot, and what they can have it do.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use lookalike::clock::{ManualClock, midnight_after};
use lookalike::demo::telegram::{FloodLimits, Message, Person};

use crate::harness::{Harness, is_file, small_world, tick};

const DAY: Duration = Duration::from_secs(86_400);

fn olga() -> Person {
    Person::new(601, "Olga")
}

async fn harness_with_operator(followers: u32) -> Harness {
    let mut harness = Harness::new(small_world(followers, false)).await;
    harness.telegram.knows(&olga());
    harness.set("OPERATORS", "601");
    harness
}

fn contains(words: &str) -> impl Fn(&[Message]) -> bool {
    move |messages: &[Message]| find(messages, words).is_some()
}

fn find<'a>(messages: &'a [Message], words: &str) -> Option<&'a Message> {
    let mut messages = messages.iter().rev();
    messages.find(|message| message.from_bot && message.text.contains(words))
}

/// Waits for a message of the bot with these words.
async fn wait_for(harness: &Harness, person: &Person, words: &str) -> Message {
    let messages = harness.until(person, words, contains(words)).await;
    find(&messages, words).unwrap().clone()
}

/// Presses a button of a new overview as an operator.
async fn press_in_overview(harness: &Harness, button: &str, seen: &str) {
    harness.telegram.says(&olga(), "/admin");
    let with_button = |messages: &[Message]| {
        let mut overviews = messages.iter().rev();
        let overview = overviews.find(|message| message.button(button).is_some());
        overview.map(|overview| overview.id)
    };
    let is_there = |messages: &[Message]| with_button(messages).is_some();
    let messages = harness.until(&olga(), button, is_there).await;
    let overview = with_button(&messages).unwrap();
    harness.telegram.presses(&olga(), overview, button).unwrap();
    wait_for(harness, &olga(), seen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_pauses_and_resumes_over_a_restart() {
    let mut harness = harness_with_operator(60).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.network.arrived(5).await;
    harness.network.hold();
    press_in_overview(&harness, "Pause", "Paused for").await;
    let overview = wait_for(&harness, &olga(), "Paused for").await.text;
    let waits = "waits for you: the bot is paused";
    assert!(overview.contains(waits), "{overview}");
    harness.network.release();
    let paused = "The people who run this bot have paused searches";
    wait_for(&harness, &harness.ann, paused).await;
    // The search in progress is finished by then.
    harness.stop().await;
    let asked = harness.network.arrivals();
    harness.start().await;
    harness.telegram.says(&harness.ann, "/status");
    let messages = harness
        .until(&harness.ann, "the status", |messages| {
            messages.len() == 4 && messages[3].text.contains(paused)
        })
        .await;
    assert_eq!(messages.len(), 4);
    harness.telegram.says(&olga(), "/admin");
    wait_for(&harness, &olga(), "waits for you: the bot is paused").await;
    assert_eq!(harness.network.arrivals(), asked, "nothing was asked");
    press_in_overview(&harness, "Resume", "Running").await;
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drained_bot_finishes_what_is_under_way_and_takes_nothing_new() {
    let mut harness = harness_with_operator(60).await;
    harness.start().await;
    harness.network.hold();
    harness.telegram.says(&harness.ann, "@luna");
    harness.network.arrived(1).await;
    press_in_overview(&harness, "Drain", "Draining for").await;
    harness.telegram.says(&harness.ann, "@peer1");
    wait_for(
        &harness,
        &harness.ann,
        "I'm not taking new searches right now",
    )
    .await;
    harness.network.release();
    harness.until_delivered(&harness.ann, "luna").await;
    // A result that exists is no new search.
    harness.telegram.says(&harness.ann, "@luna");
    wait_for(&harness, &harness.ann, "I looked ").await;
    press_in_overview(&harness, "Resume", "Running").await;
    harness.telegram.says(&harness.ann, "@peer1");
    harness.until_delivered(&harness.ann, "peer1").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_shows_what_was_asked_and_what_went_wrong() {
    let mut harness = harness_with_operator(30).await;
    harness.start().await;
    harness.network.throttle_next(1);
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    harness.telegram.says(&harness.ann, "@nobody");
    wait_for(&harness, &harness.ann, "There's no @nobody on Instagram").await;
    harness.telegram.says(&olga(), "/admin");
    let overview = wait_for(&harness, &olga(), "UTC").await;
    let lines = [
        "Running; started",
        "Instagram: works. Requests: ",
        "No search under way",
        "In 24 hours: 1 person, 2 searches",
        "Instagram: asked to slow down: 1",
        "free on the disk",
        "Memory: ",
    ];
    for line in lines {
        assert!(overview.text.contains(line), "{line}: {}", overview.text);
    }
    for nothing in [": 0 this hour", "not_found"] {
        let contains = overview.text.contains(nothing);
        assert!(!contains, "{nothing} is no news: {}", overview.text);
    }
    let press = harness
        .telegram
        .presses(&olga(), overview.id, "Refresh")
        .unwrap();
    let answered =
        |telegram: &lookalike::demo::telegram::FakeTelegram| telegram.answer(&press).is_some();
    let within = crate::harness::WITHIN;
    let seen = harness.telegram.until_true(within, "an answer", answered);
    seen.await.unwrap();
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn to_everybody_else_there_are_no_such_commands() {
    let mut harness = harness_with_operator(20).await;
    harness.start().await;
    for command in ["/admin", "/optout ig:nasa", "/optin ig:nasa"] {
        harness.telegram.says(&harness.ann, command);
    }
    let unknown = |messages: &[Message]| {
        let unknown = |message: &&Message| message.text.starts_with("I don't know that command");
        messages.iter().filter(unknown).count() == 3
    };
    harness.until(&harness.ann, "three refusals", unknown).await;
    harness.telegram.says(&olga(), "/admin");
    wait_for(&harness, &olga(), "UTC").await;
    let menu = harness.telegram.commands();
    assert!(menu.iter().all(|(command, _)| command != "admin"));
    harness.stop().await;
    harness.assert_clean();
}

// On one thread, so that every woken task has had a turn before time goes on.
#[tokio::test]
async fn who_has_had_as_many_searches_as_a_day_allows_is_told_when_there_are_more() {
    // The day must not end in the middle.
    let clock = Arc::new(ManualClock::new(midnight_after(Utc::now())));
    let mut harness = harness_with_operator(20).await;
    harness.telegram.set_limits(FloodLimits::none());
    harness.set("ANALYSES_PER_DAY", "1");
    harness.use_clock(clock.clone()).start().await;
    let ticking = tick(clock.clone(), Duration::from_millis(20));
    harness.telegram.says(&harness.ann, "@luna quick");
    harness.until_delivered(&harness.ann, "luna").await;
    harness.telegram.says(&harness.ann, "@luna quick");
    wait_for(&harness, &harness.ann, "I looked ").await;
    harness.telegram.says(&harness.ann, "@peer0 quick");
    let refused = wait_for(&harness, &harness.ann, "You may start one search a day").await;
    assert!(
        refused.text.contains("Send @peer0 again in "),
        "{}",
        refused.text
    );
    harness.stop().await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@peer1 quick");
    wait_for(&harness, &harness.ann, "Send @peer1 again in ").await;
    clock.advance(DAY);
    harness.telegram.says(&harness.ann, "@peer2 quick");
    harness.until_delivered(&harness.ann, "peer2").await;
    ticking.abort();
    // Operators may ask for more.
    let ticking = tick(clock, Duration::from_millis(20));
    harness.telegram.says(&olga(), "@peer3 quick");
    harness.until_delivered(&olga(), "peer3").await;
    harness.telegram.says(&olga(), "@peer4 quick");
    harness.until_delivered(&olga(), "peer4").await;
    ticking.abort();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_told_their_number_once_and_who_is_allowed_is_served() {
    let mut harness = harness_with_operator(20).await;
    let bob = Person::new(777, "Bob");
    harness.telegram.knows(&bob);
    harness.set("ALLOWED", "501,-100");
    harness.start().await;
    harness.telegram.says(&bob, "@luna");
    harness.telegram.says(&bob, "@luna");
    harness.telegram.says(&bob, "/help");
    let answer = wait_for(&harness, &bob, "this bot is invite-only").await;
    assert!(answer.text.contains("777"), "{}", answer.text);
    // In an allowed group Bob is served, and what is kept of him is his everywhere.
    harness.telegram.says_in_group(-100, &bob, "/find luna");
    let in_group = |messages: &[Message]| contains("luna")(messages);
    let seen = harness
        .telegram
        .until(-100, crate::harness::WITHIN, "a bubble", in_group);
    seen.await.unwrap();
    harness.telegram.says(&bob, "/privacy");
    wait_for(&harness, &bob, "What I keep").await;
    let said = harness.telegram.messages(bob.id);
    let said = said.iter().filter(|message| message.from_bot).count();
    assert_eq!(said, 2, "one sentence and what is kept");
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_to_be_left_alone_is_in_no_result_and_no_target() {
    let mut harness = harness_with_operator(60).await;
    // There are many messages and a restart; limits of pace are tested elsewhere.
    harness.telegram.set_limits(FloodLimits::none());
    harness.set("OPT_OUT", "ig:celebrity").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let list = find(&messages, "Accounts like").unwrap();
    assert!(list.text.contains("@peer0"), "{}", list.text);
    assert!(!list.text.contains("@celebrity"), "{}", list.text);

    harness.telegram.says(&olga(), "/optout ig:Peer0");
    wait_for(&harness, &olga(), "is left alone from now on").await;
    harness.telegram.says(&harness.ann, "/result");
    let again = |messages: &[Message]| {
        let lists = messages.iter().filter(|it| it.text.contains("1. "));
        lists.count() == 2
    };
    let messages = harness.until(&harness.ann, "the list again", again).await;
    let list = messages.last().unwrap();
    assert!(!list.text.contains("@peer0"), "{}", list.text);
    assert!(list.text.contains("@peer1"), "{}", list.text);
    harness
        .telegram
        .presses(&harness.ann, list.id, "Files")
        .unwrap();
    let files = |messages: &[Message]| messages.iter().any(|it| it.button("CSV").is_some());
    harness.until(&harness.ann, "the files", files).await;
    harness
        .telegram
        .presses(&harness.ann, list.id, "CSV")
        .unwrap();
    let file = |messages: &[Message]| messages.iter().any(|it| is_file(it, "similar-to-luna.csv"));
    let messages = harness.until(&harness.ann, "the file", file).await;
    let file = messages.iter().find_map(|it| it.document.as_ref()).unwrap();
    let content = file.content();
    assert!(content.contains("peer1") && !content.contains("peer0,"));

    harness.telegram.says(&olga(), "/optout ig:luna");
    wait_for(&harness, &olga(), "@luna is left alone from now on").await;
    harness.telegram.says(&harness.ann, "/result luna");
    wait_for(&harness, &harness.ann, "The owner of @luna has asked").await;

    for target in ["@peer0", "@celebrity"] {
        harness.telegram.says(&harness.ann, target);
        let refused = format!("The owner of {target} has asked to be left alone");
        wait_for(&harness, &harness.ann, &refused).await;
    }
    harness.stop().await;
    harness.start().await;
    harness.telegram.says(&olga(), "/optin ig:celebrity");
    wait_for(&harness, &olga(), "can only be removed there").await;
    harness.telegram.says(&olga(), "/optin ig:peer0");
    wait_for(&harness, &olga(), "may be searched again").await;
    harness.telegram.says(&harness.ann, "@peer0 quick");
    harness.until_delivered(&harness.ann, "peer0").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_want_to_be_found_is_told_whom_to_write_to_if_there_is_anybody() {
    let wish = "Don't want to be found here? Write to ";
    let contact = "@anna or <anna & co>";
    for named in [true, false] {
        let mut harness = Harness::new(small_world(20, false)).await;
        harness.set("OPT_OUT", "ig:luna");
        if named {
            harness.set("CONTACT", contact);
        }
        harness.start().await;
        for (question, answer) in [("/privacy", "What I keep"), ("@luna", "left alone")] {
            harness.telegram.says(&harness.ann, question);
            let answered = |messages: &[Message]| find(messages, answer).is_some();
            let messages = harness.until(&harness.ann, answer, answered).await;
            let text = &find(&messages, answer).unwrap().text;
            assert_eq!(text.contains(wish), named, "{text}");
            assert!(
                !named || text.ends_with(&format!("{wish}{contact}")),
                "{text}"
            );
        }
        harness.stop().await;
        harness.assert_clean();
    }
}
