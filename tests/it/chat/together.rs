//! Many searches in one chat: one message shows them all.

use lookalike::demo::telegram::Message;

use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, GROUP, ann, bob};

const FIVE: &str = "@a1 @a2 @a3 @a4 @a5";
const SHOWN: &str = "5 searches under way";

async fn with_five() -> (ChatHarness, Message) {
    let mut harness = ChatHarness::with(8, 5).await;
    harness.speed_up_time();
    harness.fake.says(&ann(), FIVE);
    let together = harness.wait_for(42, SHOWN).await;
    (harness, together)
}

fn bubble(harness: &ChatHarness, handle: &str) -> Message {
    let mut said = harness.messages_of_bot(42).into_iter();
    let is_for = |message: &Message| message.text.contains(handle) && message.buttons.len() <= 1;
    said.find(is_for)
        .unwrap_or_else(|| panic!("no bubble for {handle}"))
}

#[tokio::test]
async fn five_searches_are_shown_in_one_message() {
    let (harness, together) = with_five().await;
    for handle in ["a1", "a2"] {
        harness.verify(handle, 1_020).await;
    }
    let both = |m: &Message| m.text.contains("@a1: 0%") && m.text.contains("@a2: 0%");
    let shown = harness
        .wait_for_change(42, together.id, "two lines", both)
        .await;
    assert!(shown.text.contains("@a3: looking it up"), "{}", shown.text);
    harness.start_reading("a1").await;
    let reading = |m: &Message| m.text.contains("@a1: 48%, about");
    harness
        .wait_for_change(42, together.id, "progress", reading)
        .await;
    assert_eq!(bubble(&harness, "@a1").edits, 0, "the single bubbles rest");
    assert!(together.button("Cancel all").is_some());

    harness
        .fake
        .presses(&ann(), together.id, "Cancel @a2")
        .unwrap();
    let without = |m: &Message| !m.text.contains("@a2") && m.button("Cancel @a2").is_none();
    let fewer = harness
        .wait_for_change(42, together.id, "one line less", without)
        .await;
    assert!(
        fewer.text.starts_with("4 searches under way"),
        "{}",
        fewer.text
    );
    harness.wait_for(42, "@a2: cancelled.").await;
    harness.finish("a1", rows(3)).await;
    harness.wait_for(42, "Accounts like @a1").await;
    let three = |m: &Message| m.text.starts_with("3 searches under way");
    harness
        .wait_for_change(42, together.id, "one line less", three)
        .await;
    harness
        .fake
        .presses(&ann(), together.id, "Cancel all")
        .unwrap();
    let over = |m: &Message| m.text == "All these searches have finished." && m.buttons.is_empty();
    harness
        .wait_for_change(42, together.id, "the end", over)
        .await;
    for handle in ["@a3", "@a4", "@a5"] {
        harness.wait_for(42, &format!("{handle}: cancelled.")).await;
    }

    harness.fake.says(&ann(), "@b1");
    let alone = harness.wait_for(42, "Looking up @b1 on Instagram…").await;
    harness.verify("b1", 1_020).await;
    let listing = |m: &Message| m.text.contains("▱ 0%");
    harness
        .wait_for_change(42, alone.id, "its own bubble again", listing)
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn up_to_four_have_a_bubble_each() {
    let mut harness = ChatHarness::with(8, 5).await;
    harness.speed_up_time();
    harness.fake.says(&ann(), "@a1 @a2 @a3 @a4");
    for handle in ["a1", "a2", "a3", "a4"] {
        let bubble = harness
            .wait_for(42, &format!("Looking up @{handle} on Instagram…"))
            .await;
        harness.verify(handle, 1_020).await;
        let listing = |m: &Message| m.text.contains("▱ 0%");
        harness
            .wait_for_change(42, bubble.id, "listing", listing)
            .await;
    }
    assert_eq!(harness.messages_of_bot(42).len(), 4);
    harness.assert_healthy();
}

#[tokio::test]
async fn the_message_for_all_is_the_same_after_a_restart() {
    let (mut harness, together) = with_five().await;
    harness.reopen().await;
    harness.verify("a1", 1_020).await;
    let listing = |m: &Message| m.text.contains("@a1: 0%");
    harness
        .wait_for_change(42, together.id, "progress", listing)
        .await;
    harness.stop_bot().await;
    harness.cancel_all(&ann()).await;
    harness.reopen().await;
    let over = |m: &Message| m.text == "All these searches have finished.";
    harness
        .wait_for_change(42, together.id, "the end", over)
        .await;
    let shown = harness.messages_of_bot(42);
    let shown = shown.iter().filter(|m| m.id >= together.id);
    assert_eq!(shown.count(), 1, "there is no second one");
    harness.assert_healthy();
}

#[tokio::test]
async fn who_deletes_it_twice_gets_the_single_bubbles_back() {
    let (harness, together) = with_five().await;
    harness.fake.deletes(42, together.id);
    harness.verify("a1", 1_020).await;
    let again = harness.wait_for(42, SHOWN).await;
    assert_ne!(again.id, together.id);
    harness.fake.deletes(42, again.id);
    harness.verify("a2", 1_020).await;
    let single = bubble(&harness, "@a2");
    let listing = |m: &Message| m.text.contains("▱ 0%");
    harness
        .wait_for_change(42, single.id, "its own bubble", listing)
        .await;
    let shown = harness.messages_of_bot(42);
    assert!(!shown.iter().any(|m| m.text.starts_with(SHOWN)));
    harness.assert_healthy();
}

#[tokio::test]
async fn in_a_group_each_cancels_their_own() {
    let mut harness = ChatHarness::with(8, 5).await;
    harness.speed_up_time();
    harness
        .fake
        .says_in_group(GROUP, &ann(), "/find @a1 @a2 @a3");
    harness
        .wait_for(GROUP, "Looking up @a3 on Instagram…")
        .await;
    harness.fake.says_in_group(GROUP, &bob(), "/find @b1 @b2");
    let together = harness.wait_for(GROUP, SHOWN).await;
    let press = harness
        .fake
        .presses(&bob(), together.id, "Cancel @a1")
        .unwrap();
    assert_eq!(
        harness.answer(&press).await,
        "Only the person who asked can stop that, or an administrator of this group."
    );
    harness
        .fake
        .presses(&bob(), together.id, "Cancel all")
        .unwrap();
    let three = |m: &Message| m.text.starts_with("3 searches under way");
    let rest = harness
        .wait_for_change(GROUP, together.id, "Ann's are left", three)
        .await;
    assert!(rest.button("Cancel @a1").is_some());
    harness.assert_healthy();
}
