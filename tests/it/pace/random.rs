//! Random workloads, faults and restarts: whatever happens, no window holds too many requests, and
//! errors never make it faster.

use std::cell::Cell;

use chrono::TimeDelta;
use lookalike::clock::Clock;
use lookalike::networks::NetworkError;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use crate::pace::harness::{CONTROL, GateHarness, assert_within, settle, temporary};
use crate::random_input::inputs;

/// Random scenarios in a run.
const SCENARIOS: u32 = 120;

/// Steps of a scenario, each as long as the interval between two requests at an even rate.
const STEPS: std::ops::Range<usize> = 50..400;

/// What happens at some steps.
#[derive(Clone, Debug)]
enum StepEvent {
    Asks { crawl: u64, times: usize },
    Breaks { times: usize },
    Throttles { seconds: Option<i64> },
    Crashes,
    OtherClient { times: usize },
}

fn step_event() -> impl Strategy<Value = StepEvent> {
    prop_oneof![
        4 => (1..5u64, 1..40usize).prop_map(|(crawl, times)| StepEvent::Asks { crawl, times }),
        2 => (1..15usize).prop_map(|times| StepEvent::Breaks { times }),
        1 => proptest::option::of(1..90i64).prop_map(|seconds| StepEvent::Throttles { seconds }),
        1 => proptest::strategy::Just(StepEvent::Crashes),
        1 => (1..20usize).prop_map(|times| StepEvent::OtherClient { times }),
    ]
}

/// Returns a scenario: a rate, whether the network reports what is left, and what happens at which step.
fn scenario() -> impl Strategy<Value = (&'static str, bool, Vec<Option<StepEvent>>)> {
    let events = proptest::collection::vec(proptest::option::weighted(0.1, step_event()), STEPS);
    (
        select(vec!["10/s", "100/h", "30/m", "1000/h", "1/m"]),
        any::<bool>(),
        events,
    )
}

/// Runs a scenario. Returns how many requests had been sent by the end of each step.
async fn run_scenario(
    rate: &str,
    reported_rate: bool,
    events: &[Option<StepEvent>],
    with_errors: bool,
) -> Vec<usize> {
    let mut harness = GateHarness::new(rate);
    if reported_rate {
        harness.report_remaining();
    }
    let rate = harness.entry.rate;
    let interval = rate.window / rate.count.get();
    let mut sent_by_step = Vec::new();
    let mut waiting = Vec::new();
    for step_event in events {
        match step_event {
            Some(StepEvent::Asks { crawl, times }) => {
                waiting.extend((0..*times).map(|_| harness.ask(*crawl, 1, false)));
            }
            Some(StepEvent::Breaks { times }) if with_errors => {
                harness.script_errors((0..*times).map(|_| temporary()));
            }
            Some(StepEvent::Throttles { seconds }) if with_errors => {
                let at = |seconds| harness.clock.now() + TimeDelta::seconds(seconds);
                let retry_at = seconds.map(at);
                harness.script_errors([NetworkError::Throttled { retry_at }]);
            }
            Some(StepEvent::Crashes) => {
                waiting
                    .drain(..)
                    .for_each(|request: tokio::task::JoinHandle<_>| request.abort());
                settle().await;
                harness.restart();
            }
            Some(StepEvent::OtherClient { times }) if reported_rate => {
                harness.use_by_other_client(*times)
            }
            _ => {}
        }
        harness.pass(interval, interval / 3).await;
        // The health checks are not counted, but keep within the budget.
        let asked = harness.asked();
        sent_by_step.push(asked.iter().filter(|crawl| **crawl != CONTROL).count());
    }
    assert_within(rate, &harness.times(), &rate.to_string());
    sent_by_step
}

#[test]
fn no_window_holds_too_many_whatever_happens_and_errors_make_nothing_faster() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let requests = Cell::new(0);
    let mut runner = TestRunner::new(inputs(SCENARIOS));
    let outcome = runner.run(&scenario(), |(rate, reported_rate, events)| {
        let clean = runtime.block_on(run_scenario(rate, false, &events, false));
        let faulty = runtime.block_on(run_scenario(rate, false, &events, true));
        for (step, (clean, faulty)) in clean.iter().zip(&faulty).enumerate() {
            assert!(
                faulty <= clean,
                "{rate}, step {step}: {faulty} went out with errors, {clean} without"
            );
        }
        let reporting = runtime.block_on(run_scenario(rate, reported_rate, &events, true));
        let counts = [clean, faulty, reporting];
        let all = counts.iter().filter_map(|counts| counts.last());
        requests.set(requests.get() + all.sum::<usize>());
        Ok(())
    });
    outcome.unwrap();
    assert!(requests.get() > 10_000, "the stories are about something");
    println!(
        "rates: {} requests in {SCENARIOS} random stories with faults and restarts, no window over its limit",
        requests.get()
    );
}
