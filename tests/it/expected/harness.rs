//! The engine as in production, on a clock that advances whenever no task can run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use lookalike::clock::{Clock, ManualClock};
use lookalike::config::Config;
use lookalike::context::{Context, Notifier};
use lookalike::crawl::{Engine, Expected, expected};
use lookalike::in_flight::InFlight;
use lookalike::keyring::Keyring;
use lookalike::ledger::{Change, Ledger, Rules};
use lookalike::model::{AnalysisId, Crawl, CrawlId, Depth, NetworkName, NewAnalysis, PersonId};
use lookalike::networks::{Entry, Gate, Network};
use lookalike::stores::MemoryStore;
use tokio::runtime::Builder;
use tokio::task::{spawn_blocking, yield_now};
use tokio_util::sync::CancellationToken;

use crate::expected::simulated::{Behaviour, SimulatedNetwork, handle};
use crate::requests::new_analysis;

/// How far the clock advances at once: less than from one request to the next.
const STEP: Duration = Duration::from_millis(400);

/// How often every task gets a turn: more often than any of them needs.
const YIELDS: usize = 15;

/// How much time was said to be left, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeLeft {
    pub(super) at: Duration,
    pub(super) left: Expected,
}

/// An analysis that was tracked from its beginning to its end.
#[derive(Clone, Debug, Default)]
pub(super) struct TrackedSearch {
    pub(super) asked_at: Duration,
    pub(super) estimates: Vec<TimeLeft>,
    pub(super) ended_at: Option<Duration>,
}

pub(super) struct EngineHarness {
    clock: Arc<ManualClock>,
    cx: Context,
    engine: Engine,
    progress: Arc<ProgressCounter>,
    searches: Vec<(AnalysisId, TrackedSearch)>,
}

/// Counts the engine's notifications.
#[derive(Default)]
struct ProgressCounter(AtomicU64);

impl Notifier for ProgressCounter {
    fn progress(&self, _crawl: CrawlId) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl EngineHarness {
    pub(super) async fn new(behaviour: Behaviour, targets: &[u64], max_active: u32) -> Self {
        fastrand::seed(behaviour.seed);
        let config = Config::read(&|name| match name {
            "INSTAGRAM_RATE" => Some("5000/h".into()),
            name => name.contains("TOKEN").then(|| "t".into()),
        });
        let config = config.unwrap();
        let settings = &config.networks[&NetworkName::new("instagram")];
        let clock = Arc::new(ManualClock::new(DateTime::<Utc>::UNIX_EPOCH));
        let rules = Rules {
            max_active,
            sampling_key: Some([7; 16]),
            ..config.rules
        };
        let store = Arc::new(MemoryStore::default());
        let ledger = Ledger::open(store, clock.clone(), rules).await.unwrap();
        let cool_downs = (settings.min_cool_down, settings.max_cool_down);
        let network: Arc<dyn Network> =
            Arc::new(SimulatedNetwork::new(clock.clone(), behaviour, targets));
        let gate = Gate::open(&*network, settings.rate, cool_downs, clock.clone());
        let entry = Entry {
            api: "fake",
            network,
            gate,
            rate: settings.rate,
            price: None,
        };
        let progress = Arc::new(ProgressCounter::default());
        let cx = Context {
            ledger: Arc::new(ledger),
            networks: [entry].into_iter().collect(),
            notifier: progress.clone(),
            clock: clock.clone(),
            settings: Arc::new(config.settings),
            keyring: Keyring::new("token", clock.clone()),
            incidents: lookalike::incidents::Incidents::default(),
            out_of_room: Arc::default(),
            in_flight: InFlight::default(),
        };
        let engine = Engine::start(&cx, CancellationToken::new());
        Self {
            clock,
            cx,
            engine,
            progress,
            searches: Vec::new(),
        }
    }

    /// Submits an analysis of the next account, by a new person.
    pub(super) async fn submit(&mut self, depth: Depth) {
        let number = self.searches.len() as u64;
        let (person, update) = (PersonId(number + 1), number + 1);
        let request = NewAnalysis {
            depth,
            ..new_analysis(
                &NetworkName::new("instagram"),
                number + 1,
                &handle(number).0,
            )
        };
        let ledger = &self.cx.ledger;
        let received = serde_json::json!({ "update_id": update });
        ledger.receive(vec![(update, received)]).await.unwrap();
        let change = Change::Submit(request);
        ledger.handled(update, vec![change]).await.unwrap();
        let analyses = ledger.analyses_of(person).unwrap();
        let tracked = TrackedSearch {
            asked_at: self.clock.elapsed(),
            ..TrackedSearch::default()
        };
        self.searches.push((analyses[0].id, tracked));
    }

    /// Lets time pass, and records when each analysis ends.
    pub(super) async fn pass(&mut self, time: Duration) {
        let until = self.clock.elapsed() + time;
        while self.clock.elapsed() < until {
            self.settle().await;
            for (id, tracked) in &mut self.searches {
                let analysis = self.cx.ledger.analysis(*id).unwrap().unwrap();
                if tracked.ended_at.is_none() && analysis.outcome.is_some() {
                    tracked.ended_at = Some(self.clock.elapsed());
                }
            }
            self.clock.advance(STEP);
        }
    }

    /// Records the time left that is said of each analysis in progress.
    pub(super) fn record_estimates(&mut self) {
        let at = self.clock.elapsed();
        for place in 0..self.searches.len() {
            let crawl = self.crawl(place);
            let estimates = &mut self.searches[place].1.estimates;
            estimates.extend(expected(&self.cx, &crawl).map(|left| TimeLeft { at, left }));
        }
    }

    fn crawl(&self, place: usize) -> Crawl {
        let analysis = self.cx.ledger.analysis(self.searches[place].0).unwrap();
        self.cx
            .ledger
            .crawl_of(&analysis.unwrap())
            .unwrap()
            .unwrap()
    }

    pub(super) fn is_over(&self) -> bool {
        self.searches
            .iter()
            .all(|(_, tracked)| tracked.ended_at.is_some())
    }

    pub(super) async fn stop(self) -> Vec<TrackedSearch> {
        self.engine.shut_down().await;
        self.searches
            .into_iter()
            .map(|(_, tracked)| tracked)
            .collect()
    }

    /// Lets every task run as far as it can without time passing.
    async fn settle(&self) {
        let mut progress = u64::MAX;
        while progress != self.progress.0.load(Ordering::Relaxed) {
            progress = self.progress.0.load(Ordering::Relaxed);
            yield_often().await;
            // The one blocking thread runs this after the counting.
            spawn_blocking(|| ()).await.unwrap();
            yield_often().await;
            self.cx.ledger.settle().await.unwrap();
            yield_often().await;
        }
    }
}

/// Runs a test on a runtime with one thread for all tasks and one for all that blocks, so that each round reaches every
/// ready task.
pub(super) fn run(test: impl Future<Output = ()>) {
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(1).build();
    runtime.unwrap().block_on(test);
}

/// Gives every task its turns.
async fn yield_often() {
    for _ in 0..YIELDS {
        yield_now().await;
    }
}
