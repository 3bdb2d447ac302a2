//! The one message that tells of a search, from the first word to the summary.

use lookalike::demo::telegram::{Message, Person};

use crate::house::{House, WITHIN, small_world};

/// What the bot has said in a person's one bubble, in order.
struct Told<'a> {
    house: &'a House,
    person: Person,
}

impl Told<'_> {
    /// Waits until the bubble tells this, and has these buttons.
    async fn until(&self, words: &str, buttons: &[&str]) -> Message {
        let is_told = |it: &&Message| {
            let labels = it.buttons.iter().flatten().map(|it| it.label.as_str());
            it.from_bot && it.text.contains(words) && labels.eq(buttons.iter().copied())
        };
        let what = format!("{words} {buttons:?}");
        let chat = self.person.id;
        let seen = |all: &[Message]| all.iter().any(|it| is_told(&it));
        let telegram = &self.house.telegram;
        let seen = telegram.until(chat, WITHIN, &what, seen).await;
        seen.unwrap().iter().find(is_told).cloned().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bubble_goes_from_the_look_up_to_the_summary_and_is_one_message() {
    let mut house = House::with_rate(small_world(400, false), None).await;
    // One account at a time, each slowly enough to be watched.
    house.set("MAX_ACTIVE", "1").set("INSTAGRAM_RATE", "50/s");
    house.start().await;
    let bob = Person::new(502, "Bob");
    let anns = Told {
        person: house.ann.clone(),
        house: &house,
    };
    let bobs = Told {
        person: bob.clone(),
        house: &house,
    };
    house.telegram.says(&house.ann, "@luna");
    let bubble = anns
        .until("Looking up @luna on Instagram…", &["Cancel"])
        .await;
    let reading = anns
        .until("Step 2 of 3: reading whom they follow", &["Cancel"])
        .await;
    assert_eq!(reading.id, bubble.id);
    for words in [
        "@luna · 400 followers",
        "▱ ",
        "% · ",
        "left",
        "requests, at 50 a second",
    ] {
        assert!(reading.text.contains(words), "{words}: {}", reading.text);
    }
    house.telegram.says(&bob, "@celebrity");
    let waiting = "Next in line; starts as soon as there is room";
    let waiting = bobs.until(waiting, &["Cancel"]).await;
    house.telegram.presses(&bob, waiting.id, "Cancel").unwrap();
    bobs.until("@celebrity: cancelled.", &[]).await;
    let so_far = anns
        .until("So far, from", &["Enough", "Deeper", "Cancel"])
        .await;
    assert_eq!(so_far.id, bubble.id);
    let done = anns.until("✓ @luna is done: ", &[]).await;
    assert_eq!(done.id, bubble.id);
    assert!(done.text.contains(" requests in "), "{}", done.text);
    house.stop().await;
    house.assert_clean();
}
