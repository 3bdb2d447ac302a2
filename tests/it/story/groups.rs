//! Groups: which messages the bot receives, which it answers, and who may end a search.

use std::collections::BTreeSet;

use lookalike::demo::is_list;
use lookalike::demo::telegram::{FakeTelegram, MemberStatus, Message, Person};

use crate::harness::{Harness, WITHIN, press_behind, small_world};

const GROUP: i64 = -1_001_234_567_890;

async fn wait_for_change(
    harness: &Harness,
    what: &str,
    seen: impl Fn(&Message) -> bool,
) -> Message {
    let any = |all: &[Message]| all.iter().any(&seen);
    let found = harness.telegram.until(GROUP, WITHIN, what, any).await;
    let mut found = found.unwrap();
    found.retain(&seen);
    found.pop().unwrap()
}

/// Returns the answer to a pressed button.
async fn answer(harness: &Harness, press: &str) -> String {
    let is_there = |telegram: &FakeTelegram| telegram.answer(press).is_some();
    let seen = harness.telegram.until_true(WITHIN, "an answer", is_there);
    seen.await.unwrap();
    harness.telegram.answer(press).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_asks_by_command_mention_and_reply_and_each_answer_replies_to_its_question() {
    let mut harness = Harness::new(small_world(40, false)).await;
    harness.start().await;
    let (ann, bob) = (harness.ann.clone(), Person::new(502, "Bob"));
    harness
        .telegram
        .says_in_group(GROUP, &bob, "is @luna any good?");
    let command = harness.telegram.says_in_group(GROUP, &ann, "/find @luna");
    let lists = |question: i32, handle: &'static str| {
        move |it: &Message| it.reply_to == Some(question) && is_list(it, handle)
    };
    let list = wait_for_change(&harness, "the list", lists(command, "luna")).await;

    let answers = |question: i32, words: &'static str| {
        move |it: &Message| it.reply_to == Some(question) && it.text.contains(words)
    };
    let reply = harness.telegram.replies(&bob, list.id, "and @celebrity?");
    let looking = answers(reply, "@celebrity");
    wait_for_change(&harness, "an answer to a reply", looking).await;
    let mention = harness
        .telegram
        .says_in_group(GROUP, &bob, "@lookalike_bot luna");
    let known = answers(mention, "I looked just now.");
    wait_for_change(&harness, "an answer to a mention", known).await;

    // The bot has not received what was not addressed to it.
    let answered = harness.telegram.messages(GROUP);
    let answered = answered
        .iter()
        .filter_map(|it| it.reply_to.filter(|_| it.from_bot));
    let questions: BTreeSet<i32> = answered.collect();
    assert_eq!(questions, [command, mention, reply].into());
    // All look through a list together; what becomes of it is up to the person who asked.
    let at = (GROUP, list.id);
    press_behind(&harness.telegram, &bob, at, "Order: ", "Niche").await;
    let by_niche = |it: &Message| it.id == list.id && it.button("Order: Niche").is_some();
    wait_for_change(&harness, "the list by niche", by_niche).await;
    harness.telegram.appoints(GROUP, &bob, MemberStatus::Member);
    let press = harness.telegram.presses(&bob, list.id, "Share").unwrap();
    let answer = answer(&harness, &press).await;
    let theirs = "Only the person who asked can do that, or an administrator of this group.";
    assert_eq!(answer, theirs);
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_and_who_runs_the_group_can_end_a_search_and_nobody_else() {
    let mut harness = Harness::with_rate(small_world(400, true), None).await;
    // One request and no more: nothing is found before the search is ended.
    harness.set("INSTAGRAM_RATE", "1/h").start().await;
    let (ann, bob, olga) = (
        harness.ann.clone(),
        Person::new(502, "Bob"),
        Person::new(503, "Olga"),
    );
    harness.telegram.appoints(GROUP, &bob, MemberStatus::Member);
    harness.telegram.appoints(GROUP, &olga, MemberStatus::Owner);
    let question = harness.telegram.says_in_group(GROUP, &ann, "/find @luna");
    let can_be_ended = |it: &Message| it.button("Cancel").is_some();
    let bubble = wait_for_change(&harness, "the bubble", can_be_ended).await;
    assert_eq!(bubble.reply_to, Some(question));
    let press = harness.telegram.presses(&bob, bubble.id, "Cancel").unwrap();
    let refusal = "Only the person who asked can stop that, or an administrator of this group.";
    assert_eq!(answer(&harness, &press).await, refusal);
    harness
        .telegram
        .presses(&olga, bubble.id, "Cancel")
        .unwrap();
    let overruled = "@luna: cancelled by an administrator of this group.";
    wait_for_change(&harness, overruled, |it| it.text == overruled).await;

    harness.telegram.says_in_group(GROUP, &ann, "/find @luna");
    let again = wait_for_change(&harness, "another bubble", can_be_ended).await;
    harness.telegram.presses(&ann, again.id, "Cancel").unwrap();
    let cancelled = "@luna: cancelled.";
    wait_for_change(&harness, cancelled, |it| it.text == cancelled).await;
    harness.stop().await;
    harness.assert_clean();
}
