//! What one search may store: there it ends early, with what it has.

use lookalike::model::Stopped;

use crate::house::{House, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_has_stored_as_much_as_it_may_ends_early_and_says_so() {
    let mut house = House::new(small_world(120, true)).await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, "luna").await;
    let all = house.report(&house.ann).followers_read;
    house.stop().await;

    let mut house = House::new(small_world(120, true)).await;
    house.stores_at_most(60_000).start().await;
    house.telegram.says(&house.ann, "@luna");
    let messages = house.until_delivered(&house.ann, "luna").await;
    let list = messages.iter().find(|it| it.text.contains("Accounts like"));
    let list = &list.expect("the list").text;
    assert!(
        list.contains("I don't keep any more for one search"),
        "whoever asked is told why it is less: {list}"
    );
    let report = house.report(&house.ann);
    assert_eq!(report.stopped_because, Some(Stopped::Room));
    assert!(
        (1..all).contains(&report.followers_read),
        "it rests on what was read until then: {} of {all}",
        report.followers_read
    );
    house.stop().await;
    house.assert_clean();
}
