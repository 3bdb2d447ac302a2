//! Updates as Telegram sends them today and may send them one day, and what is read of them.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof};
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use teloxide::types::UpdateKind;

use crate::bot::telegram::updates::StoredUpdate;

fn message(fields: Value) -> Value {
    let mut message = json!({
        "message_id": 5,
        "date": 1_750_000_000,
        "chat": { "id": 7, "type": "private", "first_name": "Ann" },
        "from": { "id": 7, "is_bot": false, "first_name": "Ann", "language_code": "ru" },
    });
    for (name, value) in fields.as_object().into_iter().flatten() {
        message[name] = value.clone();
    }
    json!({ "update_id": 9, "message": message })
}

/// Returns what the handlers see of a message, however often it was stored.
fn said(update: &Value) -> Option<String> {
    let incoming = StoredUpdate::read(update)?;
    let stored = serde_json::to_value(&incoming).expect("it can be stored");
    let again = StoredUpdate::read(&stored).expect("what was stored is read");
    assert_eq!(serde_json::to_value(&again).ok(), Some(stored));
    match again.into_update()?.kind {
        UpdateKind::Message(message) => Some(message.text()?.to_owned()),
        other => panic!("{other:?} is no message"),
    }
}

#[test]
fn a_text_is_read_whatever_telegram_adds_to_it() {
    for added in [
        json!({}),
        json!({ "entities": [{ "type": "date_time", "offset": 1, "length": 2, "unix_time": 1 }] }),
        json!({ "entities": [{ "type": "new", "offset": -1, "length": "x" }] }),
        json!({ "entities": [{ "type": "text_link", "offset": 0, "length": 1, "url": "nasa" }] }),
        json!({ "entities": [{ "type": "text_mention", "offset": 0, "length": 1 }] }),
        json!({ "external_reply": { "origin": { "type": "hidden_user", "date": 1 } } }),
        json!({ "quote": 7, "reply_to_story": [], "forward_origin": { "type": "new" } }),
        json!({ "reply_to_message": { "message_id": "x" }, "date": 1e300 }),
        json!({ "chat": { "id": 7, "type": "private", "new": {} }, "via_bot": {} }),
        json!({ "reply_markup": { "inline_keyboard": [[{ "text": "new" }]] } }),
    ] {
        let text = said(&message(added.clone()));
        assert_eq!(text.as_deref(), Some(""), "{added}");
        let mut update = message(added.clone());
        update["message"]["text"] = json!("@nasa");
        assert_eq!(said(&update).as_deref(), Some("@nasa"), "{added}");
    }
    let caption = json!({ "live_photo": { "new": 1 }, "caption": "＠nasa" });
    assert_eq!(said(&message(caption)).as_deref(), Some("@nasa"));
    assert!(said(&message(json!({ "chat": 7 }))).is_none());
}

#[test]
fn whatever_telegram_adds_the_same_is_read() {
    // What the Bot API has and the bot ignores, and what it may have one day.
    const ADDED: [&str; 18] = [
        "business_connection_id",
        "caption",
        "caption_entities",
        "checklist",
        "date",
        "edit_date",
        "effect_id",
        "external_reply",
        "forward_origin",
        "is_direct_messages",
        "last_name",
        "live_photo",
        "of_tomorrow",
        "photo",
        "quote",
        "reply_to_story",
        "sender_tag",
        "username",
    ];
    const PLACES: [&str; 6] = [
        "",
        "/message",
        "/message/chat",
        "/message/from",
        "/message/reply_to_message",
        "/message/reply_to_message/from",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(vec!["", "nasa", "/key github", "\u{202e}"]).prop_map(Value::from),
    ];
    let json = leaf.prop_recursive(3, 12, 4, |inner| {
        let named = (select(&ADDED[..]), inner.clone());
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            vec(named, 0..4).prop_map(|fields| {
                let fields = fields.into_iter();
                Value::Object(fields.map(|(name, it)| (name.to_owned(), it)).collect())
            }),
        ]
    });
    let field = (select(&PLACES[..]), select(&ADDED[..]), json.clone());
    let additions = (vec(field, 0..6), vec(json, 0..4));
    let from = json!({ "id": 8, "is_bot": true, "first_name": "Lookalike" });
    let question = "Which account? For example: /find @nasa";
    let reply = json!({ "message_id": 4, "date": 1, "text": question, "from": from,
        "chat": { "id": 7, "type": "private" } });
    let plain = message(json!({ "text": "@nasa", "reply_to_message": reply, "entities": [] }));
    let stored = |update: &Value| {
        let incoming = StoredUpdate::read(update).expect("it is read");
        let mut stored = serde_json::to_value(incoming).expect("it can be stored");
        for place in ["/message", "/message/reply_to_message"] {
            stored.pointer_mut(place).expect("it is there")["date"] = Value::Null;
        }
        stored
    };
    let expected = stored(&plain);
    let read = |(fields, entities): (Vec<(&str, &str, Value)>, Vec<Value>)| {
        let mut update = plain.clone();
        for (place, name, value) in fields {
            update.pointer_mut(place).expect("it is there")[name] = value;
        }
        update["message"]["entities"] = entities.into();
        prop_assert_eq!(stored(&update), expected.clone(), "{}", update);
        prop_assert_eq!(said(&update), Some("@nasa".to_owned()), "{}", update);
        Ok(())
    };
    let mut runner = TestRunner::deterministic();
    runner.run(&additions, read).expect("the same is read");
}

#[test]
fn a_link_behind_words_is_the_account_that_it_leads_to() {
    let linked = |text: &str, offset: usize, length: usize, url: &str| {
        let link = json!({ "type": "text_link", "offset": offset, "length": length, "url": url });
        said(&message(json!({ "text": text, "entities": [link] }))).expect("it is read")
    };
    let page = "https://bsky.app/profile/anna.bsky.social";
    let there = "https://bsky.app/profile/Anna.bsky.social?a=b";
    assert_eq!(linked("NASA", 0, 4, there), format!(" {page} "));
    assert_eq!(
        linked("🚀 like this one, deep", 8, 8, there),
        format!("🚀 like  {page} , deep"),
    );
    let elsewhere = "https://example.org/@anna/x";
    for (offset, length, url) in [(0, 4, "nasa"), (0, 4, "tg://user?id=7"), (3, 9, there)] {
        assert_eq!(linked("NASA", offset, length, url), "NASA", "{url}");
    }
    assert!(
        linked("NASA", 0, 4, elsewhere).contains("@anna"),
        "a server of Mastodon's"
    );
}

#[test]
fn what_people_have_written_elsewhere_is_not_kept() {
    let kept = |update: &Value| {
        let incoming = StoredUpdate::read(update).expect("it is read");
        serde_json::to_string(&incoming).expect("it can be stored")
    };
    let secret = "ghp_secret";
    let from = json!({ "id": 8, "is_bot": true, "first_name": secret });
    let other = json!({ "message_id": 4, "date": 1, "text": secret, "from": from,
        "chat": { "id": 7, "type": "private" } });
    for field in [
        "reply_to_message",
        "pinned_message",
        "quote",
        "external_reply",
    ] {
        let update = message(json!({ "text": "hello?", field: other }));
        assert!(!kept(&update).contains(secret), "{field}");
    }
    let edited = json!({ "update_id": 9, "edited_message": other });
    assert_eq!(kept(&edited), r#"{"update_id":9}"#);
    let press = json!({ "update_id": 9, "callback_query": {
        "id": "1", "from": from, "message": other, "data": "cancel:1" } });
    assert!(!kept(&press).contains(secret));
}

#[test]
fn a_press_comes_with_the_buttons_that_are_there() {
    let mut update = message(json!({ "text": "Looking up" }));
    let pressed = update["message"].take();
    let mut press = json!({ "id": "1", "from": pressed["from"], "message": pressed });
    press["message"]["reply_markup"] = json!({ "inline_keyboard": [
        [{ "text": "A", "callback_data": "a" }, { "text": "new", "new": {} }], 7] });
    let update = json!({ "update_id": 9, "callback_query": press });
    let update = StoredUpdate::read(&update).and_then(StoredUpdate::into_update);
    let Some(UpdateKind::CallbackQuery(query)) = update.map(|it| it.kind) else {
        panic!("it is no press");
    };
    let message = query.regular_message().expect("it is there");
    let markup = message.reply_markup().expect("it has buttons");
    let labels = markup
        .inline_keyboard
        .concat()
        .into_iter()
        .map(|it| it.text);
    assert_eq!(labels.collect::<Vec<_>>(), ["A"]);
}
