//! Killed while the followers of candidates near the tenth place are listed.

use crate::crash::process::BotProcess;
use crate::harness::{Harness, report_from_disk, small_world};

/// The number of kills, each after a few requests.
const KILLS: usize = 4;
const STEP: u64 = 5;

#[tokio::test(flavor = "multi_thread")]
async fn the_counts_are_the_same_however_often_it_is_killed() {
    let mut harness = Harness::new(small_world(1_200, false)).await;
    // The database gets the tests' sampling key here, so that the same followers are read in every run.
    harness.start().await;
    harness.stop().await;
    let mut bot = BotProcess::start(&harness);
    harness.telegram.says(&harness.ann, "@luna quick");
    bot.wait_for_line("stage=confirm").await;
    for _ in 0..KILLS {
        let arrivals = harness.network.arrivals();
        harness.network.arrived(arrivals + STEP).await;
        bot.kill();
        bot = BotProcess::start(&harness);
    }
    harness.until_delivered(&harness.ann, "luna").await;
    bot.stop().await;
    let report = report_from_disk(&harness.data(), &harness.ann).await;
    for row in report.results.iter().filter(|row| row.confirmed.is_some()) {
        let every: u32 = 2 + row
            .handle
            .trim_start_matches("peer")
            .parse::<u32>()
            .unwrap();
        let followers = (22..22 + 1_200).filter(|person| person % every == 0);
        assert_eq!(row.confirmed, Some(followers.count() as u64), "{row:?}");
    }
    assert!(report.results.iter().any(|row| row.confirmed.is_some()));
}
