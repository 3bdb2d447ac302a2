//! Telegram is away for an hour: everything waits, nothing piles up, and afterwards all goes on by itself.

use std::time::Duration;

use lookalike::demo::telegram::{FakeTelegram, FloodLimits, Message};
use lookalike::model::OutgoingId;

use crate::chat::engine::rows;
use crate::chat::house::{House, SOON, ann, bob};
use crate::chat::{LOOKING, text};

const HOUR: Duration = Duration::from_secs(3_600);
const MINUTE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(500);

#[tokio::test]
async fn at_the_start_it_is_asked_for_once_a_minute_until_it_is_there() {
    let mut house = House::closed().await;
    house.stop_time();
    house.fake.set_down(true);
    house.open_bot();
    let start = house.elapsed();
    house
        .pass_until(MINUTE / 2, "an hour", |h| h.elapsed() - start >= HOUR)
        .await;
    let tries = house.fake.cut_off();
    println!("an hour without Telegram at the start: {tries} tries");
    assert!(
        (10..=70).contains(&tries),
        "{tries} tries in an hour: it is asked for again, and not too often"
    );
    house.fake.set_down(false);
    house.fake.says(&ann(), "/help");
    house
        .pass_until(MINUTE / 2, "the bot goes on by itself", |h| {
            !h.bot_said(42).is_empty()
        })
        .await;
    house.is_well();
}

#[tokio::test]
async fn in_the_middle_only_what_is_to_be_said_is_kept_and_then_said_in_order() {
    let mut house = House::new().await;
    house.fake.says(&ann(), "nasa");
    let bubble = house.hears(42, LOOKING).await;
    house.fake.says(&bob(), "nasa");
    house.hears(43, LOOKING).await;
    house.verified("nasa", 1_020).await;
    let listing = |m: &Message| m.text.contains("Step 1");
    house.sees(42, bubble.id, "listing", listing).await;
    // Our hours are the fake's seconds from here on; pace is others' story.
    house.fake.set_limits(FloodLimits::none());
    house.stop_time();
    house.fake.set_down(true);
    let edits = house.bot_said(42)[0].edits;
    house.reading("nasa").await;
    let before = house.fake.cut_off();
    for read in 1..=60 {
        house.reads_one("nasa", 608 - read).await;
        let until = house.elapsed() + MINUTE;
        house
            .pass_until(MINUTE / 2, "a minute", |h| h.elapsed() >= until)
            .await;
    }
    let tries = house.fake.cut_off() - before;
    assert_eq!(
        house.cx.ledger.unsent(OutgoingId(0), 99).unwrap(),
        [],
        "progress is not kept to be told later"
    );
    house.finish("nasa", rows(20)).await;
    assert!(
        (10..=250).contains(&tries),
        "{tries} tries of two chats and one poll in an hour: not too often"
    );
    let before = house.fake.cut_off();
    let until = house.elapsed() + 3 * MINUTE;
    house
        .pass_until(4 * STEP, "three more", |h| h.elapsed() >= until)
        .await;
    let then = house.fake.cut_off() - before;
    assert!(
        (4..=20).contains(&then),
        "{then} tries in three minutes in which there is something to be said"
    );
    let kept = house.cx.ledger.unsent(OutgoingId(0), 99).unwrap().len();
    println!(
        "an hour without Telegram in the middle: {tries} tries, {kept} things kept to be said"
    );
    assert_eq!(kept, 6, "the end, the picture and the list, for two people");

    house.fake.says(&ann(), "/help");
    house.fake.set_down(false);
    house
        .pass_until(STEP, "all is said", |h| {
            h.bot_said(42).len() == 4 && h.bot_said(43).len() == 3
        })
        .await;
    let said = house.bot_said(42);
    assert!(
        text(&said[0]).starts_with("✓ @nasa is done"),
        "{}",
        said[0].text
    );
    assert_eq!(said[0].edits, edits + 1, "one more, to the end");
    let list = said
        .iter()
        .rposition(|m| text(m).starts_with("Accounts like @nasa"));
    let picture = said.iter().position(|m| m.photo.is_some());
    assert!(picture < list, "the picture comes before the list");
    assert!(
        said.iter()
            .any(|m| text(m).starts_with("Send me one or more accounts on Instagram"))
    );
    house.is_well();
}

#[tokio::test]
async fn what_is_asked_at_the_end_of_an_outage_is_answered_after_it() {
    let house = House::new().await;
    house.fake.says(&ann(), "/help");
    house
        .hears(42, "Send me one or more accounts on Instagram")
        .await;
    house.fake.set_down(true);
    let cut = |fake: &FakeTelegram| fake.cut_off() > 0;
    house
        .fake
        .until_true(SOON, "a cut poll", cut)
        .await
        .unwrap();
    house.fake.says(&ann(), "nasa");
    house.fake.set_down(false);
    house.hears(42, LOOKING).await;
    house.is_well();
}
