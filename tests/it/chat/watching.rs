//! What is watched in a group is ended by who watches it, and by nobody else.

use lookalike::demo::telegram::{Message, Person};
use lookalike::model::PersonId;

use crate::chat::house::{GROUP, House, SOON, ann, bob};

/// What somebody is told to watch in the group.
async fn list(house: &House, person: &Person) -> Message {
    let question = house.fake.says_in_group(GROUP, person, "/watch");
    let is_it = |message: &&Message| message.reply_to == Some(question);
    let is_there = |messages: &[Message]| messages.iter().any(|it| is_it(&it));
    let messages = house.fake.until(GROUP, SOON, "the list", is_there).await;
    messages.unwrap().iter().find(is_it).unwrap().clone()
}

#[tokio::test]
async fn the_list_of_what_one_watches_in_a_group_is_ones_own() {
    let house = House::new().await;
    for person in [ann(), bob()] {
        house.fake.says_in_group(GROUP, &person, "/watch nasa");
        house.hears(GROUP, "I'll look at @nasa anew").await;
    }
    house.fake.says(&ann(), "/watch esa");
    house.hears(42, "I'll look at @esa anew").await;
    let list = list(&house, &ann()).await;
    let end = "Stop watching @nasa";
    let press = house.fake.presses(&bob(), list.id, end).unwrap();
    let foreign = "Only the person who asked can do that.";
    assert_eq!(house.answer(&press).await, foreign);
    let watched = house.cx.ledger.watches_of(PersonId(42)).unwrap();
    assert_eq!(watched.len(), 2, "Ann watches both still");
    let press = house.fake.presses(&ann(), list.id, end).unwrap();
    assert_eq!(house.answer(&press).await, "You no longer watch @nasa.");
    house
        .sees(GROUP, list.id, "no button any more", |list| {
            list.buttons.is_empty()
        })
        .await;
    let list = self::list(&house, &bob()).await;
    assert!(list.button(end).is_some(), "Bob watches it still");
    house.is_well();
}
