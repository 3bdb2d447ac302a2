//! Killed while the followers of accounts in doubt are looked through.

use crate::crash::life::Life;
use crate::house::{House, report_of, small_world};

/// So often it is killed, each time when it has made a few requests.
const KILLS: usize = 4;
const STEP: u64 = 5;

#[tokio::test(flavor = "multi_thread")]
async fn the_counts_are_the_same_however_often_it_is_killed() {
    let mut house = House::new(small_world(1_200, false)).await;
    // The database has its reading order from here, so that the same followers are read in every run.
    house.start().await;
    house.stop().await;
    let mut life = Life::start(&house);
    house.telegram.says(&house.ann, "@luna quick");
    life.says("stage=confirm").await;
    for _ in 0..KILLS {
        let arrivals = house.network.arrivals();
        house.network.arrived(arrivals + STEP).await;
        life.kill();
        life = Life::start(&house);
    }
    house.until_delivered(&house.ann, "luna").await;
    life.stops().await;
    let report = report_of(&house.data(), &house.ann).await;
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
