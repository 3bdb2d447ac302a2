//! Killed when those are to be read after all who were passed over, and while they are being read.

use crate::crash::life::{Life, Pause, Trap};
use crate::house::{House, WITHIN, report_of};
use crate::story::long_lists::world_of_long_lists;

const TURN: &str = "takes up who was passed over";

#[tokio::test(flavor = "multi_thread")]
async fn who_is_read_after_all_is_read_however_often_it_is_killed() {
    let mut house = House::new(world_of_long_lists(4)).await;
    house.set("MAX_FOLLOWING", "50");
    // The database has its reading order from here.
    house.start().await;
    house.stop().await;
    let at_the_turn = Trap {
        text: TURN,
        nth: 1,
        pause: Pause::NONE,
    };
    let mut life = Life::start_with(&house, Some(at_the_turn));
    house.telegram.says(&house.ann, "@luna");
    assert!(life.is_gone(WITHIN).await);
    drop(life);
    let arrivals = house.network.arrivals();
    life = Life::start(&house);
    for kill in 1..=3 {
        house.network.arrived(arrivals + 5 * kill).await;
        life.kill();
        life = Life::start(&house);
    }
    house.until_delivered(&house.ann, "luna").await;
    let log = life.stops().await;
    assert!(
        !log.iter().any(|line| line.contains(TURN)),
        "it is decided once"
    );
    let report = report_of(&house.data(), &house.ann).await;
    assert_eq!(
        (report.skipped, report.sampled, report.unreadable),
        (1, 119, 0)
    );
}
