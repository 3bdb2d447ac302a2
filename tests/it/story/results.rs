//! A result as it is looked at: a picture, a list to leaf through, what can be left out of it, why an account
//! stands in it, and files of all of it.

use lookalike::demo::is_list;
use lookalike::demo::telegram::{FakeTelegram, Message, Person};

use crate::house::{House, WITHIN, is_file, small_world};

/// A house in which @luna was searched, and the list.
async fn with_a_list() -> (House, Message) {
    let mut house = House::new(small_world(80, false)).await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    let messages = house.until_delivered(&house.ann, "luna").await;
    let list = messages.iter().find(|message| is_list(message, "luna"));
    let list = list.unwrap().clone();
    (house, list)
}

/// Presses a button of the list, and waits until it looks like this.
async fn after(house: &House, list: &Message, label: &str, seen: &str) -> Message {
    house.telegram.presses(&house.ann, list.id, label).unwrap();
    let is_it = |message: &&Message| {
        let mut labels = message.buttons.iter().flatten();
        message.id == list.id
            && (message.text.contains(seen) || labels.any(|button| button.label == seen))
    };
    let what = format!("{seen:?} after {label:?}");
    let messages = house
        .until(&house.ann, &what, |all| all.iter().any(|one| is_it(&one)))
        .await;
    messages.iter().find(is_it).unwrap().clone()
}

fn rows(list: &Message) -> Vec<&str> {
    let is_row = |line: &&str| line.starts_with(|c: char| c.is_ascii_digit()) && line.contains('@');
    list.text.lines().filter(is_row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_a_picture_and_a_list_of_ten_rows_a_page() {
    let (mut house, list) = with_a_list().await;
    let messages = house.telegram.messages(house.ann.id);
    let picture = messages.iter().find_map(|it| it.photo.as_ref()).unwrap();
    assert_eq!(picture.file_name, "similar-to-luna.png");
    assert!(picture.bytes.starts_with(b"\x89PNG"), "it is a picture");
    assert_eq!(rows(&list).len(), 10);

    let second = after(&house, &list, "›", "2 / 2").await;
    assert!(
        rows(&second)[0].starts_with("11. "),
        "it goes on where the first page ends: {}",
        second.text
    );
    assert!(second.button("›").is_none(), "there is no third page");
    house.stop().await;
    // What page is shown stands in the buttons, so a restart does not matter.
    house.start().await;
    let first = after(&house, &second, "‹", "1 / 2").await;
    assert_eq!(rows(&first), rows(&list));
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_can_be_left_out_without_a_request() {
    let (mut house, list) = with_a_list().await;
    let asked = house.network.requests().total;
    let panel = after(&house, &list, "Filter", "Hide verified").await;
    let labels = panel.buttons.iter().map(|row| row[0].label.as_str());
    let labels: Vec<&str> = labels.take(4).collect();
    let expected = ["• No minimum", "≥ 1K", "• No maximum", "≤ 1K"];
    assert_eq!(labels, expected, "what any size is called stands alone");
    assert!(panel.button("≤ 1K").is_some());
    let none = after(&house, &panel, "≥ 1K", "No account fits this filter.").await;
    assert_eq!(
        none.text,
        "Accounts like @luna\n\nNo account fits this filter."
    );
    let all = after(&house, &none, "No minimum", "1. The peer0").await;
    let back = after(&house, &all, "Back", "Files").await;
    assert_eq!(rows(&back), rows(&list));
    assert_eq!(house.network.requests().total, asked);
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_tells_why_it_is_there() {
    let (mut house, list) = with_a_list().await;
    house.telegram.presses(&house.ann, list.id, "1").unwrap();
    let tells = |messages: &[Message]| {
        let mut told = messages.iter();
        told.any(|it| it.text.contains("Of those who follow @luna:"))
    };
    let messages = house.until(&house.ann, "the first account", tells).await;
    let told = messages.last().unwrap();
    assert!(
        told.text.starts_with("The peer0 · @peer0"),
        "its place depends on the order: {}",
        told.text
    );
    let names = told.text.split_once("Some of them: @").unwrap().1;
    assert!(
        names.starts_with("user"),
        "some of those who follow both are named: {}",
        told.text
    );
    let open = told.button("Open on Instagram").unwrap();
    assert_eq!(
        open.url.as_deref(),
        Some("https://www.instagram.com/peer0/")
    );
    let label = "Find accounts like this one";
    house.telegram.presses(&house.ann, told.id, label).unwrap();
    house.until_delivered(&house.ann, "peer0").await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_result_comes_as_a_file_when_it_is_asked_for() {
    let (mut house, list) = with_a_list().await;
    let panel = after(&house, &list, "Files", "JSON").await;
    for (label, file) in [
        ("Web page", "similar-to-luna.html"),
        ("CSV", "similar-to-luna.csv"),
        ("JSON", "similar-to-luna.json"),
    ] {
        house.telegram.presses(&house.ann, panel.id, label).unwrap();
        let came = |messages: &[Message]| messages.iter().any(|it| is_file(it, file));
        let messages = house.until(&house.ann, file, came).await;
        let content = messages.iter().find(|it| is_file(it, file)).unwrap();
        let content = content.document.as_ref().unwrap().content();
        assert!(content.contains("peer0"), "{file}: {content}");
        if label == "JSON" {
            let json: serde_json::Value = serde_json::from_str(&content).unwrap();
            assert_eq!(json["handle"], "luna");
            assert!(json["results"].as_array().unwrap().len() > 10);
        }
    }
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_a_result_for_whoever_has_it_until_it_is_taken_back() {
    let (mut house, list) = with_a_list().await;
    let asked = house.network.requests().total;
    house
        .telegram
        .presses(&house.ann, list.id, "Share")
        .unwrap();
    let linked = |messages: &[Message]| messages.iter().any(|it| it.text.contains("?start=r_"));
    let messages = house.until(&house.ann, "a link", linked).await;
    let shared = messages.last().unwrap();
    let (_, parameter) = shared.text.rsplit_once("?start=").unwrap();

    let bob = Person::new(502, "Bob");
    house.telegram.knows(&bob);
    house.telegram.says(&bob, &format!("/start {parameter}"));
    let messages = house.until_delivered(&bob, "luna").await;
    let his = messages.iter().find(|it| is_list(it, "luna")).unwrap();
    assert_eq!(rows(his), rows(&list));
    house.telegram.presses(&bob, his.id, "›").unwrap();
    let leafed = |all: &[Message]| all.iter().any(|it| it.button("2 / 2").is_some());
    house.until(&bob, "the second page", leafed).await;
    assert_eq!(house.network.requests().total, asked, "nothing is asked");

    let take_back = "Take the link back";
    house
        .telegram
        .presses(&house.ann, shared.id, take_back)
        .unwrap();
    let gone = |all: &[Message]| all.iter().any(|it| it.text.contains("no longer works"));
    house.until(&house.ann, "that it is taken back", gone).await;
    let eve = Person::new(503, "Eve");
    house.telegram.knows(&eve);
    house.telegram.says(&eve, &format!("/start {parameter}"));
    let nothing = |all: &[Message]| all.iter().any(|it| it.text.contains("nothing behind that"));
    house.until(&eve, "that nothing is there", nothing).await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_anew_tells_what_has_changed_and_all_results_are_listed() {
    let (mut house, _) = with_a_list().await;
    house.telegram.says(&house.ann, "/again @luna");
    let told = |all: &[Message]| {
        let mut told = all.iter();
        told.any(|it| it.text.starts_with("What has changed for @luna since"))
    };
    let messages = house.until(&house.ann, "what has changed", told).await;
    let since = messages.last().unwrap();
    assert!(
        since
            .text
            .contains("Nothing beyond what chance does by itself."),
        "the same followers follow the same: {}",
        since.text
    );
    let reused = "I did not read again those lists that were less than 7 days old.";
    assert!(since.text.ends_with(reused), "{}", since.text);

    house.telegram.says(&house.ann, "/history");
    let listed = |all: &[Message]| all.iter().any(|it| it.text.contains("2 in all"));
    let messages = house.until(&house.ann, "all results", listed).await;
    let results = messages.last().unwrap();
    assert_eq!(results.buttons.len(), 2);
    let before = messages.iter().filter(|it| is_list(it, "luna")).count();
    let oldest = &results.buttons[1][0];
    let data = oldest.data.as_deref().unwrap();
    house
        .telegram
        .presses(&house.ann, results.id, data)
        .unwrap();
    let again = |all: &[Message]| all.iter().filter(|it| is_list(it, "luna")).count() > before;
    house.until(&house.ann, "the list once more", again).await;
    house.stop().await;
    assert_eq!(house.telegram.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_watched_until_it_is_told_no_more() {
    let mut house = House::new(small_world(20, false)).await;
    house.start().await;
    let hears = async |house: &House, words: &'static str| {
        let said = |all: &[Message]| all.iter().any(|it| it.text.contains(words));
        let messages = house.until(&house.ann, words, said).await;
        messages.last().unwrap().clone()
    };
    house.telegram.says(&house.ann, "/watch @luna monthly");
    hears(&house, "I'll look at @luna anew every 30 days").await;
    house.telegram.says(&house.ann, "/watch peer1");
    hears(&house, "I'll look at @peer1 anew every week").await;
    house.telegram.says(&house.ann, "/watch");
    let all = hears(&house, "You watch:").await;
    let end = "Stop watching @luna";
    let buttons = |count: usize| {
        let id = all.id;
        move |all: &[Message]| {
            let mut all = all.iter();
            all.any(|it| it.id == id && it.buttons.len() == count)
        }
    };
    house.telegram.presses(&house.ann, all.id, end).unwrap();
    let left = house.until(&house.ann, "one button", buttons(1)).await;
    let left = left.iter().find(|it| it.id == all.id).unwrap();
    let last = "Stop watching @peer1";
    assert!(left.button(last).is_some(), "that is still watched");

    // A screen that is behind shows the other one still.
    let press = house.telegram.presses_stale(&house.ann, all.id, end);
    let press = press.unwrap();
    let is_answered = |telegram: &FakeTelegram| telegram.answer(&press).is_some();
    let seen = house.telegram.until_true(WITHIN, "an answer", is_answered);
    seen.await.unwrap();
    let answer = house.telegram.answer(&press);
    assert_eq!(answer.as_deref(), Some("You no longer watch that."));

    house.telegram.presses(&house.ann, all.id, last).unwrap();
    let left = house.until(&house.ann, "no button", buttons(0)).await;
    let left = left.iter().find(|it| it.id == all.id).unwrap();
    assert!(!left.text.contains("@luna"), "{}", left.text);
    house.telegram.says(&house.ann, "/watch");
    hears(&house, "You watch nothing yet").await;
    // The first look is at once.
    house.until_delivered(&house.ann, "luna").await;
    house.telegram.says(&house.ann, "/watch @luna");
    hears(&house, "I'll look at @luna anew every week").await;
    house.telegram.says(&house.ann, "/watch luna off");
    hears(&house, "You no longer watch @luna.").await;
    house.telegram.says(&house.ann, "/watch @nobody");
    hears(&house, "There's no @nobody on Instagram").await;
    let nothing = |all: &[Message]| {
        let told = all
            .iter()
            .filter(|it| it.text.starts_with("You watch nothing yet"));
        told.count() == 3
    };
    house.telegram.says(&house.ann, "/watch");
    house.until(&house.ann, "nothing is watched", nothing).await;
    house.stop().await;
    house.assert_clean();
}
