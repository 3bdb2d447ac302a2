//! What those who run the bot see of it, and what they can have it do.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use lookalike::clock::{ManualClock, midnight_after};
use lookalike::demo::telegram::{FloodLimits, Message, Person};

use crate::house::{House, is_file, small_world, tick};

const DAY: Duration = Duration::from_secs(86_400);

fn olga() -> Person {
    Person::new(601, "Olga")
}

async fn operated(followers: u32) -> House {
    let mut house = House::new(small_world(followers, false)).await;
    house.telegram.knows(&olga());
    house.set("OPERATORS", "601");
    house
}

fn says(words: &str) -> impl Fn(&[Message]) -> bool {
    move |messages: &[Message]| find(messages, words).is_some()
}

fn find<'a>(messages: &'a [Message], words: &str) -> Option<&'a Message> {
    let mut messages = messages.iter().rev();
    messages.find(|message| message.from_bot && message.text.contains(words))
}

/// Waits for words of the bot to somebody.
async fn hears(house: &House, person: &Person, words: &str) -> Message {
    let messages = house.until(person, words, says(words)).await;
    find(&messages, words).unwrap().clone()
}

/// Has an operator press a button under a fresh overview.
async fn operates(house: &House, button: &str, seen: &str) {
    house.telegram.says(&olga(), "/admin");
    let with_button = |messages: &[Message]| {
        let mut overviews = messages.iter().rev();
        let overview = overviews.find(|message| message.button(button).is_some());
        overview.map(|overview| overview.id)
    };
    let is_there = |messages: &[Message]| with_button(messages).is_some();
    let messages = house.until(&olga(), button, is_there).await;
    let overview = with_button(&messages).unwrap();
    house.telegram.presses(&olga(), overview, button).unwrap();
    hears(house, &olga(), seen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_pauses_and_resumes_over_a_restart() {
    let mut house = operated(60).await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    house.network.arrived(5).await;
    house.network.hold();
    operates(&house, "Pause", "Paused for").await;
    let overview = hears(&house, &olga(), "Paused for").await.text;
    let waits = "waits for you: the bot is paused";
    assert!(overview.contains(waits), "{overview}");
    house.network.release();
    let paused = "Searches are paused by the people who run this bot";
    hears(&house, &house.ann, paused).await;
    // What was under way is done with by then.
    house.stop().await;
    let asked = house.network.arrivals();
    house.start().await;
    house.telegram.says(&house.ann, "/status");
    let messages = house
        .until(&house.ann, "the status", |messages| {
            messages.len() == 4 && messages[3].text.contains(paused)
        })
        .await;
    assert_eq!(messages.len(), 4);
    house.telegram.says(&olga(), "/admin");
    hears(&house, &olga(), "waits for you: the bot is paused").await;
    assert_eq!(house.network.arrivals(), asked, "nothing was asked");
    operates(&house, "Resume", "Running").await;
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drained_bot_finishes_what_is_under_way_and_takes_nothing_new() {
    let mut house = operated(60).await;
    house.start().await;
    house.network.hold();
    house.telegram.says(&house.ann, "@luna");
    house.network.arrived(1).await;
    operates(&house, "Drain", "Draining for").await;
    house.telegram.says(&house.ann, "@peer1");
    hears(&house, &house.ann, "I take no new searches at the moment").await;
    house.network.release();
    house.until_delivered(&house.ann, "luna").await;
    // A result that is there is no new search.
    house.telegram.says(&house.ann, "@luna");
    hears(&house, &house.ann, "is here already").await;
    operates(&house, "Resume", "Running").await;
    house.telegram.says(&house.ann, "@peer1");
    house.until_delivered(&house.ann, "peer1").await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_tells_what_was_asked_and_what_went_wrong() {
    let mut house = operated(30).await;
    house.start().await;
    house.network.throttle_next(1);
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, "luna").await;
    house.telegram.says(&house.ann, "@nobody");
    hears(&house, &house.ann, "There's no @nobody on Instagram").await;
    house.telegram.says(&olga(), "/admin");
    let overview = hears(&house, &olga(), "UTC").await;
    let lines = [
        "Running; started",
        "Instagram: works. Requests: ",
        "Searches: 0 active, 0 waiting",
        "In 24 hours: 1 person, 2 searches",
        "throttled 1",
        "free on the disk",
        "Memory: ",
    ];
    for line in lines {
        assert!(overview.text.contains(line), "{line}: {}", overview.text);
    }
    for nothing in [": 0 this hour", "not_found"] {
        let says = overview.text.contains(nothing);
        assert!(!says, "{nothing} is no news: {}", overview.text);
    }
    let press = house
        .telegram
        .presses(&olga(), overview.id, "Refresh")
        .unwrap();
    let answered =
        |telegram: &lookalike::demo::telegram::FakeTelegram| telegram.answer(&press).is_some();
    let within = crate::house::WITHIN;
    let seen = house.telegram.until_true(within, "an answer", answered);
    seen.await.unwrap();
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn to_everybody_else_there_are_no_such_commands() {
    let mut house = operated(20).await;
    house.start().await;
    for command in ["/admin", "/optout ig:nasa", "/optin ig:nasa"] {
        house.telegram.says(&house.ann, command);
    }
    let unknown = |messages: &[Message]| {
        let unknown = |message: &&Message| message.text.starts_with("I don't know that command");
        messages.iter().filter(unknown).count() == 3
    };
    house.until(&house.ann, "three refusals", unknown).await;
    house.telegram.says(&olga(), "/admin");
    hears(&house, &olga(), "UTC").await;
    let menu = house.telegram.commands();
    assert!(menu.iter().all(|(command, _)| command != "admin"));
    house.stop().await;
    house.assert_clean();
}

// On one thread, so that everybody who is woken has had a turn before time goes on.
#[tokio::test]
async fn who_has_had_as_many_searches_as_a_day_allows_is_told_when_there_are_more() {
    // The day is not over in the middle.
    let clock = Arc::new(ManualClock::new(midnight_after(Utc::now())));
    let mut house = operated(20).await;
    house.telegram.set_limits(FloodLimits::none());
    house.set("ANALYSES_PER_DAY", "1");
    house.on(clock.clone()).start().await;
    let ticking = tick(clock.clone(), Duration::from_millis(20));
    house.telegram.says(&house.ann, "@luna quick");
    house.until_delivered(&house.ann, "luna").await;
    house.telegram.says(&house.ann, "@luna quick");
    hears(&house, &house.ann, "is here already").await;
    house.telegram.says(&house.ann, "@peer0 quick");
    let refused = hears(&house, &house.ann, "You may start one search a day").await;
    assert!(
        refused.text.contains("Send @peer0 again in "),
        "{}",
        refused.text
    );
    house.stop().await;
    house.start().await;
    house.telegram.says(&house.ann, "@peer1 quick");
    hears(&house, &house.ann, "Send @peer1 again in ").await;
    clock.advance(DAY);
    house.telegram.says(&house.ann, "@peer2 quick");
    house.until_delivered(&house.ann, "peer2").await;
    ticking.abort();
    // Those who run the bot may ask for more.
    let ticking = tick(clock, Duration::from_millis(20));
    house.telegram.says(&olga(), "@peer3 quick");
    house.until_delivered(&olga(), "peer3").await;
    house.telegram.says(&olga(), "@peer4 quick");
    house.until_delivered(&olga(), "peer4").await;
    ticking.abort();
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_told_his_number_once_and_who_is_allowed_is_served() {
    let mut house = operated(20).await;
    let bob = Person::new(777, "Bob");
    house.telegram.knows(&bob);
    house.set("ALLOWED", "501,-100");
    house.start().await;
    house.telegram.says(&bob, "@luna");
    house.telegram.says(&bob, "@luna");
    house.telegram.says(&bob, "/help");
    let told = hears(&house, &bob, "isn't open to everybody").await;
    assert!(told.text.contains("777"), "{}", told.text);
    // In a group that is allowed he is served, and what is kept of him is his anywhere.
    house.telegram.says_in_group(-100, &bob, "/find luna");
    let in_group = |messages: &[Message]| says("luna")(messages);
    let seen = house
        .telegram
        .until(-100, crate::house::WITHIN, "a bubble", in_group);
    seen.await.unwrap();
    house.telegram.says(&bob, "/privacy");
    hears(&house, &bob, "What I keep").await;
    let said = house.telegram.messages(bob.id);
    let said = said.iter().filter(|message| message.from_bot).count();
    assert_eq!(said, 2, "one sentence and what is kept");
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_to_be_left_alone_is_in_no_result_and_no_target() {
    let mut house = operated(60).await;
    // Much is said, and a restart in the middle: pace is others' story.
    house.telegram.set_limits(FloodLimits::none());
    house.set("OPT_OUT", "ig:celebrity").start().await;
    house.telegram.says(&house.ann, "@luna");
    let messages = house.until_delivered(&house.ann, "luna").await;
    let list = find(&messages, "Accounts like").unwrap();
    assert!(list.text.contains("@peer0"), "{}", list.text);
    assert!(!list.text.contains("@celebrity"), "{}", list.text);

    house.telegram.says(&olga(), "/optout ig:Peer0");
    hears(&house, &olga(), "is left alone from now on").await;
    house.telegram.says(&house.ann, "/result");
    let again = |messages: &[Message]| {
        let lists = messages.iter().filter(|it| it.text.contains("1. "));
        lists.count() == 2
    };
    let messages = house.until(&house.ann, "the list again", again).await;
    let list = messages.last().unwrap();
    assert!(!list.text.contains("@peer0"), "{}", list.text);
    assert!(list.text.contains("@peer1"), "{}", list.text);
    house
        .telegram
        .presses(&house.ann, list.id, "Files")
        .unwrap();
    let files = |messages: &[Message]| messages.iter().any(|it| it.button("CSV").is_some());
    house.until(&house.ann, "the files", files).await;
    house.telegram.presses(&house.ann, list.id, "CSV").unwrap();
    let file = |messages: &[Message]| messages.iter().any(|it| is_file(it, "similar-to-luna.csv"));
    let messages = house.until(&house.ann, "the file", file).await;
    let file = messages.iter().find_map(|it| it.document.as_ref()).unwrap();
    let content = file.content();
    assert!(content.contains("peer1") && !content.contains("peer0,"));

    house.telegram.says(&olga(), "/optout ig:luna");
    hears(&house, &olga(), "@luna is left alone from now on").await;
    house.telegram.says(&house.ann, "/result luna");
    hears(&house, &house.ann, "The owner of @luna has asked").await;

    for target in ["@peer0", "@celebrity"] {
        house.telegram.says(&house.ann, target);
        let refused = format!("The owner of {target} has asked to be left alone");
        hears(&house, &house.ann, &refused).await;
    }
    house.stop().await;
    house.start().await;
    house.telegram.says(&olga(), "/optin ig:celebrity");
    hears(&house, &olga(), "only my settings can change that").await;
    house.telegram.says(&olga(), "/optin ig:peer0");
    hears(&house, &olga(), "may be searched again").await;
    house.telegram.says(&house.ann, "@peer0 quick");
    house.until_delivered(&house.ann, "peer0").await;
    house.stop().await;
    house.assert_clean();
}
