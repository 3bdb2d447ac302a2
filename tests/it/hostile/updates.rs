//! What Telegram delivers: any JSON, and real updates that were tampered with.

use lookalike::demo::telegram::Person;
use lookalike::model::PersonId;
use serde_json::{Value, json};
use teloxide::types::Update;

use crate::harness::{Harness, WITHIN, small_world};
use crate::hostile::mutated::{json, mutated, text};
use crate::hostile::{samples, try_on};

#[test]
fn hostile_updates_are_read_or_refused() {
    let updates = (0..4).map(|kind| real_update(7, kind)).collect();
    try_on(3_000, "updates, read", &mutated(updates), |update| {
        let _ = serde_json::from_str::<Update>(&update.to_string());
        Ok(())
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_updates_do_not_hold_up_the_ones_behind_them() {
    let mut harness = Harness::new(small_world(20, false)).await;
    harness.start().await;
    let real =
        (10_000..10_040).flat_map(|person| (0..4).map(move |kind| real_update(person, kind)));
    let mut updates = samples(160, &mutated(real.collect()));
    updates.extend(samples(40, &text(4_096)).into_iter().map(|text| {
        let mut update = real_update(20_000, 0);
        update["message"]["text"] = json!(text);
        update
    }));
    let count = updates.len();
    for update in updates {
        harness.telegram.delivers(update);
    }
    is_still_there(&harness).await;
    println!("hostile input: {count} updates to a running bot");
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_numbers_of_updates_are_passed_over() {
    let mut harness = Harness::new(small_world(20, false)).await;
    harness.start().await;
    let eve = Person::new(30_000, "Eve");
    harness.telegram.knows(&eve);
    for number in [
        json!(null),
        json!(-1),
        json!("7"),
        json!(1.5),
        json!(1e300),
        json!(4_294_967_296_u64),
        json!([]),
        json!({}),
        json!(u64::MAX),
    ] {
        let mut update = real_update(30_000, 0);
        update["update_id"] = number;
        harness.telegram.delivers(update);
    }
    // The last of them would be remembered.
    let polls = harness.telegram.calls("getUpdates");
    harness
        .telegram
        .until_true(WITHIN, "that they were looked at", |telegram| {
            telegram.calls("getUpdates") > polls + 1
        })
        .await
        .unwrap();
    for update in samples(60, &json()) {
        harness.telegram.delivers(update);
    }
    is_still_there(&harness).await;
    assert_eq!(
        harness.telegram.messages(eve.id),
        [],
        "none of them is taken for an update"
    );
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_lists_of_handles_start_no_more_than_a_few_searches() {
    let mut harness = Harness::new(small_world(20, false)).await;
    harness.start().await;
    let handles: String = (0..2_000).map(|number| format!("@h{number} ")).collect();
    let mut update = real_update(harness.ann.id, 0);
    update["message"]["text"] = json!(handles);
    harness.telegram.delivers(update);
    let is_refused = |messages: &[lookalike::demo::telegram::Message]| {
        messages
            .iter()
            .any(|message| message.text.contains("I take 5 at a time"))
    };
    harness
        .until(&harness.ann, "that these are too many", is_refused)
        .await;
    let person = PersonId(harness.ann.id.unsigned_abs());
    let analyses = harness.app().context().ledger.analyses_of(person).unwrap();
    assert_eq!(
        analyses.len(),
        5,
        "a message asks for five accounts at most"
    );
    harness.stop().await;
}

/// Has another person ask for help and get it; asserts that no update is left.
async fn is_still_there(harness: &Harness) {
    let bob = Person::new(777, "Bob");
    harness.telegram.says(&bob, "/help");
    let helped = |messages: &[lookalike::demo::telegram::Message]| {
        messages
            .iter()
            .any(|message| message.text.starts_with("Send me one"))
    };
    harness
        .until(&bob, "the help, behind everything else", helped)
        .await;
    let left = harness.app().context().ledger.unhandled(100).unwrap();
    assert!(left.is_empty(), "{} updates lie in front of it", left.len());
}

/// Returns a message, a command in a group, a reply to the bot, or a pressed button.
fn real_update(person: i64, kind: u8) -> Value {
    let from = json!({ "id": person, "is_bot": false, "first_name": "Eve", "username": "eve", "language_code": "en" });
    let private =
        json!({ "id": person, "type": "private", "first_name": "Eve", "username": "eve" });
    let group = json!({ "id": -person, "type": "supergroup", "title": "Group" });
    let message = |chat: &Value, text: &str| json!({ "message_id": 5, "from": from, "chat": chat, "date": 1_750_000_000, "text": text });
    match kind {
        0 => json!({ "message": message(&private, "@luna and https://instagram.com/peer1") }),
        1 => {
            let mut command = message(&group, "/find@lookalike_bot @luna");
            command["entities"] = json!([
                { "type": "bot_command", "offset": 0, "length": 19 },
                { "type": "mention", "offset": 20, "length": 5 },
            ]);
            json!({ "message": command })
        }
        2 => {
            let mut reply = message(&group, "@luna");
            reply["reply_to_message"] = message(&group, "Hi!");
            reply["reply_to_message"]["from"] = json!({ "id": 7_000_000_001_i64, "is_bot": true, "first_name": "Lookalike", "username": "lookalike_bot" });
            json!({ "message": reply })
        }
        _ => {
            let mut bubble = message(&private, "Looking up");
            bubble["reply_markup"] =
                json!({ "inline_keyboard": [[{ "text": "Cancel", "callback_data": "cancel:1" }]] });
            json!({ "callback_query": {
                "id": "press", "from": from, "message": bubble, "chat_instance": "1", "data": "cancel:1",
            } })
        }
    }
}
