//! Killed when the followers that were passed over are to be read after all, and while they are being read.

use crate::crash::process::{BotProcess, KillTrigger, Pause};
use crate::harness::{Harness, WITHIN, report_from_disk};
use crate::story::long_lists::world_of_long_lists;

const TURN: &str = "takes up who was passed over";

#[tokio::test(flavor = "multi_thread")]
async fn followers_that_are_read_after_all_are_read_however_often_it_is_killed() {
    let mut harness = Harness::new(world_of_long_lists(4)).await;
    harness.set("MAX_FOLLOWING", "50");
    // The database gets the tests' sampling key here.
    harness.start().await;
    harness.stop().await;
    let at_the_turn = KillTrigger {
        text: TURN,
        nth: 1,
        pause: Pause::NONE,
    };
    let mut bot = BotProcess::start_with(&harness, Some(at_the_turn));
    harness.telegram.says(&harness.ann, "@luna");
    assert!(bot.exits_within(WITHIN).await);
    drop(bot);
    let arrivals = harness.network.arrivals();
    bot = BotProcess::start(&harness);
    for kill in 1..=3 {
        harness.network.arrived(arrivals + 5 * kill).await;
        bot.kill();
        bot = BotProcess::start(&harness);
    }
    harness.until_delivered(&harness.ann, "luna").await;
    let log = bot.stop().await;
    assert!(
        !log.iter().any(|line| line.contains(TURN)),
        "it is decided once"
    );
    let report = report_from_disk(&harness.data(), &harness.ann).await;
    assert_eq!(
        (report.skipped, report.sampled, report.unreadable),
        (1, 119, 0)
    );
}
