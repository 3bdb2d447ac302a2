//! A watch is promised when its account has been found, changed and ended by buttons, and by nobody but whose it is.

use std::time::Duration;

use lookalike::demo::telegram::{Message, Person};
use lookalike::model::{Depth, Every, Facts, PersonId, Refusal, TaskOutput, Watch};

use crate::chat::LOOKING;
use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, GROUP, SOON, ann, bob};

const PROMISE: &str = "I'll look at @nasa anew every week, next on ";
const NOT_YOURS: &str = "Only the person who asked can do that.";

fn labels(message: &Message) -> Vec<&str> {
    let buttons = message.buttons.iter().flatten();
    buttons.map(|button| button.label.as_str()).collect()
}

fn watched(harness: &ChatHarness, person: u64) -> Vec<Watch> {
    harness.cx.ledger.watches_of(PersonId(person)).unwrap()
}

/// Waits until everything said before has been handled.
async fn until_handled(harness: &ChatHarness) {
    harness.fake.says(&ann(), "/privacy");
    let helps = |all: &[Message]| {
        let last = all.iter().rfind(|it| !it.from_bot).map(|it| it.id);
        let is_answer = |it: &Message| Some(it.id) > last && it.text.starts_with("What I keep");
        all.iter().any(is_answer)
    };
    let seen = harness.fake.until(42, SOON, "an answer", helps).await;
    seen.unwrap();
}

fn promises(harness: &ChatHarness) -> usize {
    let said = harness.messages_of_bot(42).into_iter();
    said.filter(|it| it.text.starts_with("I'll look at"))
        .count()
}

/// Returns a person's list of watches in the group.
async fn list(harness: &ChatHarness, person: &Person) -> Message {
    let question = harness.fake.says_in_group(GROUP, person, "/watch");
    let is_it = |message: &&Message| message.reply_to == Some(question);
    let is_there = |messages: &[Message]| messages.iter().any(|it| is_it(&it));
    let messages = harness.fake.until(GROUP, SOON, "the list", is_there).await;
    messages.unwrap().iter().find(is_it).unwrap().clone()
}

#[tokio::test]
async fn a_watch_is_promised_once_its_account_is_found_and_changed_by_buttons() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/watch nasa");
    harness.wait_for(42, LOOKING).await;
    until_handled(&harness).await;
    assert_eq!(promises(&harness), 0, "nobody knows yet whether it exists");
    harness.verify("nasa", 1_020).await;
    let promise = harness.wait_for(42, PROMISE).await;
    assert_eq!(labels(&promise), ["• Weekly", "Monthly", "Stop watching"]);

    harness.fake.presses(&ann(), promise.id, "Monthly").unwrap();
    let monthly = |it: &Message| {
        it.text
            .starts_with("I'll look at @nasa anew every month, next on")
    };
    let changed = harness
        .wait_for_change(42, promise.id, "every month", monthly)
        .await;
    assert_eq!(labels(&changed), ["Weekly", "• Monthly", "Stop watching"]);
    let watch = watched(&harness, 42).pop().unwrap();
    assert_eq!(watch.every, Every::Month);
    let left = watch.next_at - lookalike::clock::Clock::now(harness.clock.as_ref());
    assert!((29..=30).contains(&left.num_days()), "{left}");

    // The one that is marked changes nothing.
    let same = harness
        .fake
        .presses(&ann(), promise.id, "• Monthly")
        .unwrap();
    assert_eq!(harness.answer(&same).await, "");
    harness
        .fake
        .presses(&ann(), promise.id, "Stop watching")
        .unwrap();
    let ended = |it: &Message| it.text == "You no longer watch @nasa." && it.buttons.is_empty();
    harness
        .wait_for_change(42, promise.id, "the end", ended)
        .await;
    assert_eq!(watched(&harness, 42), []);
    // A device that is behind still shows the buttons.
    let late = harness.fake.presses_stale(&ann(), promise.id, "Weekly");
    let answer = harness.answer(&late.unwrap()).await;
    assert_eq!(answer, "You no longer watch that.");
    assert_eq!(watched(&harness, 42), []);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_promise_in_russian_has_the_same_buttons() {
    let harness = ChatHarness::new().await;
    let russian = ann().speaking("ru");
    harness.fake.says(&russian, "/watch nasa");
    harness.wait_for(42, "Ищу @nasa в Instagram…").await;
    harness.verify("nasa", 1_020).await;
    let promise = harness
        .wait_for(42, "Буду проверять @nasa каждую неделю")
        .await;
    let buttons = ["• Раз в неделю", "Раз в месяц", "Не следить"];
    assert_eq!(labels(&promise), buttons);
    let press = harness.fake.presses(&russian, promise.id, "Раз в месяц");
    harness.answer(&press.unwrap()).await;
    let monthly = |it: &Message| it.text.starts_with("Буду проверять @nasa каждый месяц");
    harness
        .wait_for_change(42, promise.id, "every month", monthly)
        .await;
    harness.fake.says(&russian, "/watch off");
    harness.wait_for(42, "За @nasa больше не слежу.").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn what_can_not_be_searched_is_neither_promised_nor_watched() {
    for refusal in [
        Refusal::NoSuchAccount,
        Refusal::Private,
        Refusal::NoFollowers,
        Refusal::OptedOut,
        Refusal::Suspended,
        Refusal::Deactivated,
        Refusal::NoAnswer,
        Refusal::ServerSilent,
    ] {
        let harness = ChatHarness::new().await;
        harness.fake.says(&ann(), "/watch nasa");
        let bubble = harness.wait_for(42, LOOKING).await;
        let refused = Facts::Refused(refusal.clone());
        harness.complete("nasa", TaskOutput::of(refused), 1).await;
        let told = |it: &Message| it.buttons.is_empty() && it.text.contains("@nasa");
        harness
            .wait_for_change(42, bubble.id, "the refusal", told)
            .await;
        until_handled(&harness).await;
        assert_eq!(watched(&harness, 42), [], "{refusal:?}");
        assert_eq!(promises(&harness), 0, "{refusal:?}");
        let ended = harness.messages_of_bot(42).into_iter();
        let ended = ended.filter(|it| it.text.starts_with("You no longer"));
        assert_eq!(ended.count(), 0, "it never was watched: {refusal:?}");
        harness.assert_healthy();
    }
}

#[tokio::test]
async fn who_may_not_search_now_watches_nothing_new_either() {
    let harness = ChatHarness::with(2, 1).await;
    harness.fake.says(&ann(), "@esa");
    harness.wait_for(42, "Looking up @esa").await;
    harness.fake.says(&ann(), "/watch nasa");
    harness
        .wait_for(42, "You already have one search running")
        .await;
    assert_eq!(watched(&harness, 42), []);
    assert_eq!(promises(&harness), 0);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_search_that_is_cancelled_takes_a_watch_with_it_only_before_that_is_promised() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/watch nasa");
    let bubble = harness.wait_for(42, LOOKING).await;
    harness.fake.presses(&ann(), bubble.id, "Cancel").unwrap();
    harness.wait_for(42, "@nasa: cancelled.").await;
    assert_eq!(watched(&harness, 42), [], "nothing was promised");
    harness.fake.says(&ann(), "/watch esa");
    harness.wait_for(42, "Looking up @esa").await;
    harness.verify("esa", 1_020).await;
    harness.wait_for(42, "I'll look at @esa anew").await;
    harness.fake.says(&ann(), "/cancel esa");
    harness.wait_for(42, "Stopped: @esa.").await;
    assert_eq!(watched(&harness, 42).len(), 1, "the promise stands");
    harness.assert_healthy();
}

#[tokio::test]
async fn a_watch_that_was_promised_and_has_become_impossible_is_said_to_be_over() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    harness.fake.says(&ann(), "/watch nasa");
    harness.wait_for(42, LOOKING).await;
    harness.deliver("nasa", rows(30)).await;
    harness.wait_for(42, "Accounts like @nasa").await;
    harness.skip_time(Duration::from_secs(8 * 86_400));
    harness.cx.ledger.begin_watched(|_| false).await.unwrap();
    let private = Facts::Refused(Refusal::Private);
    harness.complete("nasa", TaskOutput::of(private), 1).await;
    harness.wait_for(42, "@nasa is private").await;
    harness.wait_for(42, "You no longer watch @nasa.").await;
    assert_eq!(watched(&harness, 42), [], "it would be said every week");
    harness.assert_healthy();
}

#[tokio::test]
async fn a_promise_outlives_a_crash_and_is_made_once() {
    let mut harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/watch nasa");
    harness.wait_for(42, LOOKING).await;
    harness.stop_bot().await;
    // It is found, and the process ends before anything is said of it.
    harness.verify("nasa", 1_020).await;
    assert_eq!(promises(&harness), 0);
    harness.start_bot();
    harness.wait_for(42, PROMISE).await;
    harness.reopen().await;
    until_handled(&harness).await;
    assert_eq!(promises(&harness), 1);
    harness.assert_healthy();
}

#[tokio::test]
async fn what_is_known_is_promised_at_once_and_looked_at_as_deep_as_before() {
    let mut harness = ChatHarness::with(2, 20).await;
    harness.speed_up_time();
    harness.fake.says(&ann(), "@nasa deep");
    harness.wait_for(42, LOOKING).await;
    harness.deliver("nasa", rows(30)).await;
    harness.wait_for(42, "Accounts like @nasa").await;
    harness.fake.says(&ann(), "/watch");
    let asked = harness.wait_for(42, "You watch nothing yet").await;
    harness
        .fake
        .presses(&ann(), asked.id, "Watch @nasa")
        .unwrap();
    let promise = harness.wait_for(42, PROMISE).await;
    assert_eq!(watched(&harness, 42)[0].depth, Depth::Deep);
    harness
        .fake
        .presses(&ann(), promise.id, "Stop watching")
        .unwrap();
    let ended = |it: &Message| it.buttons.is_empty();
    harness
        .wait_for_change(42, promise.id, "the end", ended)
        .await;

    harness.fake.says(&ann(), "/watch nasa monthly");
    harness
        .wait_for(42, "I'll look at @nasa anew every month")
        .await;
    assert_eq!(watched(&harness, 42)[0].depth, Depth::Deep);
    assert_eq!(harness.analyses(&ann()).len(), 1, "there is a result");
    harness.fake.says(&ann(), "/watch nasa quick");
    until_handled(&harness).await;
    assert_eq!(
        watched(&harness, 42)[0].depth,
        Depth::Quick,
        "as it was said"
    );
    // A watch goes no less far than the result that it is compared with.
    harness.skip_time(Duration::from_secs(8 * 86_400));
    harness.cx.ledger.begin_watched(|_| false).await.unwrap();
    assert_eq!(harness.crawl("nasa").depth, Depth::Deep);
    harness.assert_healthy();
}

#[tokio::test]
async fn off_alone_ends_the_only_watch_and_of_several_asks_which() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/watch off");
    harness.wait_for(42, "You watch nothing yet").await;
    for handle in ["nasa", "esa"] {
        harness.fake.says(&ann(), &format!("/watch {handle}"));
        harness.wait_for(42, &format!("Looking up @{handle}")).await;
        harness.verify(handle, 1_020).await;
        harness
            .wait_for(42, &format!("I'll look at @{handle}"))
            .await;
    }
    harness.fake.says(&ann(), "/watch off");
    let asked = harness
        .wait_for(42, "Which one shall I stop watching?")
        .await;
    let end = ["Stop watching @esa", "Stop watching @nasa"];
    assert_eq!(labels(&asked), end);
    harness.fake.presses(&ann(), asked.id, end[0]).unwrap();
    let one = |it: &Message| labels(it) == [end[1]];
    harness
        .wait_for_change(42, asked.id, "the other one", one)
        .await;
    harness.fake.says(&ann(), "/watch off please");
    harness.wait_for(42, "You no longer watch @nasa.").await;
    assert_eq!(watched(&harness, 42), []);
    harness.assert_healthy();
}

#[tokio::test]
async fn what_one_watches_in_a_group_is_ones_own() {
    let harness = ChatHarness::new().await;
    for person in [ann(), bob()] {
        let question = harness.fake.says_in_group(GROUP, &person, "/watch nasa");
        let looking = |all: &[Message]| {
            let mut all = all.iter();
            all.any(|it| it.reply_to == Some(question) && it.text.starts_with(LOOKING))
        };
        let seen = harness.fake.until(GROUP, SOON, "a search", looking);
        seen.await.unwrap();
    }
    harness.verify("nasa", 1_020).await;
    let promised = |all: &[Message]| {
        let promises = all.iter().filter(|it| it.text.starts_with(PROMISE));
        promises.count() == 2
    };
    let seen = harness.fake.until(GROUP, SOON, "both promises", promised);
    let messages = seen.await.unwrap();
    let question = messages.iter().find(|it| !it.from_bot).unwrap();
    let anns = messages
        .iter()
        .find(|it| it.reply_to == Some(question.id) && it.text.starts_with(PROMISE));
    let anns = anns.unwrap();
    for button in ["Monthly", "Stop watching"] {
        let press = harness.fake.presses(&bob(), anns.id, button).unwrap();
        assert_eq!(harness.answer(&press).await, NOT_YOURS);
    }
    harness.fake.says(&ann(), "/watch esa");
    harness.wait_for(42, "Looking up @esa").await;
    harness.verify("esa", 1_020).await;
    harness.wait_for(42, "I'll look at @esa anew").await;

    let list = list(&harness, &ann()).await;
    let end = "Stop watching @nasa";
    let press = harness.fake.presses(&bob(), list.id, end).unwrap();
    assert_eq!(harness.answer(&press).await, NOT_YOURS);
    assert_eq!(watched(&harness, 42).len(), 2, "Ann watches both still");
    let press = harness.fake.presses(&ann(), list.id, end).unwrap();
    assert_eq!(harness.answer(&press).await, "You no longer watch @nasa.");
    harness
        .wait_for_change(GROUP, list.id, "no button any more", |list| {
            list.buttons.is_empty()
        })
        .await;
    let list = self::list(&harness, &bob()).await;
    assert!(list.button(end).is_some(), "Bob watches it still");
    harness.assert_healthy();
}
