//! Killed while the accounts are looked up that another order lacks.

use crate::crash::process::BotProcess;
use crate::harness::Harness;
use crate::story::orders::{
    COMPLETE, GEMS, is_complete, open_by_niche, until_list, world_with_gems,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_an_order_lacks_is_there_however_often_it_is_killed() {
    let mut harness = Harness::new(world_with_gems(150, GEMS)).await;
    // The database gets the tests' sampling key here.
    harness.set("PROFILES_MAX_CONCURRENT", "1").start().await;
    harness.stop().await;
    let mut bot = BotProcess::start(&harness);
    let list = open_by_niche(&harness, &harness.ann).await;
    let before = harness.network.requests();
    let arrivals = harness.network.arrivals();
    harness
        .telegram
        .presses(&harness.ann, list.id, COMPLETE)
        .unwrap();
    for kill in 1..=3 {
        harness.network.arrived(arrivals + kill).await;
        bot.kill();
        bot = BotProcess::start(&harness);
    }
    until_list(&harness, &harness.ann, "the gems", is_complete).await;
    bot.stop().await;
    let asked = harness.network.requests();
    assert_eq!(
        (asked.followers, asked.following),
        (before.followers, before.following),
        "nothing is read again"
    );
}
