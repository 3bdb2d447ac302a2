//! Many searches in one chat: one message shows them all.

use lookalike::demo::telegram::Message;

use crate::chat::engine::rows;
use crate::chat::house::{GROUP, House, ann, bob};

const FIVE: &str = "@a1 @a2 @a3 @a4 @a5";
const SHOWN: &str = "5 searches under way";

async fn with_five() -> (House, Message) {
    let mut house = House::with(8, 5).await;
    house.hurry();
    house.fake.says(&ann(), FIVE);
    let together = house.hears(42, SHOWN).await;
    (house, together)
}

fn bubble(house: &House, handle: &str) -> Message {
    let mut said = house.bot_said(42).into_iter();
    let is_for = |message: &Message| message.text.contains(handle) && message.buttons.len() <= 1;
    said.find(is_for)
        .unwrap_or_else(|| panic!("no bubble for {handle}"))
}

#[tokio::test]
async fn five_searches_are_shown_in_one_message() {
    let (house, together) = with_five().await;
    for handle in ["a1", "a2"] {
        house.verified(handle, 1_020).await;
    }
    let both =
        |m: &Message| m.text.contains("@a1: step 1 of 3") && m.text.contains("@a2: step 1 of 3");
    let shown = house.sees(42, together.id, "two lines", both).await;
    assert!(shown.text.contains("@a3: looking it up"), "{}", shown.text);
    house.reading("a1").await;
    let reading = |m: &Message| m.text.contains("@a1: step 2 of 3, 51%, about");
    house.sees(42, together.id, "progress", reading).await;
    assert_eq!(bubble(&house, "@a1").edits, 0, "the single bubbles rest");
    assert!(together.button("Cancel all").is_some());

    house
        .fake
        .presses(&ann(), together.id, "Cancel @a2")
        .unwrap();
    let without = |m: &Message| !m.text.contains("@a2") && m.button("Cancel @a2").is_none();
    let fewer = house.sees(42, together.id, "one line less", without).await;
    assert!(
        fewer.text.starts_with("4 searches under way"),
        "{}",
        fewer.text
    );
    house.hears(42, "@a2: cancelled.").await;
    house.finish("a1", rows(3)).await;
    house.hears(42, "✓ @a1 is done").await;
    let three = |m: &Message| m.text.starts_with("3 searches under way");
    house.sees(42, together.id, "one line less", three).await;
    house
        .fake
        .presses(&ann(), together.id, "Cancel all")
        .unwrap();
    let over = |m: &Message| m.text == "These searches are over." && m.buttons.is_empty();
    house.sees(42, together.id, "the end", over).await;
    for handle in ["@a3", "@a4", "@a5"] {
        house.hears(42, &format!("{handle}: cancelled.")).await;
    }

    house.fake.says(&ann(), "@b1");
    let alone = house.hears(42, "Looking up @b1 on Instagram…").await;
    house.verified("b1", 1_020).await;
    let listing = |m: &Message| m.text.contains("Step 1");
    house
        .sees(42, alone.id, "its own bubble again", listing)
        .await;
    house.is_well();
}

#[tokio::test]
async fn up_to_four_have_a_bubble_each() {
    let mut house = House::with(8, 5).await;
    house.hurry();
    house.fake.says(&ann(), "@a1 @a2 @a3 @a4");
    for handle in ["a1", "a2", "a3", "a4"] {
        let bubble = house
            .hears(42, &format!("Looking up @{handle} on Instagram…"))
            .await;
        house.verified(handle, 1_020).await;
        let listing = |m: &Message| m.text.contains("Step 1");
        house.sees(42, bubble.id, "listing", listing).await;
    }
    assert_eq!(house.bot_said(42).len(), 4);
    house.is_well();
}

#[tokio::test]
async fn the_message_for_all_is_the_same_after_a_restart() {
    let (mut house, together) = with_five().await;
    house.reopen().await;
    house.verified("a1", 1_020).await;
    let listing = |m: &Message| m.text.contains("@a1: step 1 of 3");
    house.sees(42, together.id, "progress", listing).await;
    house.close_bot().await;
    house.cancel_all(&ann()).await;
    house.reopen().await;
    let over = |m: &Message| m.text == "These searches are over.";
    house.sees(42, together.id, "the end", over).await;
    let shown = house.bot_said(42);
    let shown = shown.iter().filter(|m| m.id >= together.id);
    assert_eq!(shown.count(), 1, "there is no second one");
    house.is_well();
}

#[tokio::test]
async fn who_deletes_it_twice_gets_the_single_bubbles_back() {
    let (house, together) = with_five().await;
    house.fake.deletes(42, together.id);
    house.verified("a1", 1_020).await;
    let again = house.hears(42, SHOWN).await;
    assert_ne!(again.id, together.id);
    house.fake.deletes(42, again.id);
    house.verified("a2", 1_020).await;
    let single = bubble(&house, "@a2");
    let listing = |m: &Message| m.text.contains("Step 1");
    house.sees(42, single.id, "its own bubble", listing).await;
    let shown = house.bot_said(42);
    assert!(!shown.iter().any(|m| m.text.starts_with(SHOWN)));
    house.is_well();
}

#[tokio::test]
async fn in_a_group_each_cancels_his_own() {
    let mut house = House::with(8, 5).await;
    house.hurry();
    house.fake.says_in_group(GROUP, &ann(), "/find @a1 @a2 @a3");
    house.hears(GROUP, "Looking up @a3 on Instagram…").await;
    house.fake.says_in_group(GROUP, &bob(), "/find @b1 @b2");
    let together = house.hears(GROUP, SHOWN).await;
    let press = house
        .fake
        .presses(&bob(), together.id, "Cancel @a1")
        .unwrap();
    assert_eq!(
        house.answer(&press).await,
        "Only the person who asked can stop that, or an administrator of this group."
    );
    house
        .fake
        .presses(&bob(), together.id, "Cancel all")
        .unwrap();
    let three = |m: &Message| m.text.starts_with("3 searches under way");
    let rest = house
        .sees(GROUP, together.id, "Ann's are left", three)
        .await;
    assert!(rest.button("Cancel @a1").is_some());
    house.is_well();
}
