//! Comparisons of audiences.

use lookalike::demo::is_list;
use lookalike::demo::telegram::Message;

use crate::harness::{Harness, small_world};

/// Of @luna's 80 followers, a peer is followed by as many as its number says; how many follow two of them is known.
fn followers(numbers: &[u32]) -> usize {
    let follows = |follower: &u32| {
        numbers
            .iter()
            .all(|number| follower.is_multiple_of(number + 2))
    };
    (22..102).filter(follows).count()
}

/// Returns a percentage as it is written.
fn percent(part: usize, whole: usize) -> String {
    let percent = 100.0 * part as f64 / whole as f64;
    match percent < 9.95 {
        true => format!("{}%", (percent * 10.0).round() / 10.0),
        false => format!("{}%", percent.round()),
    }
}

fn comparison(messages: &[Message]) -> Option<&Message> {
    messages.iter().find(|it| it.text.contains("compared\n"))
}

async fn until_compared(harness: &Harness) -> Message {
    let is_there = |messages: &[Message]| comparison(messages).is_some();
    let messages = harness
        .until(&harness.ann, "the comparison", is_there)
        .await;
    comparison(&messages).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_are_compared_once_all_that_is_missing_is_there() {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    harness
        .telegram
        .says(&harness.ann, "/compare peer0 and peer1");
    let answer = until_compared(&harness).await;
    let (one, other, both) = (followers(&[0]), followers(&[1]), followers(&[0, 1]));
    for expected in [
        "@peer0 and @peer1 compared".to_owned(),
        format!("compared\n\n{both} people follow both.\n• @peer0 · "),
        format!(
            "@peer0 · {one} followers: {} also follow @peer1\n",
            percent(both, one)
        ),
        format!(
            "@peer1 · {other} followers: {} also follow @peer0\n",
            percent(both, other)
        ),
        "Counted among all their followers who show whom they follow.".to_owned(),
        "Closest to both\n1. The luna · @luna · 80 followers\n@peer0 100%".to_owned(),
    ] {
        assert!(
            answer.text.contains(&expected),
            "{expected:?} in {}",
            answer.text
        );
    }
    let messages = harness.telegram.messages(harness.ann.id);
    let picture = messages.iter().find_map(|it| it.photo.as_ref());
    assert!(picture.is_some(), "it comes with a picture");
    assert!(
        !messages
            .iter()
            .any(|it| is_list(it, "peer0") || is_list(it, "peer1")),
        "the lists of each are not sent by themselves"
    );
    let label = "List of @peer1";
    harness
        .telegram
        .presses(&harness.ann, answer.id, label)
        .unwrap();
    harness.until_delivered(&harness.ann, "peer1").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_is_compared_at_once_and_without_a_request() {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    for handle in ["luna", "peer2", "celebrity"] {
        harness.telegram.says(&harness.ann, &format!("@{handle}"));
        harness.until_delivered(&harness.ann, handle).await;
    }
    let asked = harness.network.requests().total;
    let said = harness.telegram.messages(harness.ann.id);
    harness
        .telegram
        .says(&harness.ann, "/compare @luna @peer2 @celebrity");
    let answer = until_compared(&harness).await;
    // 20 of 80 who follow one of @luna and @peer2 follow both, and 80 of 380 with @celebrity.
    let alike = "compared\n\nThe pairs hardly differ: none is clearly closer than the others.\n";
    assert!(answer.text.contains(alike), "{}", answer.text);
    assert!(
        !answer.text.contains('%'),
        "all shares are on the picture: {}",
        answer.text
    );
    assert_eq!(harness.network.requests().total, asked);
    let messages = harness.telegram.messages(harness.ann.id);
    let is_new = |it: &&Message| said.iter().all(|before| before.id != it.id);
    assert_eq!(
        messages.iter().filter(is_new).count(),
        3,
        "the question, the picture and the comparison are all that is said"
    );
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_outlives_a_restart_and_takes_a_search_along_that_is_under_way() {
    let mut harness = Harness::with_rate(small_world(80, true), Some((400_000, HOUR))).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let begun = |messages: &[Message]| messages.iter().any(|it| it.text.contains("80 followers"));
    harness.until(&harness.ann, "the search", begun).await;
    harness.telegram.says(&harness.ann, "/compare @luna @peer0");
    let announced = |messages: &[Message]| {
        messages
            .iter()
            .any(|it| it.text.contains("I'll compare @luna and @peer0."))
    };
    harness
        .until(&harness.ann, "the announcement", announced)
        .await;
    harness.stop().await;
    harness.start().await;
    let answer = until_compared(&harness).await;
    assert!(
        answer.text.contains("100% also follow @luna"),
        "{}",
        answer.text
    );
    // A person who asked for this account alone gets its list.
    harness.until_delivered(&harness.ann, "luna").await;
    let messages = harness.telegram.messages(harness.ann.id);
    let compared = messages.iter().filter(|it| it.text.contains("compared\n"));
    assert_eq!(compared.count(), 1, "it is told once");
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_sample_says_comes_with_its_interval() {
    let mut harness = Harness::new(small_world(600, false)).await;
    // The lists of both are cut short, so that their overlap can only be estimated.
    harness.set("FOLLOWERS_CAP", "400").start().await;
    harness
        .telegram
        .says(&harness.ann, "/compare @luna @celebrity quick");
    let answer = until_compared(&harness).await;
    let line = answer.text.lines().find(|line| line.starts_with("• @luna"));
    let line = line.unwrap_or_else(|| panic!("{}", answer.text));
    assert!(
        line == "• @luna · 600 followers: 100% also follow @celebrity",
        "{line}"
    );
    for expected in [
        "compared\n\nHow many follow both can't be told: both lists",
        "\n\nEstimated from a sample of their followers.\n\nFollowers read: ",
        " of the newest 400 for @celebrity. Where a list was too long",
        "Where the shares of all followers almost surely lie: 9",
        "–100% for @luna",
    ] {
        assert!(
            answer.text.contains(expected),
            "{expected:?} in {}",
            answer.text
        );
    }
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_cannot_be_read_are_left_out() {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    harness
        .telegram
        .says(&harness.ann, "/compare @peer0 @nobody.here @peer1");
    let answer = until_compared(&harness).await;
    let left_out = "Left out, since I have no result: @nobody.here.";
    assert!(answer.text.contains(left_out), "{}", answer.text);
    assert!(
        answer.text.starts_with("@peer0 and @peer1 compared"),
        "{}",
        answer.text
    );
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn where_only_one_is_left_its_own_list_comes_instead() {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    harness
        .telegram
        .says(&harness.ann, "/compare @luna @nobody.here");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let sorry = "There is nothing to compare: it takes two accounts, and I have no result for @nobody.here.";
    assert!(
        messages.iter().any(|it| it.text == sorry),
        "it is said that there is nothing to compare"
    );
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_compared_is_said_at_once() {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    for (words, answer) in [
        ("/compare", "Which accounts shall I compare?"),
        ("/compare @luna", "With which account shall I compare @"),
        (
            "/compare @luna @LUNA",
            "With which account shall I compare @",
        ),
        (
            "/compare https://example.org/luna @luna",
            "With which account shall I compare @",
        ),
    ] {
        let before = harness.telegram.messages(harness.ann.id).len();
        harness.telegram.says(&harness.ann, words);
        let answered = |messages: &[Message]| {
            let mut new = messages.iter().skip(before);
            new.any(|it| it.text.contains(answer))
        };
        harness.until(&harness.ann, words, answered).await;
    }
    harness.stop().await;
    harness.assert_clean();
}

const HOUR: std::time::Duration = std::time::Duration::from_secs(3_600);
