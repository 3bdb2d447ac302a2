//! A person's own client can press anything below any message of the bot: that changes nobody else's messages.

use std::time::Duration;

use lookalike::demo::telegram::{Message, Person};
use serde_json::json;

use crate::chat::LOOKING;
use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, GROUP, ann, bob};

const REFUSED: &str = "That button has expired. Please send me the account again.";

/// Presses a button that a message does not have. Telegram includes the message as it is or, if it is old, only its
/// number.
fn forge(harness: &ChatHarness, person: &Person, message: &Message, data: &str, is_old: bool) {
    let buttons: Vec<_> = message
        .buttons
        .iter()
        .map(|row| {
            row.iter()
                .map(|it| json!({ "text": it.label, "callback_data": it.data }))
                .collect::<Vec<_>>()
        })
        .collect();
    let mut pressed = json!({
        "message_id": message.id,
        "date": 0,
        "chat": { "id": GROUP, "type": "group", "title": "Group" },
    });
    if !is_old {
        pressed["date"] = json!(1);
        pressed["text"] = json!(message.text);
        pressed["reply_markup"] = json!({ "inline_keyboard": buttons });
    }
    harness.fake.delivers(json!({ "callback_query": {
        "id": format!("forged-{data}-{is_old}-{}", message.id),
        "from": { "id": person.id, "is_bot": false, "first_name": person.first_name },
        "chat_instance": "1",
        "data": data,
        "message": pressed,
    }}));
}

async fn find(harness: &ChatHarness, person: &Person, handle: &str) -> Message {
    let words = format!("/find @{handle}");
    harness.fake.says_in_group(GROUP, person, &words);
    harness
        .wait_for(GROUP, &format!("Looking up @{handle} on Instagram…"))
        .await;
    harness.deliver(handle, rows(30)).await;
    harness
        .wait_for(GROUP, &format!("Accounts like @{handle}"))
        .await
}

#[tokio::test]
async fn nobody_overwrites_or_strips_what_others_are_told() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    let list = find(&harness, &ann(), "nasa").await;
    find(&harness, &bob(), "esa").await;
    let own = harness.analyses(&bob())[0].id.0;
    harness.fake.says_in_group(GROUP, &bob(), "/watch jaxa");
    harness.wait_for(GROUP, "Looking up @jaxa").await;
    harness.verify("jaxa", 1_020).await;
    harness.wait_for(GROUP, "I'll look at @jaxa anew").await;
    let forged = [
        format!("page-peers.0.0.0.0.0:{own}"),
        "language-ru".to_owned(),
        format!("language-ru:{}", bob().id),
        format!("network-bluesky:{}", bob().id),
        format!("unshare:{own}"),
        format!("unwatch-5:{}", bob().id),
        format!("every-never.5:{}", bob().id),
        "cancel-all".to_owned(),
        format!("cancel-all:{}", bob().id),
        format!("history-0:{}", bob().id),
        "network-bluesky".to_owned(),
    ];
    for is_old in [false, true] {
        // Flood control must not refuse any.
        harness.skip_time(Duration::from_secs(120));
        for data in &forged {
            forge(&harness, &bob(), &list, data, is_old);
        }
    }
    // Updates are handled in order.
    harness.fake.says_in_group(GROUP, &bob(), "/privacy");
    harness.wait_for(GROUP, "What I keep").await;
    let now = harness.fake.messages(GROUP);
    let now = now.iter().find(|message| message.id == list.id).unwrap();
    assert_eq!(now.edits, list.edits, "Ann's list is as it was");
    assert_eq!((&now.text, &now.buttons), (&list.text, &list.buttons));
    harness.assert_healthy();
}

#[tokio::test]
async fn what_a_message_shows_is_pressed_though_telegram_tells_nothing_of_its_buttons() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    let list = find(&harness, &ann(), "nasa").await;
    let order = list.button("Order: Peers");
    let order = order.and_then(|it| it.data.clone()).unwrap();
    harness.reopen().await;
    forge(&harness, &ann(), &list, &order, true);
    let turned = |it: &Message| it.button("Niche").is_some();
    harness
        .wait_for_change(GROUP, list.id, "the orders", turned)
        .await;
}

#[tokio::test]
async fn which_search_to_stop_is_chosen_by_the_person_who_was_asked() {
    let harness = ChatHarness::new().await;
    for handle in ["nasa", "esa"] {
        let words = format!("/find @{handle}");
        harness.fake.says_in_group(GROUP, &ann(), &words);
    }
    harness.fake.says_in_group(GROUP, &ann(), "/cancel");
    let choice = harness.wait_for(GROUP, "Which one shall I stop?").await;
    let press = harness
        .fake
        .presses(&bob(), choice.id, "Cancel all")
        .unwrap();
    assert_eq!(
        harness.answer(&press).await,
        "Only the person who asked can do that."
    );
    harness
        .fake
        .presses(&ann(), choice.id, "Cancel all")
        .unwrap();
    let none = |it: &Message| it.buttons.is_empty();
    harness
        .wait_for_change(GROUP, choice.id, "no buttons", none)
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn nobody_answers_what_somebody_else_was_asked() {
    let mut harness = ChatHarness::on(&["instagram", "github"]).await;
    harness.speed_up_time();
    for (command, question) in [
        ("/language", "Which language"),
        ("/network", "Where should I look first"),
        ("/forget", "I'll stop your searches"),
    ] {
        harness.fake.says_in_group(GROUP, &ann(), command);
        let asked = harness.wait_for(GROUP, question).await;
        let data = asked.buttons[0][0].data.clone().unwrap();
        let press = harness.fake.presses(&bob(), asked.id, &data).unwrap();
        let answer = harness.answer(&press).await;
        assert_eq!(
            answer, "Only the person who asked can do that.",
            "{command}"
        );
        let press = harness.fake.presses(&ann(), asked.id, &data).unwrap();
        assert!(
            !harness.answer(&press).await.is_empty(),
            "{command} is obeyed"
        );
    }
    harness
        .wait_for(GROUP, "Done: everything about you is erased")
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn no_button_is_obeyed_below_another_message() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    let list = find(&harness, &ann(), "nasa").await;
    harness
        .fake
        .says_in_group(GROUP, &ann(), "/find @esa quick");
    let bubble = harness
        .wait_for(GROUP, "Looking up @esa on Instagram…")
        .await;
    harness.fake.says_in_group(GROUP, &ann(), "/privacy");
    let elsewhere = harness.wait_for(GROUP, "What I keep").await;
    let before = harness.messages_of_bot(GROUP).len();
    let answers = harness.fake.calls("answerCallbackQuery");
    let ids = harness.analyses(&ann());
    let (nasa, esa) = (ids[0].id.0, ids[1].id.0);
    for (is_old, times) in [(false, 1), (true, 2)] {
        // Flood control must not refuse any.
        harness.skip_time(Duration::from_secs(120));
        for data in [
            format!("forget:{}", ann().id),
            format!("cancel:{esa}"),
            format!("enough:{esa}"),
            format!("deeper-deep:{esa}"),
            format!("start-deep:{esa}"),
            format!("refresh:{nasa}"),
            format!("about-0:{nasa}"),
            format!("analyse-0:{nasa}"),
            format!("csv-peers:{nasa}"),
            format!("result:{nasa}"),
            format!("share:{nasa}"),
        ] {
            forge(&harness, &ann(), &elsewhere, &data, is_old);
        }
        harness
            .calls("answerCallbackQuery", answers + 11 * times)
            .await;
    }
    harness.skip_time(Duration::from_secs(120));
    assert_eq!(
        harness.messages_of_bot(GROUP).len(),
        before,
        "nothing is said"
    );
    assert_eq!(harness.analyses(&ann()).len(), 2);
    // Below their own message they are obeyed, though Telegram does not include an old message.
    let share = format!("share:{nasa}");
    forge(&harness, &ann(), &list, &share, true);
    harness.wait_for(GROUP, "Whoever opens this link").await;
    forge(&harness, &ann(), &bubble, &format!("cancel:{esa}"), true);
    let cancelled = |it: &Message| it.text == "@esa: cancelled.";
    harness
        .wait_for_change(GROUP, bubble.id, "the end", cancelled)
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn no_comparison_is_touched_from_another_message() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    let list = find(&harness, &ann(), "nasa").await;
    find(&harness, &ann(), "esa").await;
    harness
        .fake
        .says_in_group(GROUP, &ann(), "/compare @nasa @esa");
    let told = harness.wait_for(GROUP, "@nasa and @esa compared").await;
    let before = harness.messages_of_bot(GROUP).len();
    let answers = harness.fake.calls("answerCallbackQuery");
    let verbs = ["again", "files", "back", "0", "csv", "share", "unshare"];
    for (is_old, times) in [(false, 1), (true, 2)] {
        harness.skip_time(Duration::from_secs(120));
        for verb in verbs {
            forge(
                &harness,
                &ann(),
                &list,
                &format!("compared-{verb}:1"),
                is_old,
            );
        }
        harness
            .calls("answerCallbackQuery", answers + verbs.len() * times)
            .await;
    }
    let now = harness.messages_of_bot(GROUP);
    assert_eq!(now.len(), before, "nothing is said");
    let now = now.iter().find(|message| message.id == list.id).unwrap();
    assert_eq!((&now.text, &now.buttons), (&list.text, &list.buttons));
    // Below its own message it is obeyed, though Telegram does not include an old message.
    harness.skip_time(Duration::from_secs(120));
    forge(&harness, &bob(), &told, "compared-files:1", true);
    let offered = |it: &Message| it.button("CSV").is_some();
    harness
        .wait_for_change(GROUP, told.id, "the files", offered)
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_button_that_is_not_there_is_answered_and_does_nothing() {
    let harness = ChatHarness::new().await;
    harness.fake.says_in_group(GROUP, &ann(), "/find @nasa");
    let bubble = harness.wait_for(GROUP, LOOKING).await;
    harness.fake.says_in_group(GROUP, &bob(), "/language");
    let languages = harness.wait_for(GROUP, "Which language").await;
    let data = languages.buttons[0][1].data.clone().unwrap();
    forge(&harness, &bob(), &bubble, &data, false);
    harness.fake.says_in_group(GROUP, &ann(), "/status");
    harness.wait_for(GROUP, "Looking up @nasa").await;
    let now = harness.fake.messages(GROUP);
    let now = now.iter().find(|message| message.id == bubble.id).unwrap();
    assert_eq!(now.text, bubble.text);
    let press = harness.fake.presses(&bob(), languages.id, &data).unwrap();
    assert_ne!(harness.answer(&press).await, REFUSED, "there it is obeyed");
}
