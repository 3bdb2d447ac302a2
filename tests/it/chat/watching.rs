//! A watch in a group is ended by the person who set it, and by nobody else.

use lookalike::demo::telegram::{Message, Person};
use lookalike::model::PersonId;

use crate::chat::harness::{ChatHarness, GROUP, SOON, ann, bob};

/// Returns a person's list of watches in the group.
async fn list(harness: &ChatHarness, person: &Person) -> Message {
    let question = harness.fake.says_in_group(GROUP, person, "/watch");
    let is_it = |message: &&Message| message.reply_to == Some(question);
    let is_there = |messages: &[Message]| messages.iter().any(|it| is_it(&it));
    let messages = harness.fake.until(GROUP, SOON, "the list", is_there).await;
    messages.unwrap().iter().find(is_it).unwrap().clone()
}

#[tokio::test]
async fn the_list_of_what_one_watches_in_a_group_is_ones_own() {
    let harness = ChatHarness::new().await;
    for person in [ann(), bob()] {
        harness.fake.says_in_group(GROUP, &person, "/watch nasa");
        harness.wait_for(GROUP, "I'll look at @nasa anew").await;
    }
    harness.fake.says(&ann(), "/watch esa");
    harness.wait_for(42, "I'll look at @esa anew").await;
    let list = list(&harness, &ann()).await;
    let end = "Stop watching @nasa";
    let press = harness.fake.presses(&bob(), list.id, end).unwrap();
    let foreign = "Only the person who asked can do that.";
    assert_eq!(harness.answer(&press).await, foreign);
    let watched = harness.cx.ledger.watches_of(PersonId(42)).unwrap();
    assert_eq!(watched.len(), 2, "Ann watches both still");
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
