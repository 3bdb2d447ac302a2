//! Killed while the accounts are looked up that another order lacks.

use crate::crash::life::Life;
use crate::house::House;
use crate::story::orders::{
    COMPLETE, GEMS, is_complete, looks_by_niche, until_list, world_with_gems,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_an_order_lacks_is_there_however_often_it_is_killed() {
    let mut house = House::new(world_with_gems(150, GEMS)).await;
    // The database has its reading order from here.
    house.set("PROFILES_MAX_CONCURRENT", "1").start().await;
    house.stop().await;
    let mut life = Life::start(&house);
    let list = looks_by_niche(&house, &house.ann).await;
    let before = house.network.requests();
    let arrivals = house.network.arrivals();
    house
        .telegram
        .presses(&house.ann, list.id, COMPLETE)
        .unwrap();
    for kill in 1..=3 {
        house.network.arrived(arrivals + kill).await;
        life.kill();
        life = Life::start(&house);
    }
    until_list(&house, &house.ann, "the gems", is_complete).await;
    life.stops().await;
    let asked = house.network.requests();
    assert_eq!(
        (asked.followers, asked.following),
        (before.followers, before.following),
        "nothing is read again"
    );
}
