//! How far a search goes: by default, by a word, by a button, and deeper later without repeating requests.

use std::collections::HashSet;

use lookalike::demo::is_list;
use lookalike::demo::telegram::{Message, Person};
use lookalike::demo::world::World;
use lookalike::model::{Depth, Stopped};

use crate::harness::{Harness, order_by, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn a_quick_search_reads_a_sample_and_goes_deeper_without_asking_twice() {
    let mut harness = Harness::new(small_world(1_200, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna quick");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let quick = harness.report(&harness.ann);
    assert_eq!(
        (quick.depth, quick.stopped_because),
        (Depth::Quick, Some(Stopped::Depth))
    );
    assert!(
        (200..260).contains(&quick.sampled),
        "about two hundred are read: {}",
        quick.sampled
    );
    for row in &quick.results {
        assert!(
            row.low <= row.share && row.share <= row.high,
            "the share lies in its interval: {row:?}"
        );
        assert_eq!(
            row.low < row.high,
            row.confirmed.is_none(),
            "what is estimated has an interval, and what is counted none: {row:?}"
        );
        assert!(!row.sure, "two hundred are too few to be sure");
    }
    let requests = harness.network.requests();
    let bubble = bubble_with(&messages, "Deeper");
    harness
        .telegram
        .presses(&harness.ann, bubble.id, "Deeper")
        .unwrap();
    until_lists(&harness, 2).await;
    let normal = harness.report(&harness.ann);
    assert_eq!(
        (normal.depth, normal.stopped_because),
        (Depth::Normal, Some(Stopped::Depth))
    );
    assert!((800..900).contains(&normal.sampled), "{}", normal.sampled);
    assert!(
        !normal.results.iter().any(|row| row.sure),
        "of eighteen all are among the first twenty"
    );
    let now = harness.network.requests();
    assert_eq!(
        now.followers - requests.followers,
        normal.requests.confirm - quick.requests.confirm,
        "the followers are not listed again"
    );
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_shown_while_it_firms_up_and_can_be_taken_early() {
    let mut harness = Harness::with_rate(small_world(1_200, false), None).await;
    harness.set("INSTAGRAM_RATE", "100/s").start().await;
    harness.telegram.says(&harness.ann, "@luna full");
    let messages = harness
        .until(&harness.ann, "a list so far", |messages| {
            messages.iter().any(|message| has_button(message, "Enough"))
        })
        .await;
    let bubble = bubble_with(&messages, "Enough");
    assert!(
        bubble.text.contains("First impression, after"),
        "{}",
        bubble.text
    );
    assert!(bubble.text.contains("1. The "), "{}", bubble.text);
    harness
        .telegram
        .presses(&harness.ann, bubble.id, "Enough")
        .unwrap();
    harness.until_delivered(&harness.ann, "luna").await;
    let report = harness.report(&harness.ann);
    assert_eq!(report.stopped_because, Some(Stopped::Enough));
    assert!(
        (100..1_000).contains(&report.sampled),
        "what was read until then: {}",
        report.sampled
    );
    let messages = harness.telegram.messages(harness.ann.id);
    let list = messages.iter().rfind(|it| is_list(it, "luna")).unwrap();
    assert!(has_button(list, "Deeper"), "there is more to be read");
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_was_enough_is_shown_as_it_is_and_goes_on_when_that_is_said() {
    for (language, known) in [
        ("en", "\nI looked just now.\n"),
        ("ru", "\nРезультат получен только что.\n"),
    ] {
        let mut harness = Harness::with_rate(small_world(1_200, false), None).await;
        harness.set("INSTAGRAM_RATE", "100/s").start().await;
        let ann = harness.ann.clone().speaking(language);
        harness.telegram.says(&ann, "@luna");
        let enough = |it: &Message| {
            let mut buttons = it.buttons.iter().flatten();
            let data =
                buttons.find_map(|it| it.data.clone().filter(|it| it.starts_with("enough:")));
            data.map(|data| (it.id, data))
        };
        let so_far = |all: &[Message]| all.iter().any(|it| enough(it).is_some());
        let messages = harness.until(&ann, "a list so far", so_far).await;
        let (bubble, data) = messages.iter().find_map(enough).unwrap();
        harness.telegram.presses(&ann, bubble, &data).unwrap();
        harness.until_delivered(&ann, "luna").await;
        let early = harness.report(&ann);
        assert!(early.sampled < 800, "{} read", early.sampled);

        harness.telegram.says(&ann, "@luna");
        let lists = |count: usize| {
            move |all: &[Message]| all.iter().filter(|it| is_list(it, "luna")).count() == count
        };
        let messages = harness.until(&ann, "the list once more", lists(2)).await;
        assert!(messages.iter().any(|it| it.text.contains(known)));
        let list = messages.iter().rfind(|it| is_list(it, "luna")).unwrap();
        let mut buttons = list.buttons.iter().flatten();
        let goes_on = buttons.any(|it| {
            it.data
                .as_deref()
                .is_some_and(|it| it.starts_with("deeper-"))
        });
        assert!(goes_on, "there is more to be read");
        let again = harness.report(&ann);
        assert_eq!(again.sampled, early.sampled, "nobody else is read");

        // A depth that is named is a wish for more.
        harness.telegram.says(&ann, "@luna normal");
        harness.until(&ann, "a deeper list", lists(3)).await;
        let normal = harness.report(&ann);
        assert!(normal.sampled >= 800, "{} read", normal.sampled);
        harness.assert_clean();
        harness.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_that_enough_left_unread_are_read_when_all_are_wanted_later() {
    let mut harness = Harness::with_rate(small_world(400, false), None).await;
    harness.set("INSTAGRAM_RATE", "100/s").start().await;
    harness.telegram.says(&harness.ann, "@luna full");
    let so_far = |messages: &[Message]| messages.iter().any(|it| has_button(it, "Enough"));
    let messages = harness.until(&harness.ann, "a list so far", so_far).await;
    let bubble = bubble_with(&messages, "Enough");
    // Some followers are planned by now, and are being read.
    let asked = harness.network.requests().total;
    harness.network.arrived(asked + 20).await;
    harness
        .telegram
        .presses(&harness.ann, bubble.id, "Enough")
        .unwrap();
    harness.until_delivered(&harness.ann, "luna").await;
    harness.telegram.says(&harness.ann, "@luna full");
    until_lists(&harness, 2).await;
    let full = harness.report(&harness.ann);
    assert_eq!(full.stopped_because, Some(Stopped::AllRead));
    assert_eq!(
        full.sampled + full.unreadable,
        400,
        "everybody is accounted for"
    );
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_again_makes_no_result_worse() {
    let mut harness = Harness::new(small_world(400, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna full");
    until_lists(&harness, 1).await;
    let full = harness.report(&harness.ann);
    harness.telegram.says(&harness.ann, "/again @luna");
    until_lists(&harness, 2).await;
    let again = harness.report(&harness.ann);
    assert_eq!(again.sampled, full.sampled, "as deep as before");

    // A person who wants less gets less, and takes nothing from the others.
    harness.telegram.says(&harness.ann, "/again @luna quick");
    until_lists(&harness, 3).await;
    let quick = harness.report(&harness.ann);
    assert!(quick.sampled < full.sampled, "{}", quick.sampled);
    let bob = Person::new(502, "Bob");
    harness.telegram.says(&bob, "@luna");
    let messages = harness.until_delivered(&bob, "luna").await;
    let is_there = |it: &Message| it.text.contains("\nI looked just now.\n");
    assert!(messages.iter().any(is_there), "{messages:?}");
    assert_eq!(
        harness.report(&bob).sampled,
        full.sampled,
        "the best there is"
    );
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mass_followers_are_passed_over_until_all_are_wanted() {
    let mut harness = Harness::new(small_world(160, true)).await;
    // Each follower follows some 230 others, and up to twenty peers; one in fourteen follows as many.
    harness.set("MAX_FOLLOWING", "238").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    let normal = harness.report(&harness.ann);
    assert_eq!(
        normal.skipped + normal.sampled + normal.unreadable,
        normal.followers_listed,
        "everybody is accounted for"
    );
    assert!(
        normal.skipped > 10 && normal.sampled > 10,
        "those with long lists are skipped: {} of {}",
        normal.skipped,
        normal.followers_listed
    );
    harness.telegram.says(&harness.ann, "@luna full");
    until_lists(&harness, 2).await;
    let full = harness.report(&harness.ann);
    assert_eq!((full.depth, full.skipped), (Depth::Full, 0));
    assert_eq!(full.sampled, normal.sampled + normal.skipped);
    assert!(
        harness.network.asked_twice().is_empty(),
        "what was read of their lists is gone on with"
    );
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_keeps_the_limit_it_began_with() {
    let mut harness = Harness::new(small_world(600, true)).await;
    harness.set("MAX_FOLLOWING", "239").start().await;
    harness.telegram.says(&harness.ann, "@luna quick");
    until_lists(&harness, 1).await;
    let quick = harness.report(&harness.ann);
    assert!(quick.skipped > 0, "some have long lists");
    harness.stop().await;
    harness.set("MAX_FOLLOWING", "0").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    until_lists(&harness, 2).await;
    let normal = harness.report(&harness.ann);
    assert_eq!(
        normal.skipped + normal.sampled + normal.unreadable,
        normal.followers_listed,
        "each of them is read or counted"
    );
    assert!(
        normal.skipped > quick.skipped,
        "others with long lists are skipped as well: {} and {}",
        quick.skipped,
        normal.skipped
    );
    assert!(
        harness.network.asked_twice().is_empty(),
        "what was read before is not asked for again"
    );
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_ordered_by_another_measure_without_a_request() {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let requests = harness.network.requests();
    let list = bubble_with(&messages, "Order: Peers");
    order_by(&harness.telegram, &harness.ann, list.id, "Most followed").await;
    let messages = harness
        .until(&harness.ann, "the list by count", |messages| {
            messages
                .iter()
                .any(|message| has_button(message, "Order: Most followed"))
        })
        .await;
    let list = bubble_with(&messages, "Order: Most followed");
    assert!(
        list.text.contains("1. 🏢 The celebrity"),
        "whom most follow: {}",
        list.text
    );
    assert!(
        !list.text.contains("that I looked up"),
        "nobody is missing, since all were looked up: {}",
        list.text
    );
    assert_eq!(harness.network.requests().total, requests.total);
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_audiences_share_what_was_read() {
    let mut harness = Harness::new(small_world(200, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    assert_eq!(harness.report(&harness.ann).requests_saved, 0);
    harness.telegram.says(&harness.ann, "@peer0");
    let messages = harness.until_delivered(&harness.ann, "peer0").await;
    let report = harness.report(&harness.ann);
    assert!(
        report.requests_saved >= report.sampled,
        "all of them were read for @luna: {} of {}",
        report.requests_saved,
        report.sampled
    );
    assert!(
        messages
            .iter()
            .any(|message| message.text.contains("were not needed")),
        "and that is said"
    );
    harness.assert_clean();
    harness.stop().await;
}

async fn until_lists(harness: &Harness, count: usize) {
    harness
        .until(&harness.ann, "another list", |messages| {
            let lists = messages.iter().filter(|message| is_list(message, "luna"));
            lists.count() == count
        })
        .await;
}

fn has_button(message: &Message, label: &str) -> bool {
    message
        .buttons
        .iter()
        .flatten()
        .any(|button| button.label == label)
}

fn bubble_with<'a>(messages: &'a [Message], label: &str) -> &'a Message {
    let mut with = messages.iter().filter(|message| has_button(message, label));
    with.next_back()
        .unwrap_or_else(|| panic!("no message has the button {label:?}: {messages:#?}"))
}

/// The demo's world: more than 20 accounts share an audience there.
#[tokio::test(flavor = "multi_thread")]
async fn marked_accounts_are_truly_among_the_first_twenty() {
    let world = World::invented(1);
    let handle = "bergen_loaf";
    let first = most_alike(&world, world.by_handle(handle).expect("somebody"));
    let mut harness = Harness::new(world).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, &format!("@{handle}"));
    let messages = harness.until_delivered(&harness.ann, handle).await;
    let report = harness.report(&harness.ann);
    let marked = report.results.iter().filter(|row| row.sure);
    let marked: Vec<&str> = marked.map(|row| row.handle.as_str()).collect();
    assert!(
        (5..=20).contains(&marked.len()),
        "some are sure: {marked:?}"
    );
    assert!(
        marked
            .iter()
            .all(|handle| first.iter().any(|of| of == handle)),
        "{marked:?} among {first:?}"
    );
    let list = messages.iter().find(|message| is_list(message, handle));
    let list = &list.expect("a list").text;
    assert!(list.contains("✓ is very likely in the top 20."), "{list}");
    harness.assert_clean();
    harness.stop().await;
}

/// Returns the handles of the 20 accounts whose followers have most in common with the target's, by the Jaccard index.
fn most_alike(world: &World, target: u32) -> Vec<String> {
    let followers: HashSet<u32> = world.followers(target).iter().copied().collect();
    let alike = |other: u32| {
        let theirs = world.followers(other);
        let both = theirs.iter().filter(|one| followers.contains(one)).count();
        both as f64 / (followers.len() + theirs.len() - both).max(1) as f64
    };
    let mut others: Vec<(f64, u32)> = (0..world.len() as u32)
        .filter(|other| *other != target)
        .map(|other| (alike(other), other))
        .collect();
    others.sort_by(|one, other| other.0.total_cmp(&one.0));
    let first = others.iter().take(20);
    first
        .map(|(_, other)| world.account(*other).handle.clone())
        .collect()
}
