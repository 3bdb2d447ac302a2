//! A search that has stored as much as it may ends early with what it has.

use lookalike::model::Stopped;

use crate::harness::{Harness, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_has_stored_as_much_as_it_may_ends_early_and_says_so() {
    let mut harness = Harness::new(small_world(120, true)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    let all = harness.report(&harness.ann).followers_read;
    harness.stop().await;

    let mut harness = Harness::new(small_world(120, true)).await;
    harness.limit_storage(60_000).start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let list = messages.iter().find(|it| it.text.contains("Accounts like"));
    let list = &list.expect("the list").text;
    assert!(
        list.contains("I don't keep any more for one search"),
        "whoever asked is told why it is less: {list}"
    );
    let report = harness.report(&harness.ann);
    assert_eq!(report.stopped_because, Some(Stopped::Room));
    assert!(
        (1..all).contains(&report.followers_read),
        "it rests on what was read until then: {} of {all}",
        report.followers_read
    );
    harness.stop().await;
    harness.assert_clean();
}
