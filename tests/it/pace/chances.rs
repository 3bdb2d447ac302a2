//! Random workloads, faults and restarts: whatever happens, no window holds too many requests, and
//! errors never make it faster.

use std::cell::Cell;

use chrono::TimeDelta;
use lookalike::clock::Clock;
use lookalike::networks::NetworkError;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use crate::chance::inputs;
use crate::pace::kit::{CONTROL, House, assert_within, broken, settle};

/// Stories in a run.
const STORIES: u32 = 120;

/// Steps of a story, each an even interval of the rate long.
const STEPS: std::ops::Range<usize> = 50..400;

/// What happens at one step, now and then.
#[derive(Clone, Debug)]
enum Event {
    Asks { crawl: u64, times: usize },
    Breaks { times: usize },
    Throttles { seconds: Option<i64> },
    Crashes,
    OthersAsk { times: usize },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (1..5u64, 1..40usize).prop_map(|(crawl, times)| Event::Asks { crawl, times }),
        2 => (1..15usize).prop_map(|times| Event::Breaks { times }),
        1 => proptest::option::of(1..90i64).prop_map(|seconds| Event::Throttles { seconds }),
        1 => proptest::strategy::Just(Event::Crashes),
        1 => (1..20usize).prop_map(|times| Event::OthersAsk { times }),
    ]
}

/// A story: a rate, whether the network tells what is left, and what happens at which step.
fn story() -> impl Strategy<Value = (&'static str, bool, Vec<Option<Event>>)> {
    let events = proptest::collection::vec(proptest::option::weighted(0.1, event()), STEPS);
    (
        select(vec!["10/s", "100/h", "30/m", "1000/h", "1/m"]),
        any::<bool>(),
        events,
    )
}

/// Runs a story. Returns how many requests had gone out at the end of each step.
async fn tell(rate: &str, tells: bool, events: &[Option<Event>], with_errors: bool) -> Vec<usize> {
    let mut house = House::new(rate);
    if tells {
        house.tells_what_is_left();
    }
    let rate = house.entry.rate;
    let interval = rate.window / rate.count.get();
    let mut went_out = Vec::new();
    let mut waiting = Vec::new();
    for event in events {
        match event {
            Some(Event::Asks { crawl, times }) => {
                waiting.extend((0..*times).map(|_| house.ask(*crawl, 1, false)));
            }
            Some(Event::Breaks { times }) if with_errors => {
                house.will_fail((0..*times).map(|_| broken()));
            }
            Some(Event::Throttles { seconds }) if with_errors => {
                let at = |seconds| house.clock.now() + TimeDelta::seconds(seconds);
                let retry_at = seconds.map(at);
                house.will_fail([NetworkError::Throttled { retry_at }]);
            }
            Some(Event::Crashes) => {
                waiting
                    .drain(..)
                    .for_each(|request: tokio::task::JoinHandle<_>| request.abort());
                settle().await;
                house.restart();
            }
            Some(Event::OthersAsk { times }) if tells => house.others_ask(*times),
            _ => {}
        }
        house.pass(interval, interval / 3).await;
        // The health checks come on top, within the budget.
        let asked = house.asked();
        went_out.push(asked.iter().filter(|crawl| **crawl != CONTROL).count());
    }
    assert_within(rate, &house.times(), &rate.to_string());
    went_out
}

#[test]
fn no_window_holds_too_many_whatever_happens_and_errors_make_nothing_faster() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let requests = Cell::new(0);
    let mut runner = TestRunner::new(inputs(STORIES));
    let told = runner.run(&story(), |(rate, tells, events)| {
        let clean = runtime.block_on(tell(rate, false, &events, false));
        let faulty = runtime.block_on(tell(rate, false, &events, true));
        for (step, (clean, faulty)) in clean.iter().zip(&faulty).enumerate() {
            assert!(
                faulty <= clean,
                "{rate}, step {step}: {faulty} went out with errors, {clean} without"
            );
        }
        let watched = runtime.block_on(tell(rate, tells, &events, true));
        let counts = [clean, faulty, watched];
        let all = counts.iter().filter_map(|counts| counts.last());
        requests.set(requests.get() + all.sum::<usize>());
        Ok(())
    });
    told.unwrap();
    assert!(requests.get() > 10_000, "the stories are about something");
    println!(
        "rates: {} requests in {STORIES} random stories with faults and restarts, no window over its limit",
        requests.get()
    );
}
