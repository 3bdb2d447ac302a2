//! Conversations with the real bot.

mod administrators;
mod bare_commands;
mod context;
mod crowd;
mod depths;
mod engine;
mod flood;
mod forgery;
mod harness;
mod history;
mod home_network;
mod languages;
mod outage;
mod overruling;
mod refusals;
mod rights;
mod small_talk;
mod together;
mod topics;
mod troubles;
mod watching;

use std::time::Duration;

use lookalike::demo::is_list;
use lookalike::demo::telegram::{FakeTelegram, Message};
use lookalike::model::{Facts, Refusal, TaskOutput};

use context::PER_PERSON;
use engine::rows;
use harness::{ChatHarness, GROUP, SOON, ann, bob};

const LOOKING: &str = "Looking up @nasa on Instagram…";

fn text(message: &Message) -> &str {
    message.text.as_str()
}

#[tokio::test]
async fn start_help_and_privacy_are_answered() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/start");
    let start = harness
        .wait_for(42, "Hi! Send me an account on Instagram")
        .await;
    assert!(start.text.contains("@nasa"));
    harness.fake.says(&ann(), "/help");
    let help = harness
        .wait_for(42, "Send me one or more accounts on Instagram")
        .await;
    assert!(help.text.contains("https://www.instagram.com/nasa/"));
    harness.fake.says(&ann(), "/privacy");
    let privacy = harness.wait_for(42, "What I keep").await;
    assert!(privacy.text.contains("deleted after 30 days"));
    let set_up = |fake: &FakeTelegram| fake.short_description("").is_some();
    harness
        .fake
        .until_true(SOON, "the menu", set_up)
        .await
        .unwrap();
    assert_eq!(harness.fake.commands().len(), 14);
    harness.assert_healthy();
}

#[tokio::test]
async fn what_names_no_account_gets_an_example() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "¿¡!?");
    harness
        .wait_for(42, "I didn't find an account in that")
        .await;
    harness.fake.says(&ann(), "nasa esa in my kitchen");
    let words = harness.wait_for(42, "Which account do you mean?").await;
    assert!(words.button("@nasa").is_some() && words.button("@esa").is_some());
    harness.fake.says(&ann(), "who is like me");
    let sentences = |all: &[Message]| {
        let answers = all
            .iter()
            .filter(|it| it.text.starts_with("I didn't find an account"));
        answers.count() == 2
    };
    let seen = harness.fake.until(42, SOON, "a sentence", sentences).await;
    seen.unwrap();
    harness
        .fake
        .says(&ann(), "https://www.instagram.com/p/C1<x>/");
    let link = harness.wait_for(42, "https://www.instagram.com/p/C1").await;
    assert!(link.text.contains("doesn't lead to an account"));
    harness.fake.says(&ann(), "/nonsense");
    harness.wait_for(42, "I don't know that command").await;
    assert_eq!(harness.analyses(&ann()), []);
    harness.assert_healthy();
}

#[tokio::test]
async fn each_account_of_a_message_has_its_own_bubble() {
    let harness = ChatHarness::new().await;
    harness
        .fake
        .says(&ann(), "@nasa and https://instagram.com/esa/?igsh=x");
    harness.wait_for(42, LOOKING).await;
    let esa = harness.wait_for(42, "Looking up @esa on Instagram…").await;
    assert_eq!(
        esa.links,
        [(
            "@esa".to_owned(),
            "https://www.instagram.com/esa/".to_owned()
        )]
    );
    assert_eq!(harness.analyses(&ann()).len(), 2);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_long_list_is_cut_and_says_so() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "@a1 @a2 @a3 @a4 @a5 @a6");
    harness
        .wait_for(42, "That's 6 accounts, and I take 5 at a time")
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn asking_again_shows_what_is_under_way() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, LOOKING).await;
    harness.verify("nasa", 1_020).await;
    harness.fake.says(&ann(), "@NASA");
    let again = harness.wait_for(42, "I'm already on @nasa for you:").await;
    assert!(again.text.contains("1,020 followers"), "{}", again.text);
    assert_eq!(again.reply_to, Some(bubble.id));
    assert_eq!(again.buttons, Vec::<Vec<_>>::new());
    harness.assert_healthy();
}

#[tokio::test]
async fn who_asks_for_too_much_is_told_the_limit() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "@a1 @a2 @a3 @a4");
    let refused = harness
        .wait_for(42, "You already have 3 searches running")
        .await;
    assert!(refused.text.contains("Send @a4 again"), "{}", refused.text);
    let running = harness
        .analyses(&ann())
        .into_iter()
        .filter(|a| a.outcome.is_none());
    assert_eq!(running.count(), PER_PERSON as usize);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_bubble_tells_the_whole_way() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, LOOKING).await;
    assert!(bubble.button("Cancel").is_some());
    harness.verify("nasa", 1_020).await;
    let step = |part: &'static str| move |m: &Message| m.text.contains(part);
    harness
        .wait_for_change(42, bubble.id, "its size", step("1,020 followers"))
        .await;
    harness.start_reading("nasa").await;
    let reading = harness
        .wait_for_change(42, bubble.id, "reading", step("▰▰▰▰▱▱▱▱▱▱ 48%"))
        .await;
    assert!(!reading.text.contains("request"), "{}", reading.text);
    harness.fake.says(&ann(), "/status");
    let status = |m: &[Message]| {
        m.iter()
            .any(|m| m.text.contains("412 of 800") && m.text.contains("3,313 of about"))
    };
    harness
        .fake
        .until(42, SOON, "the status", status)
        .await
        .unwrap();
    harness.skip_time(Duration::from_secs(88 * 60));
    harness.finish("nasa", rows(300)).await;
    let list = harness.wait_for(42, "Accounts like @nasa").await;
    assert!(list.text.contains(" in 1 h 28 min."), "{}", list.text);
    let gone = |m: &[Message]| m.iter().all(|m| m.id != bubble.id);
    harness
        .fake
        .until(42, SOON, "no bubble any more", gone)
        .await
        .unwrap();
    assert!(
        list.text
            .contains("1. Similar Number 1 · @similar.1 · 3.2M followers\n")
    );
    let of = |m: &[Message]| m.iter().find_map(|m| m.document.clone());
    harness.fake.presses(&ann(), list.id, "Files").unwrap();
    let offered = |m: &Message| m.button("CSV").is_some();
    harness
        .wait_for_change(42, list.id, "files to choose", offered)
        .await;
    harness.fake.presses(&ann(), list.id, "CSV").unwrap();
    let messages = harness
        .fake
        .until(42, SOON, "the file", |m| of(m).is_some())
        .await
        .unwrap();
    let file = of(&messages).unwrap();
    assert_eq!(file.file_name, "similar-to-nasa.csv");
    assert_eq!(file.content().lines().count(), 301);
    assert!(file.content().contains("4,'=SUM(A1:A9),similar.4,"));
    harness.assert_healthy();
}

#[tokio::test]
async fn names_from_outside_are_text() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    harness.wait_for(42, LOOKING).await;
    harness.deliver("nasa", rows(3)).await;
    let list = harness.wait_for(42, "Accounts like @nasa").await;
    assert!(list.text.contains("<b>Bold & \"Brave\"</b> · @similar.2"));
    assert!(
        list.text.contains("3. @similar.3 · "),
        "a name may be missing"
    );
    assert!(list.text.contains("only 3 accounts could be compared"));
    harness.assert_healthy();
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let harness = ChatHarness::new().await;
    for (refusal, words) in [
        (
            Refusal::NoSuchAccount,
            "There's no @nasa on Instagram. Check the spelling",
        ),
        (
            Refusal::Private,
            "@nasa is private, so I can't see who follows it",
        ),
        (Refusal::NoFollowers, "@nasa has no followers yet"),
    ] {
        harness.fake.says(&ann(), "nasa");
        let bubble = harness.wait_for(42, LOOKING).await;
        harness
            .complete("nasa", TaskOutput::of(Facts::Refused(refusal)), 1)
            .await;
        let answer = harness
            .wait_for_change(42, bubble.id, words, |m| m.text.starts_with(words))
            .await;
        assert_eq!(answer.buttons, Vec::<Vec<_>>::new());
    }
    harness.assert_healthy();
}

#[tokio::test]
async fn a_button_cancels_and_vanishes() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, LOOKING).await;
    let press = harness.fake.presses(&ann(), bubble.id, "Cancel").unwrap();
    let gone = |m: &Message| m.text == "@nasa: cancelled." && m.button("Search again").is_some();
    harness
        .wait_for_change(42, bubble.id, "cancelled", gone)
        .await;
    assert_eq!(harness.answer(&press).await, "@nasa is cancelled.");
    assert_eq!(harness.cx.ledger.live_crawls().unwrap(), []);

    let stale = harness
        .fake
        .presses_stale(&ann(), bubble.id, "Cancel")
        .unwrap();
    assert_eq!(
        harness.answer(&stale).await,
        "The search for @nasa has already finished."
    );
    harness.assert_healthy();
}

#[tokio::test]
async fn one_of_several_is_chosen_by_button_and_the_rest_by_word() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/cancel");
    harness.wait_for(42, "You have no search under way").await;
    harness.fake.says(&ann(), "@a1, @a2, @a3");
    harness.wait_for(42, "Looking up @a3 on Instagram…").await;
    harness.fake.says(&ann(), "/cancel");
    let choice = harness.wait_for(42, "Which one shall I stop?").await;
    harness
        .fake
        .presses(&ann(), choice.id, "Cancel @a2")
        .unwrap();
    let fewer = |m: &Message| m.buttons.concat().len() == 3 && m.button("Cancel @a2").is_none();
    harness
        .wait_for_change(42, choice.id, "fewer buttons", fewer)
        .await;
    harness.wait_for(42, "@a2: cancelled.").await;
    harness.fake.says(&ann(), "/cancel @a1");
    harness.wait_for(42, "Stopped: @a1.").await;
    harness.fake.says(&ann(), "/cancel @nobody");
    harness.wait_for(42, "I'm not searching for @nobody").await;
    harness.fake.says(&ann(), "/cancel all");
    harness.wait_for(42, "Stopped: @a3.").await;
    harness
        .fake
        .presses(&ann(), choice.id, "Cancel all")
        .unwrap();
    let none = |m: &Message| m.buttons.is_empty();
    harness
        .wait_for_change(42, choice.id, "no buttons", none)
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn in_a_group_not_everybody_cancels() {
    let harness = ChatHarness::new().await;
    let question = harness.fake.says_in_group(GROUP, &ann(), "/find @nasa");
    let bubble = harness.wait_for(GROUP, LOOKING).await;
    assert_eq!(bubble.reply_to, Some(question));
    let press = harness.fake.presses(&bob(), bubble.id, "Cancel").unwrap();
    assert_eq!(
        harness.answer(&press).await,
        "Only the person who asked can stop that, or an administrator of this group."
    );
    assert_eq!(harness.crawl("nasa").wanted_by.len(), 1);
    harness.assert_healthy();
}

#[tokio::test]
async fn in_a_group_the_bot_listens_when_it_is_spoken_to() {
    let harness = ChatHarness::new().await;
    harness
        .fake
        .says_in_group(GROUP, &ann(), "hello @lookalike_bot, esa");
    let bubble = harness
        .wait_for(GROUP, "Looking up @esa on Instagram…")
        .await;
    harness.fake.replies(&bob(), bubble.id, "thanks");
    harness.fake.replies(&bob(), bubble.id, "and @nasa?");
    harness.wait_for(GROUP, LOOKING).await;
    harness.fake.says_in_group(GROUP, &ann(), "/find");
    let question = harness.wait_for(GROUP, "Which account?").await;
    harness.fake.replies(&ann(), question.id, "jaxa");
    harness
        .wait_for(GROUP, "Looking up @jaxa on Instagram…")
        .await;
    assert_eq!(harness.messages_of_bot(GROUP).len(), 4);
    assert_eq!(
        harness.crawl("nasa").priority,
        5,
        "Bob's searches get a larger share"
    );
    harness.assert_healthy();
}

#[tokio::test]
async fn a_fresh_result_is_sent_at_once_and_looked_for_again_on_request() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    harness.wait_for(42, LOOKING).await;
    harness.deliver("nasa", rows(30)).await;
    harness.wait_for(42, "Accounts like @nasa").await;
    harness.skip_time(Duration::from_secs(3 * 86_400));
    harness.fake.says(&bob(), "nasa");
    let known = harness
        .wait_for(43, "Accounts like @nasa on Instagram\nI looked 3 days ago.")
        .await;
    harness.fake.presses(&bob(), known.id, "Refresh").unwrap();
    harness.wait_for(43, LOOKING).await;
    let stale = harness.fake.presses(&bob(), known.id, "Refresh").unwrap();
    assert_eq!(
        harness.answer(&stale).await,
        "There is a newer search for @nasa further down."
    );
    harness.assert_healthy();
}

#[tokio::test]
async fn the_latest_result_comes_again() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/result");
    harness.wait_for(42, "There's no result here yet").await;
    harness.fake.says(&ann(), "nasa");
    harness.wait_for(42, LOOKING).await;
    harness.fake.says(&ann(), "/result nasa");
    harness.wait_for(42, "@nasa isn't ready yet:").await;
    harness.deliver("nasa", rows(20)).await;
    let first = harness.wait_for(42, "Accounts like @nasa").await;
    harness.fake.says(&ann(), "/result");
    let twice = |m: &[Message]| m.iter().filter(|m| is_list(m, "nasa")).count() == 2;
    harness
        .fake
        .until(42, SOON, "two lists", twice)
        .await
        .unwrap();
    let second = harness.wait_for(42, "Accounts like @nasa").await;
    assert!(second.id != first.id && second.text == first.text);
    harness.fake.says(&ann(), "/result @esa");
    harness.wait_for(42, "I have no result for @esa here").await;
    harness.assert_healthy();
}
