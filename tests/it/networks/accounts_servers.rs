//! On Bluesky whom followers follow is read at their own servers as well, beside the AppView.

use std::time::Duration;

use lookalike::demo::networks::fake;
use lookalike::demo::telegram::FloodLimits;

use crate::harness::{Harness, small_world};

/// So few requests to the AppView that their servers read most lists.
const FEW: (u32, Duration) = (600, Duration::from_secs(60));

/// Searches for @luna on a Bluesky with these settings. Returns the harness, stopped, with the results as JSON.
async fn searched(servers: Option<&str>) -> (Harness, serde_json::Value) {
    let bluesky = fake("bluesky", "appview").unwrap();
    let mut harness = Harness::with_network(bluesky, small_world(60, false), Some(FEW)).await;
    harness.telegram.set_limits(FloodLimits::none());
    harness.set("BLUESKY_RATE", "600/m");
    if let Some(servers) = servers {
        harness.set("BLUESKY_PDS", servers);
    }
    harness.start().await;
    let luna = harness.directory.handle(0).to_owned();
    harness.telegram.says(&harness.ann, &luna);
    harness.until_delivered(&harness.ann, &luna).await;
    let report = harness.report(&harness.ann);
    let told = report.requests;
    let told = told.verify + told.followers + told.subscriptions + told.profiles + told.confirm;
    let (sent, by_server) = (
        harness.network.requests().total,
        harness.network.requests_by_server(),
    );
    // The directory's are not among the network's.
    let looked_up = by_server.get("plc.directory").copied().unwrap_or_default();
    assert_eq!(told, sent + looked_up, "each request is counted once");
    let results = serde_json::to_value(report.results).unwrap();
    harness.stop().await;
    harness.assert_clean();
    (harness, results)
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_read_at_the_accounts_own_servers_come_to_the_same() {
    let (with, results) = searched(None).await;
    let by_server = with.network.requests_by_server();
    let of_directory = by_server.get("plc.directory").copied().unwrap_or_default();
    assert!(
        of_directory > 0,
        "where they are is looked up: {by_server:?}"
    );
    assert!(
        by_server.len() > 5,
        "each server reads its own: {by_server:?}"
    );
    let (without, expected) = searched(Some("off")).await;
    assert_eq!(without.network.requests_by_server().len(), 0);
    assert_eq!(results, expected, "to the last digit");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_are_gone_leave_it_all_to_the_app_view() {
    // Nobody listens there.
    let (with, _) = searched(Some("http://127.0.0.1:9")).await;
    assert_eq!(with.network.requests_by_server().len(), 0);
}
