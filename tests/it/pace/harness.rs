//! A gate in front of a scripted network, on a clock that the test moves.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use lookalike::clock::{Clock, ManualClock};
use lookalike::model::{
    Account, AccountId, CrawlId, Cursor, Handle, NetworkName, Page, Profile, Rate, Relation,
};
use lookalike::networks::{
    Entry, Flow, Gate, GatedNetwork, Limits, Network, NetworkError, Resolved, Verb,
};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(super) const SECOND: Duration = Duration::from_secs(1);

/// A clock for one sleeper, which wakes at once and that much later.
#[derive(Default)]
pub(super) struct JumpingClock(Mutex<Duration>);

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

/// The account that the health check looks up.
pub(super) const CONTROL: u64 = 0;

/// A network with scripted responses, which records when it was requested, and for which account.
pub(super) struct ScriptedNetwork {
    clock: Arc<ManualClock>,
    script: Mutex<VecDeque<Answer>>,
    /// Accounts for which every request fails.
    failing: Mutex<BTreeMap<u64, NetworkError>>,
    asked: Mutex<Vec<(Duration, u64)>>,
    /// Its limit, if it says with every response how many requests are left.
    reported_rate: Mutex<Option<Rate>>,
    /// When another client used our key.
    other_client: Mutex<Vec<Duration>>,
    refused: AtomicUsize,
    /// What one request takes of the budget at most, and does unless the response is shorter.
    max_weight: u32,
    /// The shortest pause if it names no time.
    min_pause: Mutex<Duration>,
}

pub(super) enum Answer {
    Fails(NetworkError),
    /// A page of this many accounts.
    Lists(u32),
    /// Answers when the test says how.
    Waits(oneshot::Receiver<Option<NetworkError>>),
}

/// A gate in front of a scripted network.
pub(super) struct GateHarness {
    pub(super) clock: Arc<ManualClock>,
    pub(super) network: Arc<ScriptedNetwork>,
    pub(super) entry: Entry,
}

impl GateHarness {
    pub(super) fn new(rate: &str) -> Self {
        Self::with_weight(1, rate)
    }

    /// The same, where a request takes one of the budget for each account in its response, and this many while that is
    /// not known.
    pub(super) fn with_weight(max_weight: u32, rate: &str) -> Self {
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let network = Arc::new(ScriptedNetwork {
            clock: clock.clone(),
            script: Mutex::default(),
            failing: Mutex::default(),
            asked: Mutex::default(),
            reported_rate: Mutex::default(),
            other_client: Mutex::default(),
            refused: AtomicUsize::new(0),
            max_weight,
            min_pause: Mutex::default(),
        });
        let rate = rate.parse().unwrap();
        let entry = Entry {
            api: "fake",
            network: network.clone(),
            gate: open_gate(&network, rate),
            rate,
            price: None,
        };
        Self {
            clock,
            network,
            entry,
        }
    }

    /// Starts the gate again, as after a crash: its counts and queue are lost, the requests were made.
    pub(super) fn restart(&mut self) {
        self.entry.gate = open_gate(&self.network, self.entry.rate);
    }

    /// Sets the shortest pause that the network's documentation asks for.
    pub(super) fn set_min_pause(&mut self, least: Duration) {
        *self.network.min_pause.lock().unwrap() = least;
        self.restart();
    }

    /// Makes the network report with every response how many requests are left in its window.
    pub(super) fn report_remaining(&self) {
        *self.network.reported_rate.lock().unwrap() = Some(self.entry.rate);
    }

    /// Has another client use our key.
    pub(super) fn use_by_other_client(&self, times: usize) {
        let now = self.clock.elapsed();
        let mut other_client = self.network.other_client.lock().unwrap();
        other_client.extend(std::iter::repeat_n(now, times));
    }

    pub(super) fn ask(
        &self,
        crawl: u64,
        weight: u32,
        urgent: bool,
    ) -> JoinHandle<Result<Page, NetworkError>> {
        let flow = Flow {
            crawl: CrawlId(crawl),
            weight,
            urgent,
            asker: None,
        };
        let limited = GatedNetwork::new(self.entry.clone(), flow);
        let id = AccountId::new(crawl.to_string());
        tokio::spawn(async move { limited.list(Relation::Following, &id, None).await })
    }

    pub(super) fn look_up(&self, handle: &str) -> JoinHandle<Result<Resolved, NetworkError>> {
        let flow = Flow {
            crawl: CrawlId(1),
            weight: 1,
            urgent: true,
            asker: None,
        };
        let limited = GatedNetwork::new(self.entry.clone(), flow);
        let handle = Handle(handle.into());
        tokio::spawn(async move { limited.resolve(&handle).await })
    }

    pub(super) fn ask_times(&self, crawl: u64, weight: u32, times: usize) {
        for _ in 0..times {
            self.ask(crawl, weight, false);
        }
    }

    pub(super) fn script_errors(&self, errors: impl IntoIterator<Item = NetworkError>) {
        let answers = errors.into_iter().map(Answer::Fails);
        self.network.script.lock().unwrap().extend(answers);
    }

    pub(super) fn script_pages(&self, counts: impl IntoIterator<Item = u32>) {
        let answers = counts.into_iter().map(Answer::Lists);
        self.network.script.lock().unwrap().extend(answers);
    }

    /// Makes every request of this crawl fail from now on.
    pub(super) fn fail_crawl(&self, crawl: u64, error: NetworkError) {
        self.network.failing.lock().unwrap().insert(crawl, error);
    }

    /// Leaves the next request unanswered until the returned sender sends its outcome.
    pub(super) fn script_pending(&self) -> oneshot::Sender<Option<NetworkError>> {
        let (answer, waits) = oneshot::channel();
        let mut script = self.network.script.lock().unwrap();
        script.push_back(Answer::Waits(waits));
        answer
    }

    /// Returns how many requests found the network's window full.
    pub(super) fn refused(&self) -> usize {
        self.network.refused.load(Ordering::Relaxed)
    }

    /// Returns the accounts requested so far.
    pub(super) fn asked(&self) -> Vec<u64> {
        let asked = self.network.asked.lock().unwrap();
        asked.iter().map(|(_, crawl)| *crawl).collect()
    }

    /// Returns the times of these requests.
    pub(super) fn times(&self) -> Vec<Duration> {
        let asked = self.network.asked.lock().unwrap();
        asked.iter().map(|(time, _)| *time).collect()
    }

    /// Lets time pass in steps, with all tasks run as far as they can at each.
    pub(super) async fn pass(&self, time: Duration, step: Duration) {
        settle().await;
        let end = self.clock.elapsed() + time;
        while self.clock.elapsed() < end {
            self.clock.advance(step.min(end - self.clock.elapsed()));
            settle().await;
        }
    }
}

impl ScriptedNetwork {
    /// Returns what is left of a sliding window at this moment.
    fn left(&self, rate: Rate) -> u64 {
        let now = self.clock.elapsed();
        let within = |then: &Duration| now - *then < rate.window;
        let asked = self.asked.lock().unwrap();
        let ours = asked.iter().filter(|(then, _)| within(then)).count();
        let other_client = self.other_client.lock().unwrap();
        let spent = ours + other_client.iter().filter(|then| within(then)).count();
        u64::from(rate.count.get()).saturating_sub(spent as u64)
    }
}

#[async_trait]
impl Network for ScriptedNetwork {
    fn name(&self) -> NetworkName {
        NetworkName::new("scripted")
    }

    fn limits(&self) -> Limits {
        Limits {
            page: self.max_weight.max(10),
            followers_page: 10,
            largest_page: 100,
            longest_id: 64,
            profiles_at_once: 1,
            lists_tell_profiles: false,
            suggests: false,
            searches: false,
        }
    }

    fn remaining(&self) -> Option<u64> {
        let rate = (*self.reported_rate.lock().unwrap())?;
        Some(self.left(rate))
    }

    fn min_pause(&self) -> Duration {
        *self.min_pause.lock().unwrap()
    }

    fn weight(&self, _verb: Verb, accounts: u64) -> u32 {
        (accounts as u32).clamp(1, self.max_weight)
    }

    /// Looks up an account by its number, however it is spelt.
    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        let number = handle.0.trim_start_matches(char::is_alphabetic);
        self.list(Relation::Following, &AccountId::new(number), None)
            .await?;
        Err(NetworkError::NotFound)
    }

    async fn health_check(&self) -> Result<(), NetworkError> {
        let id = AccountId::new(CONTROL.to_string());
        self.list(Relation::Following, &id, None).await.map(drop)
    }

    async fn profiles(&self, _ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        Ok(Vec::new())
    }

    async fn list(
        &self,
        _relation: Relation,
        id: &AccountId,
        _cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        if self.remaining() == Some(0) {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(throttled());
        }
        let asked = (self.clock.elapsed(), id.as_str().parse().unwrap());
        if let Some(error) = self.failing.lock().unwrap().get(&asked.1) {
            self.asked.lock().unwrap().push(asked);
            return Err(error.clone());
        }
        let answer = self.script.lock().unwrap().pop_front();
        let (weight, count) = match &answer {
            Some(Answer::Lists(count)) => (*count, *count),
            Some(Answer::Fails(error)) if !error.is_final() => (self.max_weight, 0),
            _ => (1, 0),
        };
        let times = std::iter::repeat_n(asked, weight as usize);
        self.asked.lock().unwrap().extend(times);
        let error = match answer {
            Some(Answer::Fails(error)) => Some(error),
            Some(Answer::Waits(answer)) => answer.await.unwrap_or(None),
            Some(Answer::Lists(_)) | None => None,
        };
        let named = |number: u32| Account {
            id: AccountId::new(number.to_string()),
            handle: Handle(number.to_string()),
        };
        let page = Page {
            accounts: (0..count).map(named).collect(),
            ..Page::default()
        };
        error.map_or(Ok(page), Err)
    }
}

fn open_gate(network: &ScriptedNetwork, rate: Rate) -> Arc<Gate> {
    let clock = network.clock.clone();
    Gate::open(network, rate, (10 * SECOND, 60 * SECOND), clock)
}

/// Lets every task run as far as it can without time passing. The tests' runtime has one thread, so that each round
/// reaches every ready task.
pub(super) async fn settle() {
    for _ in 0..30 {
        tokio::task::yield_now().await;
    }
}

pub(super) fn throttled() -> NetworkError {
    NetworkError::Throttled { retry_at: None }
}

pub(super) fn temporary() -> NetworkError {
    NetworkError::Temporary("broken".into())
}

/// Asserts that no half-open window of the rate's length, wherever it begins, holds more than the rate's count.
pub(super) fn assert_within(rate: Rate, times: &[Duration], what: &str) {
    let count = rate.count.get() as usize;
    for pair in times.windows(count + 1) {
        let (first, next) = (pair[0], pair[count]);
        assert!(
            next - first >= rate.window,
            "{what}: {count} requests from {first:?} on, and one more already at {next:?}"
        );
    }
}

pub(super) fn rates() -> impl Iterator<Item = Rate> {
    let texts = [
        "5000/h", "1/m", "10/s", "100/h", "1/s", "2/s", "199/h", "200/h", "350/m", "1/d",
    ];
    texts.into_iter().map(|text| text.parse().unwrap())
}
