//! Those who run a group can end other people's searches there, and nobody else can.

use lookalike::demo::telegram::{CallFailure, MemberStatus, Message, Person};
use lookalike::model::Outcome;
use serde_json::json;

use crate::chat::LOOKING;
use crate::chat::harness::{ChatHarness, GROUP, SOON, ann, bob};

const OVERRULED: &str = "@nasa: cancelled by an administrator of this group.";
const NOT_YOURS: &str =
    "Only the person who asked can stop that, or an administrator of this group.";
const UNKNOWN: &str =
    "I couldn't find out whether you are an administrator of this group. Please try again.";

/// Starts a search of Ann's in the group; returns its bubble.
async fn search(harness: &ChatHarness) -> i32 {
    harness.fake.says_in_group(GROUP, &ann(), "/find @nasa");
    harness.wait_for(GROUP, LOOKING).await.id
}

async fn bubble_says(harness: &ChatHarness, bubble: i32, words: &str) {
    let is_it = |message: &Message| message.text == words;
    let bubble = harness.wait_for_change(GROUP, bubble, words, is_it).await;
    assert!(bubble.buttons.is_empty());
}

#[tokio::test]
async fn an_administrator_ends_anothers_search_by_button() {
    let mut harness = ChatHarness::new().await;
    harness
        .fake
        .appoints(GROUP, &bob(), MemberStatus::Administrator);
    let bubble = search(&harness).await;
    let press = harness.fake.presses(&bob(), bubble, "Cancel").unwrap();
    assert_eq!(harness.answer(&press).await, "@nasa is cancelled.");
    bubble_says(&harness, bubble, OVERRULED).await;
    assert_eq!(
        harness.analyses(&ann())[0].outcome,
        Some(Outcome::Overruled)
    );
    assert_eq!(harness.cx.ledger.live_crawls().unwrap(), []);
    harness.reopen().await;
    // Nobody can end what is over.
    let late = harness
        .fake
        .presses_stale(&bob(), bubble, "Cancel")
        .unwrap();
    let answer = harness.answer(&late).await;
    assert_eq!(answer, "Only the person who asked can do that.");
    bubble_says(&harness, bubble, OVERRULED).await;
    harness.assert_healthy();
}

#[tokio::test]
async fn the_owner_ends_anothers_search_by_word_and_only_in_this_group() {
    let harness = ChatHarness::new().await;
    harness.fake.appoints(GROUP, &bob(), MemberStatus::Owner);
    let bubble = search(&harness).await;
    harness.fake.says(&ann(), "@nasa");
    harness.wait_for(42, LOOKING).await;
    let question = harness.fake.says_in_group(GROUP, &bob(), "/cancel @nasa");
    let answer = harness.wait_for(GROUP, "Stopped: @nasa.").await;
    assert_eq!(answer.reply_to, Some(question));
    bubble_says(&harness, bubble, OVERRULED).await;
    let outcomes = harness.analyses(&ann()).into_iter().map(|it| it.outcome);
    let outcomes: Vec<_> = outcomes.collect();
    assert_eq!(outcomes, [Some(Outcome::Overruled), None]);

    harness.fake.says_in_group(GROUP, &bob(), "/cancel @esa");
    harness.wait_for(GROUP, "I'm not searching for @esa").await;
    harness.fake.says(&bob(), "/cancel @nasa");
    harness.wait_for(43, "I'm not searching for @nasa").await;
    assert_eq!(harness.fake.calls("getChatMember"), 1);
    harness.assert_healthy();
}

#[tokio::test]
async fn what_is_ones_own_goes_first() {
    let harness = ChatHarness::new().await;
    harness.fake.appoints(GROUP, &bob(), MemberStatus::Owner);
    search(&harness).await;
    let bobs = harness.fake.says_in_group(GROUP, &bob(), "/find @nasa");
    let replies = |all: &[Message]| {
        let mut all = all.iter();
        all.any(|it| it.reply_to == Some(bobs) && it.text.starts_with(LOOKING))
    };
    let seen = harness.fake.until(GROUP, SOON, "his", replies);
    seen.await.unwrap();
    harness.fake.says_in_group(GROUP, &bob(), "/cancel @nasa");
    harness.wait_for(GROUP, "Stopped: @nasa.").await;
    assert_eq!(
        harness.analyses(&bob())[0].outcome,
        Some(Outcome::Cancelled)
    );
    assert_eq!(harness.analyses(&ann())[0].outcome, None);
    assert_eq!(harness.fake.calls("getChatMember"), 0, "nobody is asked");
    harness.assert_healthy();
}

#[tokio::test]
async fn a_member_ends_nobody_elses_search() {
    let harness = ChatHarness::new().await;
    // In another group Bob is the owner; here he is a member.
    harness.fake.appoints(-200, &bob(), MemberStatus::Owner);
    let bubble = search(&harness).await;
    let press = harness.fake.presses(&bob(), bubble, "Cancel").unwrap();
    assert_eq!(harness.answer(&press).await, NOT_YOURS);
    let question = harness.fake.says_in_group(GROUP, &bob(), "/cancel @nasa");
    let answer = harness.wait_for(GROUP, NOT_YOURS).await;
    assert_eq!(answer.reply_to, Some(question));
    assert_eq!(harness.analyses(&ann())[0].outcome, None);
    harness.assert_healthy();
}

#[tokio::test]
async fn who_runs_the_group_is_asked_again_and_what_can_not_be_found_out_is_said() {
    let harness = ChatHarness::new().await;
    harness
        .fake
        .appoints(GROUP, &bob(), MemberStatus::Administrator);
    let bubble = search(&harness).await;
    let fail = |failure: CallFailure| harness.fake.fail_next("getChatMember", failure);
    for _ in 0..3 {
        fail(CallFailure::Dropped);
    }
    let press = harness.fake.presses(&bob(), bubble, "Cancel").unwrap();
    assert_eq!(harness.answer(&press).await, UNKNOWN);
    // This fake does not know Eve: Telegram can't tell who she is.
    let eve = Person::new(44, "Eve");
    let press = harness.fake.presses(&eve, bubble, "Cancel").unwrap();
    assert_eq!(harness.answer(&press).await, UNKNOWN);
    assert_eq!(harness.analyses(&ann())[0].outcome, None);

    fail(CallFailure::TooManyRequests { retry_after: 1 });
    fail(CallFailure::Dropped);
    let press = harness.fake.presses(&bob(), bubble, "Cancel").unwrap();
    assert_eq!(harness.answer(&press).await, "@nasa is cancelled.");
    bubble_says(&harness, bubble, OVERRULED).await;
    harness.assert_healthy();
}

#[tokio::test]
async fn who_writes_in_the_name_of_the_group_can_cancel_and_nothing_else() {
    let harness = ChatHarness::new().await;
    let bubble = search(&harness).await;
    let writes = |sender: i64, words: &str| {
        let chat = json!({ "id": GROUP, "type": "supergroup", "title": "Group" });
        let bot = json!({ "id": 1_087_968_824, "is_bot": true, "first_name": "Group" });
        let sender = json!({ "id": sender, "type": "supergroup", "title": "Someone" });
        let length = words.split(' ').next().unwrap().len();
        harness.fake.delivers(json!({ "message": {
            "message_id": 1,
            "date": 1,
            "chat": chat,
            "from": bot,
            "sender_chat": sender,
            "text": words,
            "entities": [{ "type": "bot_command", "offset": 0, "length": length }],
        }}));
    };
    writes(-300, "/cancel @nasa");
    writes(GROUP, "/find @esa");
    writes(GROUP, "/status");
    writes(GROUP, "/cancel @esa");
    harness.wait_for(GROUP, "I'm not searching for @esa").await;
    assert_eq!(harness.analyses(&ann())[0].outcome, None);
    writes(GROUP, "/cancel @nasa");
    harness.wait_for(GROUP, "Stopped: @nasa.").await;
    bubble_says(&harness, bubble, OVERRULED).await;
    let all = harness.fake.messages(GROUP);
    let answers = all
        .iter()
        .filter(|it| it.text.starts_with("I can't tell who asks"));
    assert_eq!(answers.count(), 3, "what can't be done is said");
    assert_eq!(all.len(), 7);
    harness.assert_healthy();
}
