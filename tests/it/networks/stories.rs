//! Whole analyses on every network, by the same `App` as in production.

use lookalike::demo::networks::FAKES;

use crate::house::{House, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_every_network_is_analysed_and_nothing_is_asked_twice() {
    for fake in &FAKES {
        let mut house = House::on_network(fake, small_world(60, false)).await;
        house.start().await;
        let luna = house.directory.handle(0).to_owned();
        let prefix = fake.network;
        house.telegram.says(&house.ann, &format!("{prefix}:{luna}"));
        house.until_delivered(&house.ann, &luna).await;
        let report = house.report(&house.ann);
        assert_eq!(report.network, fake.network);
        let first: Vec<&str> = report
            .results
            .iter()
            .take(4)
            .map(|row| row.handle.as_str())
            .collect();
        let peers: Vec<&str> = (2..6).map(|index| house.directory.handle(index)).collect();
        assert!(
            first.iter().all(|handle| peers.contains(handle)),
            "{prefix} by {}: the closest peers come first: {first:?}",
            fake.api
        );
        house.stop().await;
        house.assert_clean();
    }
}
