//! People's messages are understood, whatever Telegram adds to them and however they are written.

use lookalike::demo::telegram::{Message, Person};
use serde_json::{Value, json};

use crate::harness::{Harness, WITHIN, small_world};

const GROUP: i64 = -1_001_234_567_890;

async fn harness() -> Harness {
    let mut harness = Harness::new(small_world(20, false)).await;
    harness.start().await;
    harness
}

fn person(number: i64) -> Person {
    Person::new(600 + number, "Eve")
}

fn has(text: &str) -> impl Fn(&[Message]) -> bool {
    move |all| all.iter().any(|it| it.from_bot && it.text.contains(text))
}

/// Waits for a message of the bot with these words.
async fn wait_for(harness: &Harness, chat: i64, text: &str, why: &str) {
    let what = format!("{text:?} as the answer to {why}");
    let seen = harness.telegram.until(chat, WITHIN, &what, has(text)).await;
    seen.unwrap();
}

fn link(offset: usize, length: usize, url: &str) -> Value {
    json!({ "type": "text_link", "offset": offset, "length": length, "url": url })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_read_whatever_telegram_adds_to_the_message() {
    let mut harness = harness().await;
    let other =
        json!({ "origin": { "type": "hidden_user", "sender_user_name": "Bob", "date": 1 } });
    let date =
        json!([{ "type": "date_time", "offset": 6, "length": 5, "unix_time": 1_783_148_399 }]);
    let photo = json!([{ "file_id": "a", "file_unique_id": "b", "width": 1, "height": 1 }]);
    let odd = [
        json!({ "external_reply": other }),
        json!({ "entities": date }),
        json!({ "entities": [{ "type": "of_tomorrow", "offset": 0, "length": 5 }] }),
        json!({ "entities": [link(0, 5, "nothing")] }),
        json!({ "text": null, "live_photo": {}, "caption": "@luna" }),
        json!({ "text": null, "photo": photo, "caption": "＠luna" }),
        json!({ "quote": {}, "reply_to_story": 1, "forward_origin": { "type": "of_tomorrow" } }),
        json!({ "reply_to_message": { "poll": [] } }),
        json!({ "via_bot": 7, "date": "today", "sender_tag": "x" }),
    ];
    for (number, fields) in (0..).zip(&odd) {
        let eve = person(number);
        harness
            .telegram
            .says_with(eve.id, &eve, "@luna 18:30", fields.clone());
    }
    for (number, fields) in (0..).zip(&odd) {
        wait_for(&harness, person(number).id, "@luna", &fields.to_string()).await;
    }
    // There is no account in it, but the sender waits for an answer.
    let eve = person(99);
    let dice = json!({ "text": null, "dice": { "emoji": "🎲", "value": 6 } });
    harness.telegram.says_with(eve.id, &eve, "", dice);
    wait_for(
        &harness,
        eve.id,
        "I didn't find an account in that",
        "a dice",
    )
    .await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_behind_words_leads_to_its_account() {
    let mut harness = harness().await;
    let luna = "https://www.instagram.com/luna/?igsh=x";
    for (number, (text, entity)) in (0..).zip([
        ("PEER1", link(0, 5, luna)),
        ("🚀 like this one", link(8, 8, luna)),
        ("/find this", link(6, 4, luna)),
    ]) {
        let eve = person(number);
        harness
            .telegram
            .says_with(eve.id, &eve, text, json!({ "entities": [entity] }));
    }
    for number in 0..3 {
        wait_for(&harness, person(number).id, "@luna", "a link to her").await;
    }
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_and_names_are_read_however_they_are_typed() {
    let mut harness = harness().await;
    let table = [
        ("/find\n@luna", "@luna"),
        ("/Find\u{a0}@luna", "@luna"),
        ("/FIND: luna", "@luna"),
        ("@lookalike_bot luna", "@luna"),
        ("@lookalike_bot /find luna", "@luna"),
        ("Instagram: luna", "@luna"),
        ("@luna в инстаграме", "@luna"),
        ("*@luna*", "@luna"),
        ("@luna…", "@luna"),
        ("@luna's", "@luna"),
        ("＠luna", "@luna"),
        ("luna 🚀", "@luna"),
        ("/compare\n@luna\n@peer1", "@peer1"),
        ("/START", "Hi! Send me an account"),
        ("/privacy@lookalike_bot\n", "What I keep"),
        ("GitHub: @luna", "I'm not connected to GitHub"),
        ("@luna@threads.net", "I don't know threads.net"),
        (
            "/keys instagram hik_SUPERSECRETKEY0001",
            "That looks like a key",
        ),
        ("instagram hik_SUPERSECRETKEY0001", "That looks like a key"),
    ];
    for (number, (text, _)) in (0..).zip(table) {
        harness.telegram.says(&person(number), text);
    }
    for (number, (text, expected)) in (0..).zip(table) {
        wait_for(&harness, person(number).id, expected, text).await;
    }
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_in_the_name_of_a_chat_is_told_why_there_is_no_answer() {
    let mut harness = harness().await;
    let speaks = |group: i64, text: &str, sender: Value, more: Value| {
        let bot = Person::new(1_087_968_824, "Group");
        let from = json!({ "id": bot.id, "is_bot": true, "first_name": "Group" });
        let mut fields = json!({ "from": from, "sender_chat": sender });
        for (name, value) in more.as_object().into_iter().flatten() {
            fields[name] = value.clone();
        }
        harness.telegram.says_with(group, &bot, text, fields)
    };
    let channel = json!({ "id": -1_009, "type": "channel", "title": "News" });
    let group = |id: i64| json!({ "id": id, "type": "supergroup", "title": "Group" });
    let why = "I can't tell who asks";
    speaks(GROUP, "/find @luna", group(GROUP), json!({}));
    wait_for(&harness, GROUP, why, "an anonymous administrator").await;
    speaks(GROUP - 1, "@lookalike_bot luna", channel.clone(), json!({}));
    wait_for(&harness, GROUP - 1, why, "a channel").await;

    // A channel's post comes to its group automatically, and addresses nobody.
    let forward = json!({ "is_automatic_forward": true });
    speaks(GROUP - 2, "/find @luna", channel.clone(), forward);
    speaks(GROUP - 2, "hello", channel, json!({}));
    let ann = harness.ann.clone();
    harness.telegram.says_in_group(GROUP - 2, &ann, "/privacy");
    wait_for(&harness, GROUP - 2, "What I keep", "/privacy").await;
    let messages = harness.telegram.messages(GROUP - 2);
    assert!(
        !has(why)(&messages),
        "nobody has asked anything: {messages:?}"
    );
    harness.stop().await;
    harness.assert_clean();
}
