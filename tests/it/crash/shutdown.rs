//! Shutdown: on a signal the process exits cleanly and in time, whatever hangs; on a second one, at once.

use std::time::{Duration, Instant};

use lookalike::demo::networks::Endpoint;
use lookalike::demo::telegram::{CallFailure, FakeTelegram};
use rustix::process::Signal;

use crate::crash::process::BotProcess;
use crate::harness::{Harness, WITHIN, small_world};

/// How long a last commit and the exit may take on a busy machine, on top of SHUTDOWN_WITHIN.
const MARGIN: Duration = Duration::from_secs(2);

/// Requests in flight at the same time when the lists of many followers are read.
const AT_ONCE: u64 = 16;

/// The exit code of an interrupted process.
const INTERRUPTED: Option<i32> = Some(130);

/// Starts a process that reads lists, with all its requests held.
async fn busy(harness: &Harness) -> BotProcess {
    let bot = BotProcess::start(harness);
    harness.telegram.says(&harness.ann, "@luna");
    harness.network.arrived(20).await;
    harness.network.hold();
    loop {
        let answered = harness.network.requests().total;
        harness.network.arrived(answered + AT_ONCE).await;
        // Requests from before the hold are answered by now, or were a moment ago.
        if harness.network.requests().total == answered {
            return bot;
        }
    }
}

async fn finishes(harness: &Harness) {
    let bot = BotProcess::start(harness);
    harness.until_delivered(&harness.ann, "luna").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polite_stop_finishes_what_is_under_way_and_begins_nothing() {
    for signal in [Signal::TERM, Signal::INT] {
        let harness = Harness::new(small_world(60, true)).await;
        let mut bot = busy(&harness).await;
        bot.signal(signal);
        bot.wait_for_line("app: stopping").await;
        let asked = harness.network.arrivals();
        harness.network.release();
        assert_eq!(
            bot.wait_for_exit().await,
            Some(0),
            "{signal:?} ends it well"
        );
        assert_eq!(
            harness.network.arrivals(),
            asked,
            "nothing more is asked for after {signal:?}"
        );
        finishes(&harness).await;
        harness.assert_clean();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_in_time_when_the_network_and_telegram_hang() {
    let mut harness = Harness::new(small_world(60, true)).await;
    let within = Duration::from_secs(1);
    harness.set("SHUTDOWN_WITHIN", "1s");
    harness.set("REQUEST_TIMEOUT", "1m");
    harness
        .telegram
        .fail_next("setMyCommands", CallFailure::Held);
    harness
        .telegram
        .fail_after(1, "sendMessage", CallFailure::Held);
    let mut bot = busy(&harness).await;
    harness.telegram.says(&harness.ann, "/help");
    let hang = |telegram: &FakeTelegram| telegram.holds() == 2;
    harness
        .telegram
        .until_true(WITHIN, "two calls that hang", hang)
        .await
        .unwrap();

    let asked = Instant::now();
    bot.signal(Signal::TERM);
    assert_eq!(bot.wait_for_exit().await, Some(0), "it ends well");
    let took = asked.elapsed();
    assert!(
        took < within + MARGIN,
        "a stop took {took:?}, with SHUTDOWN_WITHIN={within:?}"
    );

    harness.network.release();
    harness.telegram.release();
    finishes(&harness).await;
    let repeated = harness.network.asked_twice().len();
    assert!(
        repeated <= AT_ONCE as usize,
        "only what hung is asked for again, not {repeated} requests"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_request_does_not_hold_up_a_stop() {
    let mut harness = Harness::new(small_world(20, false)).await;
    harness.set("SHUTDOWN_WITHIN", "1s");
    harness.set("REQUEST_TIMEOUT", "1m");
    harness.set("FOLLOWERS_TASK_RETRY_LIMIT", "0");
    let luna = 10_000;
    let mut bot = BotProcess::start(&harness);
    let page = Endpoint::Followers;
    harness.network.fail_page(page, luna, 0, true);
    harness.telegram.says(&harness.ann, "@luna");
    harness.network.arrived(3).await;
    harness.network.hold();
    if harness.network.requests().followers == 1 {
        // The page fails for the last time: one more request tells whether the network is at fault.
        harness.network.arrived(4).await;
    }
    let asked = Instant::now();
    bot.signal(Signal::TERM);
    assert_eq!(bot.wait_for_exit().await, Some(0), "it ends well");
    let took = asked.elapsed();
    assert!(
        took < Duration::from_secs(1) + MARGIN,
        "a stop took {took:?}, with SHUTDOWN_WITHIN=1s"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_it_at_once_and_still_nothing_is_lost() {
    let mut harness = Harness::new(small_world(60, true)).await;
    harness.set("SHUTDOWN_WITHIN", "1m");
    let mut bot = busy(&harness).await;
    bot.signal(Signal::TERM);
    bot.wait_for_line("app: stopping").await;
    let asked = Instant::now();
    bot.signal(Signal::INT);
    assert_eq!(bot.wait_for_exit().await, INTERRUPTED, "it was asked twice");
    let took = asked.elapsed();
    assert!(took < MARGIN, "the second signal took {took:?}");
    harness.network.release();
    finishes(&harness).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_obeyed_while_it_starts() {
    let harness = Harness::new(small_world(20, false)).await;
    let mut opening = BotProcess::start(&harness);
    opening.wait_for_line("opening the database").await;
    opening.signal(Signal::TERM);
    assert_eq!(
        opening.wait_for_exit().await,
        Some(0),
        "while the database is opened"
    );

    harness.telegram.fail_next("getMe", CallFailure::Held);
    let mut connecting = BotProcess::start(&harness);
    connecting.wait_for_line("the bot starts").await;
    connecting.signal(Signal::TERM);
    assert_eq!(
        connecting.wait_for_exit().await,
        Some(0),
        "while Telegram is silent"
    );
}
