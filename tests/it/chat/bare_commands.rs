//! Commands without an account: the latest results are offered, and the next message is the answer.

use std::time::Duration;

use lookalike::demo::telegram::Message;
use lookalike::model::{Asked, ChatId, PersonId};

use crate::chat::LOOKING;
use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, GROUP, SOON, ann, bob};

const ANN: (PersonId, ChatId) = (PersonId(42), ChatId(42));

impl ChatHarness {
    /// Has results delivered to Ann, one after the other.
    async fn has_results(&self, handles: &[&str]) {
        for handle in handles {
            self.fake.says(&ann(), &format!("@{handle}"));
            let looking = format!("Looking up @{handle} on Instagram…");
            self.wait_for(42, &looking).await;
            self.deliver(handle, rows(3)).await;
            let list = format!("Accounts like @{handle}");
            self.wait_for(42, &list).await;
        }
    }

    fn is_asked(&self, (person, chat): (PersonId, ChatId)) -> Option<Asked> {
        self.cx.ledger.asked(person, chat).unwrap()
    }
}

fn labels(message: &Message) -> Vec<&str> {
    let buttons = message.buttons.iter().flatten();
    buttons.map(|button| button.label.as_str()).collect()
}

#[tokio::test]
async fn the_next_message_is_the_answer() {
    let harness = ChatHarness::with(2, 20).await;
    for (command, question, said, answer) in [
        (
            "/find",
            "Which account?",
            "nasa please",
            "Looking up @nasa on Instagram…",
        ),
        (
            "/again",
            "Which account shall I look at again? Send me its name",
            "esa",
            "Looking up @esa on Instagram…",
        ),
        (
            "/watch",
            "You watch nothing yet",
            "like jaxa",
            "Looking up @jaxa on Instagram…",
        ),
        (
            "/compare",
            "Which accounts shall I compare? Two to five",
            "bergen_loaf halt.house",
            "I'll compare @bergen_loaf",
        ),
        (
            "/compare @a1",
            "With which account shall I compare @a1?",
            "a2",
            "I'll compare @a1",
        ),
    ] {
        harness.skip_time(Duration::from_secs(60));
        harness.fake.says(&ann(), command);
        harness.wait_for(42, question).await;
        harness.fake.says(&ann(), said);
        harness.wait_for(42, answer).await;
        assert_eq!(harness.is_asked(ANN), None, "{command} is answered");
    }
    harness.assert_healthy();
}

#[tokio::test]
async fn a_question_outlives_a_restart_and_nobody_else_answers_it() {
    let mut harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/watch");
    harness.wait_for(42, "You watch nothing yet").await;
    harness.reopen().await;
    harness.fake.says(&bob(), "esa");
    harness.wait_for(43, "Looking up @esa").await;
    harness.fake.says(&ann(), "nasa");
    harness.wait_for(42, LOOKING).await;
    harness.verify("nasa", 1_020).await;
    harness.wait_for(42, "I'll look at @nasa anew").await;
    assert!(
        harness
            .cx
            .ledger
            .watches_of(PersonId(43))
            .unwrap()
            .is_empty()
    );
    harness.assert_healthy();
}

#[tokio::test]
async fn a_question_is_void_after_ten_minutes_or_another_command() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/watch");
    harness.wait_for(42, "You watch nothing yet").await;
    harness.skip_time(Duration::from_secs(600));
    harness.fake.says(&ann(), "nasa");
    harness.wait_for(42, LOOKING).await;
    harness.fake.says(&ann(), "/watch");
    harness.fake.says(&ann(), "/privacy");
    harness.wait_for(42, "What I keep").await;
    harness.fake.says(&ann(), "esa");
    harness.wait_for(42, "Looking up @esa on Instagram…").await;
    harness.fake.says(&ann(), "/watch");
    harness.fake.says(&ann(), "no thanks");
    harness.wait_for(42, "All right.").await;
    harness.fake.says(&ann(), "jaxa");
    harness.wait_for(42, "Looking up @jaxa on Instagram…").await;
    assert!(
        harness
            .cx
            .ledger
            .watches_of(PersonId(42))
            .unwrap()
            .is_empty()
    );
    harness.assert_healthy();
}

#[tokio::test]
async fn the_latest_results_are_offered_for_what_works_on_results() {
    let mut harness = ChatHarness::with(2, 20).await;
    harness.speed_up_time();
    harness
        .has_results(&["a1", "a2", "a3", "a4", "a5", "a6"])
        .await;
    let latest = ["@a6", "@a5", "@a4", "@a3", "@a2"];
    harness.fake.says(&ann(), "/again");
    let asked = harness
        .wait_for(42, "Which account shall I look at again? Press one")
        .await;
    assert_eq!(labels(&asked), latest);
    harness.fake.presses(&ann(), asked.id, "@a5").unwrap();
    harness.wait_for(42, "Looking up @a5 on Instagram…").await;

    harness.fake.says(&ann(), "/result");
    let asked = harness.wait_for(42, "Which result shall I send?").await;
    assert_eq!(labels(&asked), latest);
    let lists = |all: &[Message]| {
        let lists = all
            .iter()
            .filter(|it| it.text.starts_with("Accounts like @a3"));
        lists.count() == 2
    };
    harness.fake.presses(&ann(), asked.id, "@a3").unwrap();
    harness
        .fake
        .until(42, SOON, "the list", lists)
        .await
        .unwrap();

    harness.fake.says(&ann(), "/watch");
    let asked = harness.wait_for(42, "You watch nothing yet").await;
    assert_eq!(labels(&asked).first(), Some(&"Watch @a6"));
    harness.fake.presses(&ann(), asked.id, "Watch @a6").unwrap();
    harness
        .wait_for(42, "I'll look at @a6 anew every week")
        .await;
    assert_eq!(harness.is_asked(ANN), None, "the press was the answer");
    harness.assert_healthy();
}

#[tokio::test]
async fn two_presses_make_a_comparison() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    harness.has_results(&["nasa"]).await;
    harness.fake.says(&ann(), "/compare");
    let asked = harness
        .wait_for(42, "Which accounts shall I compare?")
        .await;
    harness.fake.presses(&ann(), asked.id, "@nasa").unwrap();
    harness
        .wait_for(42, "With which account shall I compare @nasa?")
        .await;
    // Another command makes the question void.
    harness.fake.says(&ann(), "/help");
    harness.wait_for(42, "Send me one or more accounts").await;
    harness.has_results(&["esa"]).await;
    harness.fake.says(&ann(), "/compare");
    let offered = |it: &[Message]| it.iter().any(|it| labels(it) == ["@esa", "@nasa"]);
    let messages = harness.fake.until(42, SOON, "both", offered).await.unwrap();
    let asked = messages.last().unwrap();
    for (press, shown) in [
        ("@nasa", vec!["@esa", "• @nasa"]),
        ("• @nasa", vec!["@esa", "@nasa"]),
        ("@nasa", vec!["@esa", "• @nasa"]),
        ("@esa", vec![]),
    ] {
        harness.fake.presses(&ann(), asked.id, press).unwrap();
        harness
            .wait_for_change(42, asked.id, press, |it| labels(it) == shown)
            .await;
    }
    harness.wait_for(42, "@nasa and @esa side by side").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_marked_account_is_compared_with_a_name_that_is_sent() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    harness.has_results(&["nasa", "esa"]).await;
    harness.fake.says(&ann(), "/compare");
    let asked = harness
        .wait_for(42, "Which accounts shall I compare?")
        .await;
    harness.fake.presses(&ann(), asked.id, "@nasa").unwrap();
    let is_marked = |it: &Message| it.button("• @nasa").is_some();
    harness
        .wait_for_change(42, asked.id, "the mark", is_marked)
        .await;
    harness.fake.says(&ann(), "jaxa");
    harness.wait_for(42, "I'll compare @nasa and @jaxa.").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_result_that_is_not_there_is_searched_by_a_button() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/result nasa");
    let missing = harness
        .wait_for(42, "I have no result for @nasa here.")
        .await;
    harness
        .fake
        .presses(&ann(), missing.id, "Search @nasa")
        .unwrap();
    harness.wait_for(42, LOOKING).await;
    harness.assert_healthy();
}

#[tokio::test]
async fn of_several_words_the_account_is_pressed() {
    let harness = ChatHarness::new().await;
    harness.fake.says_in_group(
        GROUP,
        &ann(),
        "@lookalike_bot maria rossi bakes many cakes daily deep",
    );
    let asked = harness.wait_for(GROUP, "Which account do you mean?").await;
    let offered = ["@maria", "@rossi", "@bakes", "@many", "@cakes"];
    assert_eq!(labels(&asked), offered);
    let press = harness.fake.presses(&bob(), asked.id, "@rossi").unwrap();
    assert_eq!(
        harness.answer(&press).await,
        "Only the person who asked can do that."
    );
    harness.fake.presses(&ann(), asked.id, "@rossi").unwrap();
    harness
        .wait_for(GROUP, "Looking up @rossi on Instagram…")
        .await;
    let depth = harness.crawl("rossi").depth;
    assert_eq!(depth, lookalike::model::Depth::Deep, "as was said");
    harness.assert_healthy();
}

#[tokio::test]
async fn in_a_group_a_reply_is_the_answer_and_nothing_else_is() {
    let harness = ChatHarness::new().await;
    harness.fake.says_in_group(GROUP, &ann(), "/again");
    let asked = harness
        .wait_for(
            GROUP,
            "Which account shall I look at again? Reply to this with its name.",
        )
        .await;
    harness.fake.says_in_group(GROUP, &ann(), "jaxa");
    harness.fake.replies(&bob(), asked.id, "esa");
    harness.fake.replies(&ann(), asked.id, "nasa");
    harness.wait_for(GROUP, LOOKING).await;
    assert_eq!(harness.messages_of_bot(GROUP).len(), 2);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_link_of_its_own_is_opened_when_it_is_pasted() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    harness.has_results(&["nasa"]).await;
    let list = harness.wait_for(42, "Accounts like @nasa").await;
    harness.fake.presses(&ann(), list.id, "Share").unwrap();
    let shared = harness.wait_for(42, "Whoever opens this link").await;
    let mut links = shared.text.split_whitespace();
    let link = links.find(|it| it.contains("?start=r_")).unwrap();
    harness.fake.says(&bob(), &format!("look: {link}"));
    harness.wait_for(43, "Accounts like @nasa").await;
    harness
        .fake
        .says(&bob(), "https://t.me/lookalike_bot?start=r_withdrawn");
    harness
        .wait_for(43, "There is nothing behind that link any more")
        .await;
    harness.assert_healthy();
}
