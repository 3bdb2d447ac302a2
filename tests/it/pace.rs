//! How requests are let out: never over the budget, in fair turns, and not while a network wants to be
//! left alone.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use lookalike::clock::{Clock, ManualClock};
use lookalike::model::{AccountId, CrawlId, Cursor, Handle, NetworkName, Page, Profile, Rate};
use lookalike::networks::{
    Bucket, Entry, Flow, Gate, Limited, Limits, Network, NetworkError, Resolved, Trouble, Word,
};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const SEEDS: u64 = 20;
const SECOND: Duration = Duration::from_secs(1);

/// A clock on which whoever sleeps is awake at once, that much later: for one sleeper.
#[derive(Default)]
struct JumpingClock(Mutex<Duration>);

#[async_trait]
impl Clock for JumpingClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration;
    }
}

/// A network whose answers are told beforehand, and that notes when it was asked, and by whom.
struct Scripted {
    clock: Arc<ManualClock>,
    script: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<(Duration, u64)>>,
}

enum Answer {
    Fails(NetworkError),
    /// Answers when it is told how.
    Waits(oneshot::Receiver<Option<NetworkError>>),
}

/// A gate with a scripted network behind it.
struct House {
    clock: Arc<ManualClock>,
    network: Arc<Scripted>,
    entry: Entry,
}

impl House {
    fn new(rate: &str) -> Self {
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let network = Arc::new(Scripted {
            clock: clock.clone(),
            script: Mutex::default(),
            asked: Mutex::default(),
        });
        let (least, most) = (10 * SECOND, 60 * SECOND);
        let rate = rate.parse().unwrap();
        let entry = Entry {
            network: network.clone(),
            gate: Gate::open(rate, least, most, clock.clone()),
            rate,
        };
        Self {
            clock,
            network,
            entry,
        }
    }

    fn ask(&self, crawl: u64, weight: u32, urgent: bool) -> JoinHandle<Result<Page, NetworkError>> {
        let flow = Flow {
            crawl: CrawlId(crawl),
            weight,
            urgent,
        };
        let limited = Limited::new(self.entry.clone(), flow);
        let id = AccountId::new(crawl.to_string());
        tokio::spawn(async move { limited.following(&id, None).await })
    }

    fn ask_often(&self, crawl: u64, weight: u32, times: usize) {
        for _ in 0..times {
            self.ask(crawl, weight, false);
        }
    }

    fn will_fail(&self, errors: impl IntoIterator<Item = NetworkError>) {
        let answers = errors.into_iter().map(Answer::Fails);
        self.network.script.lock().unwrap().extend(answers);
    }

    /// The next request stays unanswered until this sends how it ends.
    fn will_wait(&self) -> oneshot::Sender<Option<NetworkError>> {
        let (answer, waits) = oneshot::channel();
        let mut script = self.network.script.lock().unwrap();
        script.push_back(Answer::Waits(waits));
        answer
    }

    /// Who was asked for so far.
    fn asked(&self) -> Vec<u64> {
        let asked = self.network.asked.lock().unwrap();
        asked.iter().map(|(_, crawl)| *crawl).collect()
    }

    /// When.
    fn times(&self) -> Vec<Duration> {
        let asked = self.network.asked.lock().unwrap();
        asked.iter().map(|(time, _)| *time).collect()
    }

    /// Lets time pass in steps, with everything done that can be done at each.
    async fn pass(&self, time: Duration, step: Duration) {
        settle().await;
        let end = self.clock.elapsed() + time;
        while self.clock.elapsed() < end {
            self.clock.advance(step.min(end - self.clock.elapsed()));
            settle().await;
        }
    }
}

#[async_trait]
impl Network for Scripted {
    fn name(&self) -> NetworkName {
        NetworkName::new("scripted")
    }

    fn limits(&self) -> Limits {
        Limits {
            page: 10,
            profiles_at_once: 1,
        }
    }

    fn read(&self, _word: &str) -> Word {
        Word::Other
    }

    fn link(&self, handle: &Handle) -> String {
        handle.to_string()
    }

    fn remaining(&self) -> Option<u64> {
        None
    }

    async fn resolve(&self, _handle: &Handle) -> Result<Resolved, NetworkError> {
        Err(NetworkError::NotFound)
    }

    async fn profiles(&self, _ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        Ok(Vec::new())
    }

    async fn followers(
        &self,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        self.following(id, cursor).await
    }

    async fn following(
        &self,
        id: &AccountId,
        _cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let asked = (self.clock.elapsed(), id.as_str().parse().unwrap());
        self.asked.lock().unwrap().push(asked);
        let answer = self.script.lock().unwrap().pop_front();
        let error = match answer {
            Some(Answer::Fails(error)) => Some(error),
            Some(Answer::Waits(answer)) => answer.await.unwrap_or(None),
            None => None,
        };
        let page = Page {
            accounts: Vec::new(),
            next: None,
        };
        error.map_or(Ok(page), Err)
    }
}

/// Lets every task do what it can do without time passing. The tests' runtime has one thread, on which
/// a round reaches everybody who is ready.
async fn settle() {
    for _ in 0..30 {
        tokio::task::yield_now().await;
    }
}

fn throttled() -> NetworkError {
    NetworkError::Throttled { retry_at: None }
}

fn broken() -> NetworkError {
    NetworkError::Temporary("broken".into())
}

/// No half-open window of the rate's length, wherever it begins, holds more than the rate's count.
fn assert_within(rate: Rate, times: &[Duration], what: &str) {
    let count = rate.count.get() as usize;
    for pair in times.windows(count + 1) {
        let (first, next) = (pair[0], pair[count]);
        assert!(
            next - first >= rate.window,
            "{what}: {count} requests from {first:?} on, and one more already at {next:?}"
        );
    }
}

fn rates() -> impl Iterator<Item = Rate> {
    let texts = [
        "5000/h", "1/m", "10/s", "100/h", "1/s", "2/s", "199/h", "200/h", "350/m", "1/d",
    ];
    texts.into_iter().map(|text| text.parse().unwrap())
}

#[tokio::test]
async fn a_budget_is_never_passed_in_any_window() {
    for rate in rates() {
        for seed in 0..SEEDS {
            let mut rng = Pcg64Mcg::seed_from_u64(seed);
            let clock = Arc::new(JumpingClock::default());
            let bucket = Bucket::budget(rate, clock.clone());
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
        let bucket = Bucket::budget(rate, clock.clone());
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
        let bucket = Bucket::budget(rate, clock.clone());
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
    let bucket = Bucket::queue(rate, 5.try_into().unwrap(), clock.clone());
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

#[tokio::test]
async fn what_passes_the_gate_stays_within_the_budget() {
    for (rate, step) in [
        ("10/s", Duration::from_millis(17)),
        ("100/h", 7 * SECOND),
        ("1/m", SECOND),
        ("5000/h", Duration::from_millis(400)),
    ] {
        let house = House::new(rate);
        let rate: Rate = rate.parse().unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(7);
        for _ in 0..2_000 {
            if rng.random_ratio(1, 8) {
                house.ask_often(rng.random_range(1..5), 1, rng.random_range(0..12));
            }
            house.clock.advance(step);
            settle().await;
        }
        let times = house.times();
        assert!(times.len() > 5, "{rate}: only {times:?} went out");
        assert_within(rate, &times, &rate.to_string());
    }
}

#[tokio::test]
async fn a_small_crawl_does_not_stand_behind_a_large_one() {
    let house = House::new("10/s");
    house.ask_often(1, 1, 5_000);
    settle().await;
    house.ask_often(2, 1, 200);
    house.pass(42 * SECOND, Duration::from_millis(101)).await;
    let asked = house.asked();
    let last = asked.iter().rposition(|crawl| *crawl == 2).unwrap();
    assert_eq!(
        asked.iter().filter(|crawl| **crawl == 2).count(),
        200,
        "all of the small crawl went out"
    );
    assert!(
        last <= 401,
        "the small crawl was done after {last} requests, where 400 are fair"
    );
}

#[tokio::test]
async fn shares_are_by_weight() {
    let house = House::new("10/s");
    house.ask_often(1, 1, 100);
    house.ask_often(2, 3, 100);
    settle().await;
    house
        .pass(Duration::from_millis(4_040), Duration::from_millis(101))
        .await;
    let asked = house.asked();
    let second = asked.iter().filter(|crawl| **crawl == 2).count();
    assert_eq!(
        (asked.len(), second),
        (40, 30),
        "three quarters are the heavier one's"
    );
}

#[tokio::test]
async fn what_a_person_waits_for_goes_first() {
    let house = House::new("10/s");
    house.ask_often(1, 1, 50);
    settle().await;
    for _ in 0..3 {
        house.ask(9, 1, true);
    }
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.asked()[..4], [9, 9, 9, 1]);
}

#[tokio::test]
async fn a_time_that_was_named_is_kept_to_the_second() {
    let house = House::new("10/s");
    let until = house.clock.now() + TimeDelta::seconds(90);
    house.will_fail([NetworkError::Throttled {
        retry_at: Some(until),
    }]);
    house.ask_often(1, 1, 20);
    house.pass(100 * SECOND, Duration::from_millis(50)).await;
    let times = house.times();
    assert!(times[0] < SECOND);
    assert!(
        (90 * SECOND..91 * SECOND).contains(&times[1]),
        "the second request was to go out at 90 s, not at {:?}",
        times[1]
    );
    assert_eq!(house.entry.gate.trouble(), None, "and the trouble is over");
    assert_eq!(times.len(), 20, "the rest follows");
}

#[tokio::test]
async fn a_pause_without_a_time_doubles_up_to_its_limit() {
    let house = House::new("10/s");
    house.will_fail((0..5).map(|_| throttled()));
    house.ask_often(1, 1, 20);
    house.pass(300 * SECOND, Duration::from_millis(100)).await;
    let times = house.times();
    let pauses: Vec<u64> = (times.windows(2).take(6))
        .map(|pair| (pair[1] - pair[0]).as_secs())
        .collect();
    assert_eq!(pauses, [10, 20, 40, 60, 60, 0]);
    // What went well makes the next pause a short one again.
    house.will_fail([throttled()]);
    house.ask_often(1, 1, 2);
    house.pass(30 * SECOND, Duration::from_millis(100)).await;
    let times = house.times();
    assert_eq!((times[21] - times[20]).as_secs(), 10);
}

#[tokio::test]
async fn refusals_of_requests_that_were_out_together_are_one_reason_to_pause() {
    let house = House::new("10/s");
    let answers: Vec<_> = (0..3).map(|_| house.will_wait()).collect();
    house.ask_often(1, 1, 10);
    house.pass(SECOND / 2, Duration::from_millis(101)).await;
    for answer in answers {
        answer.send(Some(throttled())).unwrap();
    }
    settle().await;
    let from = house.clock.elapsed();
    let out = house.asked().len();
    house.will_fail([throttled()]);
    house.pass(60 * SECOND, Duration::from_millis(100)).await;
    let times = house.times();
    assert_eq!(
        (times[out] - from).as_secs(),
        10,
        "three at once make one pause"
    );
    assert_eq!(
        (times[out + 1] - times[out]).as_secs(),
        20,
        "the one after it is the second"
    );
}

#[tokio::test]
async fn ten_failures_in_a_row_stop_everything_until_one_request_has_shown_that_it_works() {
    let house = House::new("10/s");
    house.will_fail((0..9).map(|_| broken()));
    house.will_fail([NetworkError::NotFound]);
    house.will_fail((0..9).map(|_| broken()));
    house.ask_often(1, 1, 60);
    house.pass(2 * SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.asked().len(), 19);
    assert_eq!(
        house.entry.gate.trouble(),
        None,
        "an answer in between starts the count anew"
    );
    house.will_fail([broken()]);
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.entry.gate.trouble(), Some(Trouble::Down));
    assert_eq!(house.asked().len(), 20, "the tenth in a row stops it");

    let probe = house.will_wait();
    house.pass(100 * SECOND, Duration::from_millis(500)).await;
    assert_eq!(
        house.asked().len(),
        21,
        "one request is out to see, and no other"
    );
    probe.send(Some(broken())).unwrap();
    house.pass(19 * SECOND, Duration::from_millis(500)).await;
    assert_eq!(
        house.asked().len(),
        21,
        "it failed: a pause of twice the length"
    );
    let probe = house.will_wait();
    house.pass(2 * SECOND, Duration::from_millis(500)).await;
    assert_eq!(house.asked().len(), 22, "the next one to see");
    probe.send(None).unwrap();
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.entry.gate.trouble(), None, "it works again");
    assert!(house.asked().len() > 25, "and the others follow");
}

#[tokio::test]
async fn who_gives_up_waiting_uses_up_no_turn() {
    let house = House::new("10/s");
    let given_up: Vec<_> = (0..50).map(|_| house.ask(1, 1, false)).collect();
    settle().await;
    house.ask_often(1, 1, 5);
    house.ask_often(2, 1, 50);
    settle().await;
    given_up.iter().for_each(JoinHandle::abort);
    house.pass(SECOND, Duration::from_millis(101)).await;
    let asked = house.asked();
    let first = asked.iter().filter(|crawl| **crawl == 1).count();
    assert!(
        (4..=5).contains(&first),
        "every other turn is the first crawl's, though 50 of it gave up: {asked:?}"
    );
}

#[tokio::test]
async fn nobody_waiting_uses_up_no_budget() {
    let house = House::new("1/m");
    house.pass(SECOND, SECOND).await;
    let waits = house.ask(1, 1, false);
    // Aborted before the gate has looked at it.
    waits.abort();
    house.pass(70 * SECOND, SECOND).await;
    assert!(house.asked().is_empty(), "who gave up is not asked for");
    house.ask(2, 1, false);
    settle().await;
    assert_eq!(
        house.asked(),
        [2],
        "the minute's one request is still there"
    );
}

#[tokio::test]
async fn a_probe_that_is_dropped_in_the_instant_it_may_go_holds_nobody_up() {
    let house = House::new("10/s");
    house.will_fail([throttled()]);
    house.ask(1, 1, false);
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert!(house.entry.gate.trouble().is_some());

    let flow = Flow {
        crawl: CrawlId(1),
        weight: 1,
        urgent: false,
    };
    let limited = Limited::new(house.entry.clone(), flow);
    let id = AccountId::new("1");
    let mut request = Box::pin(limited.following(&id, None));
    assert!(request.as_mut().now_or_never().is_none(), "it waits");
    // It is let through here, and nobody looks.
    house.pass(20 * SECOND, Duration::from_millis(101)).await;
    drop(request);
    assert_eq!(house.asked(), [1], "it never went out");

    house.ask(2, 1, false);
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(house.asked(), [1, 2], "the next one is let through");
    assert_eq!(house.entry.gate.trouble(), None);
}

#[tokio::test]
async fn requests_are_counted_when_they_go_out() {
    let house = House::new("10/s");
    let flow = Flow {
        crawl: CrawlId(1),
        weight: 1,
        urgent: false,
    };
    let limited = Limited::new(house.entry.clone(), flow);
    let spent = limited.spent();
    let request = tokio::spawn(async move { limited.following(&AccountId::new("1"), None).await });
    settle().await;
    let read = || spent.load(std::sync::atomic::Ordering::Relaxed);
    assert_eq!(read(), 0, "it has not gone out yet");
    house.pass(SECOND, Duration::from_millis(101)).await;
    assert_eq!(read(), 1);
    request.await.unwrap().unwrap();
}
