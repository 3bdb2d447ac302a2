//! Accounts so near the tenth place that their own followers are listed.

use lookalike::demo::is_list;
use lookalike::demo::networks::Endpoint;
use lookalike::demo::telegram::Message;
use lookalike::files::Report;
use lookalike::model::{PersonId, SETTLED};

use crate::harness::{Harness, small_world};

const FOLLOWERS: u32 = 1_200;

/// The first follower, as the small world numbers its accounts.
const FIRST: u32 = 22;

/// Returns how many of @luna's followers follow this peer.
fn in_truth(handle: &str) -> u64 {
    let every = 2 + handle.trim_start_matches("peer").parse::<u32>().unwrap();
    let followers = FIRST..FIRST + FOLLOWERS;
    followers.filter(|person| person % every == 0).count() as u64
}

/// Returns the accounts that were counted, and the counts.
fn confirmed(report: &Report) -> Vec<(&str, u64)> {
    let rows = report.results.iter();
    rows.filter_map(|row| Some((row.handle.as_str(), row.confirmed?)))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_near_the_tenth_place_are_counted_not_estimated() {
    let mut harness = Harness::new(small_world(FOLLOWERS, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna quick");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let report = harness.report(&harness.ann);
    assert!(!confirmed(&report).is_empty(), "some places are in doubt");
    let mut pages = 0;
    for row in report.results.iter().filter(|row| row.confirmed.is_some()) {
        pages += row.followers.unwrap().div_ceil(100);
        assert_eq!(
            row.confirmed,
            Some(in_truth(&row.handle)),
            "all of @luna's followers are found, private ones too: {row:?}"
        );
        assert!(
            row.low == row.share && row.share == row.high,
            "nothing is left open: {row:?}"
        );
    }
    assert_eq!(report.requests.confirm, pages, "a request for each page");
    assert!(
        pages <= 3 * report.sampled,
        "half of what reading took: {pages}"
    );
    let is_said = |message: &&Message| message.text.contains("I double-checked ");
    let list = messages.iter().find(is_said);
    assert!(
        list.is_some(),
        "the list says what is counted: {messages:#?}"
    );
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_that_were_listed_are_not_listed_again_when_asked_for() {
    let mut harness = Harness::new(small_world(FOLLOWERS, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna quick");
    harness.until_delivered(&harness.ann, "luna").await;
    let luna = harness.report(&harness.ann);
    let (handle, _) = confirmed(&luna)[0];
    harness
        .telegram
        .says(&harness.ann, &format!("@{handle} quick"));
    harness.until_delivered(&harness.ann, handle).await;
    let report = harness.report(&harness.ann);
    assert_eq!(report.handle, handle);
    assert_eq!(report.requests.followers, 0, "all of them are known");
    assert!(report.requests_saved > 0, "and that is told");
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_breaks_off_leaves_the_estimate_as_it_is() {
    let mut harness = Harness::new(small_world(FOLLOWERS, false)).await;
    harness.start().await;
    // One next to the tenth place, and one not far from it.
    for peer in [7, 9u64] {
        let id = 10_000 + 37 * (2 + peer);
        harness.network.fail_page(Endpoint::Followers, id, 0, true);
    }
    harness.telegram.says(&harness.ann, "@luna quick");
    harness.until_delivered(&harness.ann, "luna").await;
    let report = harness.report(&harness.ann);
    for row in &report.results {
        let broken = row.handle == "peer7" || row.handle == "peer9";
        assert!(!(broken && row.confirmed.is_some()), "{row:?}");
        assert_eq!(row.confirmed.is_none(), row.low < row.high, "{row:?}");
    }
    assert!(
        !confirmed(&report).is_empty(),
        "others are counted all the same"
    );
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_the_middle_loses_nothing_and_asks_nothing_twice() {
    let mut harness = Harness::new(small_world(FOLLOWERS, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna quick");
    let person = PersonId(harness.ann.id.unsigned_abs());
    loop {
        let ledger = &harness.app().context().ledger;
        let analysis = ledger.analyses_of(person).unwrap().pop();
        let crawl = analysis.and_then(|analysis| ledger.crawl_of(&analysis).unwrap());
        if crawl.is_some_and(|crawl| crawl.requests.confirm > 0) {
            break;
        }
        harness.network.arrived(1).await;
        tokio::task::yield_now().await;
    }
    harness.stop().await;
    harness.start().await;
    harness.until_delivered(&harness.ann, "luna").await;
    let report = harness.report(&harness.ann);
    assert!(!confirmed(&report).is_empty());
    for (handle, confirmed) in confirmed(&report) {
        assert_eq!(confirmed, in_truth(handle), "@{handle}");
    }
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn going_deeper_uses_the_lists_that_are_there() {
    let mut harness = Harness::new(small_world(FOLLOWERS, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna quick");
    harness.until_delivered(&harness.ann, "luna").await;
    harness.telegram.says(&harness.ann, "@luna settled");
    harness
        .until(&harness.ann, "another list", |messages| {
            let lists = messages.iter().filter(|message| is_list(message, "luna"));
            lists.count() == 2
        })
        .await;
    let report = harness.report(&harness.ann);
    assert!(
        report.precision_reached <= SETTLED,
        "{}",
        report.precision_reached
    );
    harness.assert_clean();
    harness.stop().await;
}
