//! The budget alone: never exceeded, nearly all used, empty at the start.

use std::sync::Arc;
use std::time::Duration;

use lookalike::clock::Clock;
use lookalike::model::Rate;
use lookalike::networks::TokenBucket;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::pace::harness::{JumpingClock, SECOND, assert_within, rates};

const SEEDS: u64 = 20;

#[tokio::test]
async fn a_budget_is_never_passed_in_any_window() {
    for rate in rates() {
        for seed in 0..SEEDS {
            let mut rng = Pcg64Mcg::seed_from_u64(seed);
            let clock = Arc::new(JumpingClock::default());
            let bucket = TokenBucket::budget(rate, clock.clone());
            let mut times = Vec::new();
            for _ in 0..rate.count.get().min(2_000) * 3 + 20 {
                // Mostly at once, now and then after a pause, sometimes after a long one.
                let pause = match rng.random_range(0..200) {
                    0 => rate.window.mul_f64(rng.random_range(0.0..2.0)),
                    1..10 => rate.window.mul_f64(rng.random_range(0.0..0.05)),
                    _ => Duration::ZERO,
                };
                clock.sleep(pause).await;
                bucket.take().await;
                times.push(clock.elapsed());
            }
            assert_within(rate, &times, &format!("{rate}, seed {seed}"));
        }
    }
}

#[tokio::test]
async fn a_budget_is_used_to_98_percent_while_there_is_work() {
    for rate in rates() {
        let clock = Arc::new(JumpingClock::default());
        let bucket = TokenBucket::budget(rate, clock.clone());
        let windows = (20_000 / rate.count.get()).clamp(4, 300);
        let mut taken = 0;
        while clock.elapsed() < rate.window * windows {
            bucket.take().await;
            taken += 1;
        }
        let budget = f64::from(windows) * f64::from(rate.count.get());
        assert!(
            f64::from(taken) >= budget * 0.98,
            "{rate}: {taken} of {budget} were used"
        );
        assert!(
            f64::from(taken) <= budget,
            "{rate}: {taken} of {budget} is too many"
        );
    }
}

#[tokio::test]
async fn a_budget_starts_empty() {
    for rate in rates() {
        let clock = Arc::new(JumpingClock::default());
        let bucket = TokenBucket::budget(rate, clock.clone());
        bucket.take().await;
        let even = rate.window / rate.count.get();
        assert!(
            clock.elapsed() >= even,
            "{rate}: the first request went out after {:?}, before one could have flowed in",
            clock.elapsed()
        );
    }
}

#[tokio::test]
async fn a_queue_gives_a_burst_after_a_pause_and_flows_evenly_behind_it() {
    let clock = Arc::new(JumpingClock::default());
    let rate: Rate = "10/s".parse().unwrap();
    let bucket = TokenBucket::queue(rate, 5.try_into().unwrap(), clock.clone());
    let mut times = Vec::new();
    for _ in 0..8 {
        bucket.take().await;
        times.push(clock.elapsed().as_millis());
    }
    assert_eq!(times, [0, 0, 0, 0, 0, 100, 200, 300]);
    clock.sleep(100 * SECOND).await;
    let from = clock.elapsed();
    for _ in 0..6 {
        bucket.take().await;
    }
    assert_eq!(
        (clock.elapsed() - from).as_millis(),
        100,
        "five at once, however long the pause"
    );
}
