//! Followers who follow more accounts than the limit: passed over while they are few, read if they are many.

use lookalike::demo::networks::{FakeKind, RequestCounts, fake};
use lookalike::demo::world::{World, WorldAccount};
use lookalike::files::Report;

use crate::harness::{Harness, small_world};

/// The limit in these tests, and lists of five times as many accounts above and below it.
const LIMIT: &str = "50";
const FIVE_TIMES: &str = "250";
const LONG: u32 = 220;
const ENDLESS: u32 = 300;

const FOLLOWERS: u32 = 120;
const PEERS: u32 = 20;

/// @luna has 120 followers who follow some of twenty peers. One in so many of them follows 220 others as well, and a
/// single one 300.
pub(crate) fn world_of_long_lists(one_in: u32) -> World {
    let first_other = 1 + FOLLOWERS + PEERS;
    let people = (0..first_other + ENDLESS).map(|index| WorldAccount {
        id: 10_000 + u64::from(index),
        handle: match index {
            0 => "luna".to_owned(),
            index => format!("user{index}"),
        },
        name: format!("User {index}"),
        bio: String::new(),
        private: false,
        label: String::new(),
        kind: None,
    });
    let mut follows = Vec::new();
    for follower in 1..=FOLLOWERS {
        let peers = (0..PEERS).filter(|peer| follower % (peer + 2) == 0);
        follows.push((follower, 0));
        follows.extend(peers.map(|peer| (follower, 1 + FOLLOWERS + peer)));
        let others = match follower {
            1 => ENDLESS,
            follower if follower % one_in == 0 => LONG,
            _ => 0,
        };
        follows.extend((0..others).map(|other| (follower, first_other + other)));
    }
    World::new(people.collect(), &follows)
}

/// Returns the report of @luna's search with this limit, and the requests that it took.
async fn searched(fake: &'static FakeKind, one_in: u32, limit: &str) -> (Report, RequestCounts) {
    let mut harness = Harness::on_network(fake, world_of_long_lists(one_in)).await;
    // The AppView leaves whole pages out, and other servers don't: which reads a list is chance.
    harness.set("BLUESKY_PDS", "off");
    harness.set("MAX_FOLLOWING", limit).start().await;
    let luna = harness.directory.handle(0).to_owned();
    harness.telegram.says(&harness.ann, &luna);
    harness.until_delivered(&harness.ann, &luna).await;
    let (report, requests) = (harness.report(&harness.ann), harness.network.requests());
    harness.stop().await;
    harness.assert_clean();
    assert_eq!(
        report.skipped + report.sampled + report.unreadable,
        report.followers_listed,
        "everybody is accounted for"
    );
    (report, requests)
}

/// Runs on a network that shows how long a list is only once it is begun, and on one whose profiles show it.
fn networks() -> [&'static FakeKind; 2] {
    [("instagram", "v1"), ("bluesky", "appview")].map(|(name, api)| fake(name, api).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_one_in_four_follows_very_many_they_are_read_and_cost_nothing_twice() {
    for fake in networks() {
        let (report, requests) = searched(fake, 4, LIMIT).await;
        assert_eq!(report.skipped, 1, "who follows five times as many");
        let (larger, as_many) = searched(fake, 4, FIVE_TIMES).await;
        assert_eq!(
            (report.sampled, report.unreadable, requests.following),
            (larger.sampled, larger.unreadable, as_many.following),
            "as if they had been read from the beginning"
        );
        let counts = |report: &Report| -> Vec<_> {
            let rows = report.results.iter();
            rows.map(|row| (row.handle.clone(), row.share)).collect()
        };
        assert_eq!(counts(&report), counts(&larger));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_one_in_twenty_follows_very_many_they_are_passed_over() {
    for fake in networks() {
        let (report, requests) = searched(fake, 20, LIMIT).await;
        assert_eq!(report.skipped, 7, "six, and who follows even more");
        assert!(
            requests.following <= u64::from(FOLLOWERS),
            "a page of each list at most: {}",
            requests.following
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_being_read_when_all_are_wanted_counts_once() {
    let mut harness = Harness::with_rate(small_world(80, true), None).await;
    harness
        .set("INSTAGRAM_RATE", "100/s")
        .set("MAX_FOLLOWING", "236");
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    // Some have been passed over by then, and others with equally long lists are planned.
    harness.network.arrived(100).await;
    harness.telegram.says(&harness.ann, "@luna full");
    harness.until_delivered(&harness.ann, "luna").await;
    let full = harness.report(&harness.ann);
    assert_eq!((full.skipped, full.sampled + full.unreadable), (0, 80));
    harness.stop().await;
    harness.assert_clean();
}
