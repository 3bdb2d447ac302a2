//! What people can do with a search and its list by the buttons below them.

use lookalike::demo::is_list;
use lookalike::demo::telegram::{FakeTelegram, Message};

use crate::harness::{Harness, WITHIN, press_behind, small_world};

async fn until(harness: &Harness, what: &str, seen: impl Fn(&Message) -> bool) -> Message {
    let any = |all: &[Message]| all.iter().any(&seen);
    let mut messages = harness.until(&harness.ann, what, any).await;
    messages.retain(&seen);
    messages.pop().unwrap()
}

/// Presses a button; returns the answer.
async fn press(harness: &Harness, message: &Message, button: &str) -> String {
    let telegram = &harness.telegram;
    let press = telegram.presses(&harness.ann, message.id, button).unwrap();
    let is_there = |telegram: &FakeTelegram| telegram.answer(&press).is_some();
    let answered = telegram.until_true(WITHIN, "an answer", is_there).await;
    answered.unwrap();
    telegram.answer(&press).unwrap()
}

fn labels(message: &Message) -> Vec<&str> {
    let buttons = message.buttons.iter().flatten();
    buttons.map(|button| button.label.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_so_far_is_shown_whole_while_the_search_goes_on() {
    let mut harness = Harness::with_rate(small_world(400, false), None).await;
    harness.set("INSTAGRAM_RATE", "50/s").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let offers = |it: &Message| it.button("Show what there is").is_some();
    let bubble = until(&harness, "a first impression", offers).await;
    press(&harness, &bubble, "Show what there is").await;
    let so_far = "Accounts like @luna on Instagram, so far\n\n1. ";
    let list = until(&harness, "the list so far", |it| {
        it.text.starts_with(so_far)
    })
    .await;
    assert_eq!(
        labels(&list),
        ["1 / 2", "›", "Details", "Order: Peers", "Filter", "Files"],
        "it is looked through, and nothing is made of it yet"
    );
    let at = (harness.ann.id, list.id);
    press_behind(&harness.telegram, &harness.ann, at, "›", "2 / 2").await;
    let turned = |it: &Message| it.id == list.id && it.text.contains("\n11. ");
    until(&harness, "its second page", turned).await;

    let done = "Accounts like @luna on Instagram\n\n1. ";
    until(&harness, "the whole list", |it| it.text.starts_with(done)).await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_and_requests_of_a_search_are_told_to_who_wants_the_details() {
    let mut harness = Harness::with_rate(small_world(400, false), None).await;
    harness.set("INSTAGRAM_RATE", "50/s").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let has_details = |it: &Message| it.button("Details").is_some();
    let bubble = until(&harness, "a button for details", has_details).await;
    assert!(!bubble.text.contains("request"), "{}", bubble.text);
    let details = press(&harness, &bubble, "Details").await;
    let (step, effort) = details.split_once('\n').expect("two lines");
    assert!(step.contains(" of "), "{step}");
    assert!(effort.ends_with(" requests, at 50 a second"), "{effort}");
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_search_begins_again_by_a_button() {
    let mut harness = Harness::new(small_world(40, false)).await;
    harness.network.hold();
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna quick");
    let runs = |it: &Message| it.button("Cancel").is_some();
    let bubble = until(&harness, "a search", runs).await;
    press(&harness, &bubble, "Cancel").await;
    let again = |it: &Message| it.button("Search again").is_some();
    let cancelled = until(&harness, "that it is cancelled", again).await;
    assert_eq!(cancelled.text, "@luna: cancelled.");
    harness.network.release();
    press(&harness, &cancelled, "Search again").await;
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_for_again_a_list_comes_without_its_picture_which_is_sent_on_request() {
    let mut harness = Harness::new(small_world(40, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    harness.telegram.says(&harness.ann, "@luna");
    let again = |it: &Message| it.text.contains("\nI looked just now.\n");
    let list = until(&harness, "the list again", again).await;
    let pictures = |all: &[Message]| all.iter().filter(|it| it.photo.is_some()).count();
    let messages = harness.telegram.messages(harness.ann.id);
    assert_eq!(pictures(&messages), 1, "{messages:#?}");
    let at = (harness.ann.id, list.id);
    press_behind(&harness.telegram, &harness.ann, at, "Files", "Picture").await;
    let two = |all: &[Message]| pictures(all) == 2;
    harness.until(&harness.ann, "the picture", two).await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_at_most_twelve_buttons_and_leads_to_a_comparison_and_a_watch() {
    let mut harness = Harness::new(small_world(40, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna quick");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let list = messages.iter().find(|it| is_list(it, "luna")).unwrap();
    assert_eq!(
        labels(list),
        [
            "1 / 2",
            "›",
            "Details",
            "Order: Peers",
            "Filter",
            "Files",
            "Share",
            "Watch",
            "Compare"
        ]
    );
    press(&harness, list, "Compare").await;
    let asks = |it: &Message| {
        it.text
            .starts_with("With which account shall I compare @luna?")
    };
    let question = until(&harness, "a question", asks).await;
    assert!(question.buttons.is_empty(), "there is no other result yet");
    harness.telegram.says(&harness.ann, "peer0");
    let compared = |it: &Message| it.text.starts_with("@luna and @peer0 compared");
    until(&harness, "the comparison", compared).await;

    press(&harness, list, "Compare").await;
    let offers = |it: &Message| asks(it) && it.button("@peer0").is_some();
    until(&harness, "the other result as a button", offers).await;
    press(&harness, list, "Watch").await;
    let watched = |it: &Message| it.text.contains("@luna") && it.button("• Weekly").is_some();
    until(&harness, "a promise", watched).await;
    harness.stop().await;
}
