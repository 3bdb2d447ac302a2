//! The one message that tells of a search, from the first word to the summary.

use lookalike::demo::telegram::{Event, Message, Person};
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

use crate::house::{House, WITHIN, small_world};

/// What the bot says in one chat after it was asked, change by change.
struct Chat {
    id: i64,
    events: Receiver<Event>,
}

impl Chat {
    /// Goes on to where the bot says this, with these buttons under it.
    async fn hears(&mut self, words: &str, buttons: &[&str]) -> Message {
        let mut heard = Vec::new();
        loop {
            let event = timeout(WITHIN, self.events.recv()).await;
            let event = event.unwrap_or_else(|_| panic!("not heard: {words}\n{heard:#?}"));
            let (Event::Sent(message) | Event::Edited(message)) = event.unwrap() else {
                continue;
            };
            let labels = message.buttons.iter().flatten();
            let labels = labels.map(|button| button.label.as_str());
            let is_it = message.text.contains(words) && labels.eq(buttons.iter().copied());
            match (message.chat == self.id, is_it) {
                (true, true) => return message,
                (true, false) => heard.push(message.text),
                (false, _) => {}
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bubble_goes_from_the_look_up_to_the_summary_and_is_one_message() {
    let mut house = House::with_rate(small_world(400, false), None).await;
    // One account at a time, each slowly enough to be watched.
    house.set("MAX_ACTIVE", "1").set("INSTAGRAM_RATE", "50/s");
    house.start().await;
    let bob = Person::new(502, "Bob");
    let chat = |person: &Person| Chat {
        id: person.id,
        events: house.telegram.events(),
    };
    let (mut anns, mut bobs) = (chat(&house.ann), chat(&bob));
    house.telegram.says(&house.ann, "@luna");
    let looking = "Looking up @luna on Instagram…";
    let bubble = anns.hears(looking, &["Cancel"]).await;
    let reading = anns.hears("Step 2 of 3", &["Cancel"]).await;
    for words in [
        "@luna · 400 followers",
        "reading whom they follow",
        "▱ ",
        "% · ",
        "left",
        "requests, at 50 a second",
    ] {
        assert!(reading.text.contains(words), "{words}: {}", reading.text);
    }
    house.telegram.says(&bob, "@celebrity");
    let waiting = "Next in line; starts as soon as there is room";
    let waiting = bobs.hears(waiting, &["Cancel"]).await;
    house.telegram.presses(&bob, waiting.id, "Cancel").unwrap();
    let cancelled = bobs.hears("@celebrity: cancelled.", &[]).await;
    assert_eq!(cancelled.id, waiting.id);

    // All are read: it goes no deeper.
    let buttons = ["Enough", "Cancel"];
    let so_far = anns.hears("So far, from", &buttons).await;
    let (_, list) = so_far.text.split_once("So far, from ").unwrap();
    assert!(
        list.contains(" followers:\n1. @") && !list.contains('%'),
        "it speaks plainly: {list}"
    );
    let done = anns.hears("✓ @luna is done: ", &[]).await;
    assert!(done.text.contains(" requests in "), "{}", done.text);
    let ids = [reading.id, so_far.id, done.id];
    assert_eq!(ids, [bubble.id; 3], "it is one message");
    house.stop().await;
    house.assert_clean();
}
