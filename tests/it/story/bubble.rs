//! The message that shows a search, from the first word to the list.

use lookalike::demo::telegram::{Event, Message, Person};
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

use crate::harness::{Harness, WITHIN, small_world};

/// The changes to the messages of one chat, in their order.
struct ChatLog {
    id: i64,
    events: Receiver<Event>,
}

impl ChatLog {
    /// Waits until the bot has deleted a message.
    async fn wait_for_deletion(&mut self, wanted: i32) {
        loop {
            let event = timeout(WITHIN, self.events.recv()).await;
            let event = event.unwrap_or_else(|_| panic!("{wanted} is still there"));
            if let Event::Deleted {
                message,
                by_bot: true,
                ..
            } = event.unwrap()
                && message == wanted
            {
                return;
            }
        }
    }

    /// Waits for a message or an edit with these words and buttons.
    async fn wait_for(&mut self, words: &str, buttons: &[&str]) -> Message {
        let mut seen = Vec::new();
        loop {
            let event = timeout(WITHIN, self.events.recv()).await;
            let event = event.unwrap_or_else(|_| panic!("not heard: {words}\n{seen:#?}"));
            let (Event::Sent(message) | Event::Edited(message)) = event.unwrap() else {
                continue;
            };
            let labels = message.buttons.iter().flatten();
            let labels = labels.map(|button| button.label.as_str());
            let is_it = message.text.contains(words) && labels.eq(buttons.iter().copied());
            match (message.chat == self.id, is_it) {
                (true, true) => return message,
                (true, false) => seen.push(message.text),
                (false, _) => {}
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bubble_goes_from_the_look_up_to_the_list_and_is_one_message() {
    let mut harness = Harness::with_rate(small_world(400, false), None).await;
    // One account at a time, slowly enough to be watched.
    harness.set("MAX_ACTIVE", "1").set("INSTAGRAM_RATE", "50/s");
    harness.start().await;
    let bob = Person::new(502, "Bob");
    let chat = |person: &Person| ChatLog {
        id: person.id,
        events: harness.telegram.events(),
    };
    let (mut anns, mut bobs) = (chat(&harness.ann), chat(&bob));
    harness.telegram.says(&harness.ann, "@luna");
    let looking = "Looking up @luna on Instagram…";
    let bubble = anns.wait_for(looking, &["Cancel"]).await;
    let reading = anns.wait_for("▱ ", &["Details", "Cancel"]).await;
    for words in ["@luna · Instagram · 400 followers", "%", "left"] {
        assert!(reading.text.contains(words), "{words}: {}", reading.text);
    }
    harness.telegram.says(&bob, "@celebrity");
    let waiting = "Next in line; starts as soon as there is room";
    let waiting = bobs.wait_for(waiting, &["Details", "Cancel"]).await;
    harness
        .telegram
        .presses(&bob, waiting.id, "Cancel")
        .unwrap();
    let cancelled = bobs
        .wait_for("@celebrity: cancelled.", &["Search again"])
        .await;
    assert_eq!(cancelled.id, waiting.id);

    // There is no deeper search: all are read.
    let buttons = ["Show what there is", "Enough", "Details", "Cancel"];
    let so_far = anns.wait_for("First impression, after", &buttons).await;
    let (_, list) = so_far.text.split_once("First impression, after ").unwrap();
    assert!(
        list.contains(" followers (names will still move):\n1. The ") && list.contains("% overlap"),
        "each has a name and its number: {list}"
    );
    let ids = [reading.id, so_far.id];
    assert_eq!(ids, [bubble.id; 2], "it is one message");
    anns.wait_for_deletion(bubble.id).await;
    let luna = harness.until_delivered(&harness.ann, "luna").await;
    assert_eq!(luna.len(), 3, "the list has taken its place: {luna:#?}");
    harness.stop().await;
    harness.assert_clean();
}
