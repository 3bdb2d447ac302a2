//! What can't be fetched: the rest counts, and the result says what is missing.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use lookalike::clock::ManualClock;
use lookalike::demo::networks::{CursorFault, Endpoint};
use lookalike::demo::telegram::{FloodLimits, Message};

use crate::harness::{Harness, small_world, tick};

#[tokio::test(flavor = "multi_thread")]
async fn a_fifth_of_all_requests_may_fail_without_changing_the_list() {
    let mut lists = Vec::new();
    for faults in [0, 20] {
        let mut harness = Harness::new(small_world(60, true)).await;
        for stage in ["VERIFY", "FOLLOWERS", "SUBSCRIPTIONS", "PROFILES"] {
            harness.set(&format!("{stage}_TASK_RETRY_LIMIT"), "20");
        }
        harness.network.set_faults(faults);
        harness.start().await;
        harness.telegram.says(&harness.ann, "@luna");
        harness.until_delivered(&harness.ann, "luna").await;
        lists.push(serde_json::to_string(&harness.report(&harness.ann).results).unwrap());
        harness.stop().await;
    }
    assert_eq!(lists[0], lists[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_never_comes_makes_the_list_partial_and_the_result_says_so() {
    let world = small_world(250, false);
    let luna = world.account(0).id;
    let mut harness = Harness::new(world).await;
    harness
        .network
        .fail_page(Endpoint::Followers, luna, 150, true);
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let report = harness.report(&harness.ann);
    assert!(
        report.followers_listed < 250 && report.followers_listed > 0,
        "the pages before it count"
    );
    let list = list_of(&messages, "luna");
    assert!(
        list.contains("didn't give me the rest"),
        "the result says of how many followers the list is a part: {list}"
    );
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_followers_that_leads_in_a_circle_ends_and_the_result_says_so() {
    let world = small_world(250, false);
    let luna = world.account(0).id;
    let mut harness = Harness::new(world).await;
    harness
        .network
        .break_cursors(Endpoint::Followers, luna, CursorFault::Cycle);
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let report = harness.report(&harness.ann);
    assert_eq!(report.followers_listed, 250, "each once");
    assert!(
        report.requests.followers <= 5,
        "three pages and the one that brought nothing new, not {}",
        report.requests.followers
    );
    let list = list_of(&messages, "luna");
    assert!(list.contains("didn't give me the rest"), "{list}");
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_break_off_count_as_far_as_they_go_and_the_result_says_so() {
    let world = small_world(60, true);
    let [circling, lost] = [23, 24].map(|follower| world.account(follower).id);
    let mut harness = Harness::new(world).await;
    for (follower, oddity) in [(circling, CursorFault::Cycle), (lost, CursorFault::Refused)] {
        harness
            .network
            .break_cursors(Endpoint::Following, follower, oddity);
    }
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    assert_eq!(harness.report(&harness.ann).followers_read, 52);
    let list = list_of(&messages, "luna");
    assert!(
        list.contains("2 of the lists were cut short; I used what I got."),
        "{list}"
    );
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn candidates_that_can_not_be_looked_up_are_counted() {
    let world = small_world(60, false);
    let peer = world.account(2).id;
    let mut harness = Harness::new(world).await;
    harness.network.fail_page(Endpoint::Profile, peer, 0, true);
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let list = list_of(&messages, "luna");
    assert!(
        list.contains("I couldn't look up one account that many of them follow."),
        "{list}"
    );
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cap_stops_the_listing() {
    let mut harness = Harness::new(small_world(250, false)).await;
    harness.set("FOLLOWERS_CAP", "120").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    let report = harness.report(&harness.ann);
    assert_eq!(
        (report.followers_total, report.followers_listed),
        (250, 120)
    );
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_that_stands_still_is_forced_on_after_its_deadline() {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let mut harness = Harness::new(small_world(150, false)).await;
    let luna = small_world(150, false).account(0).id;
    harness
        .network
        .fail_page(Endpoint::Followers, luna, 120, true);
    // The second page fails, and its retry is an hour away: longer than the deadline.
    harness
        .set("FOLLOWERS_TASK_RETRY_LIMIT", "9")
        .set("FOLLOWERS_MIN_BACKOFF_SECONDS", "3600");
    harness
        .set("FOLLOWERS_MAX_BACKOFF_SECONDS", "3600")
        .set("STAGE_DEADLINE", "30m")
        .set("SWEEP_EVERY", "1m");
    // Our clock is ahead of the fake's.
    harness.telegram.set_limits(FloodLimits::none());
    harness.use_clock(clock.clone()).start().await;
    let ticking = tick(clock.clone(), Duration::from_millis(250));
    harness.telegram.says(&harness.ann, "@luna");
    harness.network.arrived(4).await;
    // The retry is an hour away; the deadline passes first.
    clock.advance(Duration::from_secs(31 * 60));
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    ticking.abort();
    let report = harness.report(&harness.ann);
    assert!(
        (1..150).contains(&report.followers_listed),
        "what was listed by then is what counts"
    );
    let list = list_of(&messages, "luna");
    assert!(
        list.contains("It took too long"),
        "the result says that it is a part: {list}"
    );
    harness.stop().await;
}

/// Returns the text of the ranked list.
fn list_of(messages: &[Message], handle: &str) -> String {
    let heading = format!("Accounts like @{handle}");
    let list = messages
        .iter()
        .find(|message| message.text.starts_with(&heading));
    list.expect("the ranked list").text.clone()
}
