//! A result: its picture, its list in pages, what can be left out, why an account is listed, and files of all of it.

use lookalike::demo::is_list;
use lookalike::demo::telegram::{FakeTelegram, Message, Person};

use crate::harness::{Harness, WITHIN, is_file, press_behind, small_world};

/// Returns a harness in which @luna was searched, and the list.
async fn with_a_list() -> (Harness, Message) {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let list = messages.iter().find(|message| is_list(message, "luna"));
    let list = list.unwrap().clone();
    (harness, list)
}

/// Presses a button of the list, and waits until the list looks like this.
async fn after(harness: &Harness, list: &Message, label: &str, seen: &str) -> Message {
    harness
        .telegram
        .presses(&harness.ann, list.id, label)
        .unwrap();
    let is_it = |message: &&Message| {
        let mut labels = message.buttons.iter().flatten();
        message.id == list.id
            && (message.text.contains(seen) || labels.any(|button| button.label == seen))
    };
    let what = format!("{seen:?} after {label:?}");
    let messages = harness
        .until(&harness.ann, &what, |all| all.iter().any(|one| is_it(&one)))
        .await;
    messages.iter().find(is_it).unwrap().clone()
}

fn rows(list: &Message) -> Vec<&str> {
    let is_row = |line: &&str| {
        let place = line.split_once(". ").map_or("", |(place, _)| place);
        !place.is_empty() && place.bytes().all(|byte| byte.is_ascii_digit())
    };
    list.text.lines().filter(is_row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_a_picture_and_a_list_of_ten_rows_a_page() {
    let (mut harness, list) = with_a_list().await;
    let messages = harness.telegram.messages(harness.ann.id);
    let picture = messages.iter().find_map(|it| it.photo.as_ref()).unwrap();
    assert_eq!(picture.file_name, "similar-to-luna.png");
    assert!(picture.bytes.starts_with(b"\x89PNG"), "it is a picture");
    assert_eq!(rows(&list).len(), 10);

    let second = after(&harness, &list, "›", "2 / 2").await;
    assert!(
        rows(&second)[0].starts_with("11. "),
        "it goes on where the first page ends: {}",
        second.text
    );
    assert!(second.button("›").is_none(), "there is no third page");
    harness.stop().await;
    // The page is part of the buttons, so a restart does not matter.
    harness.start().await;
    let first = after(&harness, &second, "‹", "1 / 2").await;
    assert_eq!(rows(&first), rows(&list));
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_can_be_left_out_without_a_request() {
    let (mut harness, list) = with_a_list().await;
    let asked = harness.network.requests().total;
    let panel = after(&harness, &list, "Filter", "Hide verified").await;
    let labels = panel.buttons.iter().map(|row| row[0].label.as_str());
    let labels: Vec<&str> = labels.take(6).collect();
    let expected = [
        "• All",
        "👤 People",
        "• No minimum",
        "≥ 1K",
        "• No maximum",
        "≤ 1K",
    ];
    assert_eq!(labels, expected, "what any size is called stands alone");
    assert!(panel.button("≤ 1K").is_some());
    let none = after(&harness, &panel, "≥ 1K", "No account fits this filter.").await;
    assert_eq!(
        none.text,
        "Accounts like @luna on Instagram\n\nNo account fits this filter."
    );
    let all = after(&harness, &none, "No minimum", "1. 🏢 The peer0").await;
    let back = after(&harness, &all, "Back", "Files").await;
    assert_eq!(rows(&back), rows(&list));
    assert_eq!(harness.network.requests().total, asked);
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_tells_why_it_is_there() {
    let (mut harness, list) = with_a_list().await;
    let at = (harness.ann.id, list.id);
    press_behind(&harness.telegram, &harness.ann, at, "Details", "1").await;
    let says = |messages: &[Message]| {
        let mut answer = messages.iter();
        answer.any(|it| it.text.contains("of @luna’s followers follow it too"))
    };
    let messages = harness.until(&harness.ann, "the first account", says).await;
    let answer = messages.last().unwrap();
    assert!(
        answer.text.starts_with("🏢 The peer0 · @peer0"),
        "its place depends on the order: {}",
        answer.text
    );
    let names = answer.text.split_once("Some who follow both: @").unwrap().1;
    assert!(
        names.starts_with("user"),
        "some of those who follow both are named: {}",
        answer.text
    );
    let open = answer.button("Open on Instagram").unwrap();
    assert_eq!(
        open.url.as_deref(),
        Some("https://www.instagram.com/peer0/")
    );
    let label = "Find accounts like this one";
    harness
        .telegram
        .presses(&harness.ann, answer.id, label)
        .unwrap();
    harness.until_delivered(&harness.ann, "peer0").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_result_comes_as_a_file_when_it_is_asked_for() {
    let (mut harness, list) = with_a_list().await;
    let panel = after(&harness, &list, "Files", "JSON").await;
    for (label, file) in [
        ("Web page", "similar-to-luna.html"),
        ("Excel", "similar-to-luna.xlsx"),
        ("CSV", "similar-to-luna.csv"),
        ("JSON", "similar-to-luna.json"),
    ] {
        harness
            .telegram
            .presses(&harness.ann, panel.id, label)
            .unwrap();
        let came = |messages: &[Message]| messages.iter().any(|it| is_file(it, file));
        let messages = harness.until(&harness.ann, file, came).await;
        let content = messages.iter().find(|it| is_file(it, file)).unwrap();
        let content = content.document.as_ref().unwrap().content();
        if label == "Excel" {
            assert!(content.starts_with("PK"), "{file} is no archive");
            continue;
        }
        assert!(content.contains("peer0"), "{file}: {content}");
        if label == "JSON" {
            let json: serde_json::Value = serde_json::from_str(&content).unwrap();
            assert_eq!(json["handle"], "luna");
            assert!(json["results"].as_array().unwrap().len() > 10);
        }
    }
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_a_result_for_whoever_has_it_until_it_is_taken_back() {
    let (mut harness, list) = with_a_list().await;
    let asked = harness.network.requests().total;
    harness
        .telegram
        .presses(&harness.ann, list.id, "Share")
        .unwrap();
    let linked = |messages: &[Message]| messages.iter().any(|it| it.text.contains("?start=r_"));
    let messages = harness.until(&harness.ann, "a link", linked).await;
    let shared = messages.last().unwrap();
    let (_, parameter) = shared.text.rsplit_once("?start=").unwrap();

    let bob = Person::new(502, "Bob");
    harness.telegram.knows(&bob);
    harness.telegram.says(&bob, &format!("/start {parameter}"));
    let messages = harness.until_delivered(&bob, "luna").await;
    let his = messages.iter().find(|it| is_list(it, "luna")).unwrap();
    assert_eq!(rows(his), rows(&list));
    harness.telegram.presses(&bob, his.id, "›").unwrap();
    let leafed = |all: &[Message]| all.iter().any(|it| it.button("2 / 2").is_some());
    harness.until(&bob, "the second page", leafed).await;
    assert_eq!(harness.network.requests().total, asked, "nothing is asked");

    let take_back = "Take the link back";
    harness
        .telegram
        .presses(&harness.ann, shared.id, take_back)
        .unwrap();
    let gone = |all: &[Message]| all.iter().any(|it| it.text.contains("no longer works"));
    harness
        .until(&harness.ann, "that it is taken back", gone)
        .await;
    let eve = Person::new(503, "Eve");
    harness.telegram.knows(&eve);
    harness.telegram.says(&eve, &format!("/start {parameter}"));
    let nothing = |all: &[Message]| all.iter().any(|it| it.text.contains("nothing behind that"));
    harness.until(&eve, "that nothing is there", nothing).await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_says_what_has_changed_and_all_results_are_listed() {
    let (mut harness, _) = with_a_list().await;
    harness.telegram.says(&harness.ann, "/again @luna");
    let answer = |all: &[Message]| {
        let mut answer = all.iter();
        answer.any(|it| it.text.starts_with("What has changed for @luna since"))
    };
    let messages = harness
        .until(&harness.ann, "what has changed", answer)
        .await;
    let since = messages.last().unwrap();
    let lines: Vec<&str> = since.text.lines().skip(1).collect();
    let reused = "(Lists I read in the last 7 days were reused.)";
    assert_eq!(
        lines,
        ["No real change.", reused],
        "the same followers follow the same"
    );

    harness.telegram.says(&harness.ann, "/history");
    let listed = |all: &[Message]| all.iter().any(|it| it.text.contains("2 in all"));
    let messages = harness.until(&harness.ann, "all results", listed).await;
    let results = messages.last().unwrap();
    assert_eq!(results.buttons.len(), 2);
    let before = messages.iter().filter(|it| is_list(it, "luna")).count();
    let oldest = &results.buttons[1][0];
    let data = oldest.data.as_deref().unwrap();
    harness
        .telegram
        .presses(&harness.ann, results.id, data)
        .unwrap();
    let again = |all: &[Message]| all.iter().filter(|it| is_list(it, "luna")).count() > before;
    harness
        .until(&harness.ann, "the list once more", again)
        .await;
    harness.stop().await;
    assert_eq!(harness.telegram.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_watched_until_the_watch_is_ended() {
    let mut harness = Harness::new(small_world(20, false)).await;
    harness.start().await;
    let wait_for = async |harness: &Harness, words: &'static str| {
        let said = |all: &[Message]| all.iter().any(|it| it.text.contains(words));
        let messages = harness.until(&harness.ann, words, said).await;
        messages.last().unwrap().clone()
    };
    harness.telegram.says(&harness.ann, "/watch @luna monthly");
    wait_for(&harness, "I'll look at @luna anew every month").await;
    harness.telegram.says(&harness.ann, "/watch peer1");
    wait_for(&harness, "I'll look at @peer1 anew every week").await;
    harness.telegram.says(&harness.ann, "/watch");
    let all = wait_for(&harness, "You watch:").await;
    let end = "Stop watching @luna";
    let buttons = |count: usize| {
        let id = all.id;
        move |all: &[Message]| {
            let mut all = all.iter();
            all.any(|it| it.id == id && it.buttons.len() == count)
        }
    };
    harness.telegram.presses(&harness.ann, all.id, end).unwrap();
    let left = harness.until(&harness.ann, "one button", buttons(1)).await;
    let left = left.iter().find(|it| it.id == all.id).unwrap();
    let last = "Stop watching @peer1";
    assert!(left.button(last).is_some(), "that is still watched");

    // A device that is behind still shows the other one.
    let press = harness.telegram.presses_stale(&harness.ann, all.id, end);
    let press = press.unwrap();
    let is_answered = |telegram: &FakeTelegram| telegram.answer(&press).is_some();
    let seen = harness
        .telegram
        .until_true(WITHIN, "an answer", is_answered);
    seen.await.unwrap();
    let answer = harness.telegram.answer(&press);
    assert_eq!(answer.as_deref(), Some("You no longer watch that."));

    harness
        .telegram
        .presses(&harness.ann, all.id, last)
        .unwrap();
    let left = harness.until(&harness.ann, "no button", buttons(0)).await;
    let left = left.iter().find(|it| it.id == all.id).unwrap();
    assert!(!left.text.contains("@luna"), "{}", left.text);
    harness.telegram.says(&harness.ann, "/watch");
    wait_for(&harness, "You watch nothing yet").await;
    // The first search starts at once.
    harness.until_delivered(&harness.ann, "luna").await;
    harness.telegram.says(&harness.ann, "/watch @luna");
    wait_for(&harness, "I'll look at @luna anew every week").await;
    harness.telegram.says(&harness.ann, "/watch luna off");
    wait_for(&harness, "You no longer watch @luna.").await;
    harness.telegram.says(&harness.ann, "/watch @nobody");
    let said = wait_for(&harness, "There's no @nobody on Instagram").await;
    assert!(!said.text.contains("anew"), "nothing is promised");
    let nothing = |all: &[Message]| {
        let answer = all
            .iter()
            .filter(|it| it.text.starts_with("You watch nothing yet"));
        answer.count() == 3
    };
    harness.telegram.says(&harness.ann, "/watch");
    harness
        .until(&harness.ann, "nothing is watched", nothing)
        .await;
    harness.stop().await;
    harness.assert_clean();
}
