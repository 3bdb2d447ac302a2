//! The same small crawl, with a crash at every single write: before it takes effect, and after that but before it is
//! acknowledged. The next process comes to the same end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use lookalike::clock::{Clock, ManualClock};
use lookalike::context::{Context, Notifier, Settings};
use lookalike::keyring::Keyring;
use lookalike::ledger::{Change, Ledger, ReadyCrawl};
use lookalike::model::{
    AnalysisId, ByStage, ChatId, Cohort, CrawlId, Depth, Followers, Lease, MeasureName, MessageId,
    Outcome, Outgoing, OutgoingId, PersonId, Queue, Ranking, Say, StageName,
};
use lookalike::stages::{Failure, by_name};
use lookalike::stores::{MemoryStore, Store, StoreError};

use crate::ledger::checked_store::{CheckedStore, FailPoint};
use crate::ledger::fixture::{RULES, noon, open_sled};
use crate::ledger::small_network::SmallNetwork;
use crate::requests::new_analysis;

/// Tasks in progress at the same time.
const AT_ONCE: usize = 3;

struct NoNotifications;

impl Notifier for NoNotifications {
    fn progress(&self, _crawl: CrawlId) {}
}

/// The result of a run.
#[derive(Debug, PartialEq)]
struct EndState {
    ranking: Ranking,
    followers: Followers,
    candidates: u32,
    profiles: (u32, u32),
    outcomes: Vec<(Option<Outcome>, Option<MessageId>)>,
    /// The messages, each once and sorted, since their order may differ.
    said: Vec<String>,
}

/// What a run took.
#[derive(Debug)]
struct RunCost {
    commits: u64,
    requests: u64,
    charged: u64,
}

struct CrashRun {
    clock: Arc<ManualClock>,
    network: Arc<SmallNetwork>,
    said: Mutex<BTreeMap<OutgoingId, Outgoing>>,
}

impl CrashRun {
    fn new_analysis(&self, person: u64, handle: &str) -> Change {
        Change::Submit(new_analysis(&self.network.name, person, handle))
    }

    fn changes(&self, update: u64) -> Vec<Change> {
        match update {
            1 => vec![self.new_analysis(1, "nasa")],
            2 => vec![
                self.new_analysis(2, "old_nasa"),
                self.new_analysis(3, "nasa"),
            ],
            3 => vec![Change::Cancel {
                analysis: AnalysisId(3),
                person: PersonId(3),
            }],
            _ => vec![
                self.new_analysis(4, "nasa"),
                self.new_analysis(4, "nasa"),
                Change::Say(Outgoing {
                    chat: ChatId(9),
                    place: None,
                    say: Say::Answer {
                        callback: "x".into(),
                        text: None,
                    },
                }),
            ],
        }
    }

    /// Runs from the opening of the database to the end of all work, or to the failing write.
    async fn run_once(&self, store: Arc<dyn Store>) -> Result<(EndState, u64), StoreError> {
        let ledger = Arc::new(Ledger::open(store, self.clock.clone(), RULES).await?);
        let cx = Context {
            ledger: ledger.clone(),
            networks: Default::default(),
            notifier: Arc::new(NoNotifications),
            clock: self.clock.clone(),
            settings: Arc::new(settings()),
            keyring: Keyring::new("token", self.clock.clone()),
            incidents: lookalike::incidents::Incidents::default(),
            out_of_room: Arc::default(),
            in_flight: lookalike::in_flight::InFlight::default(),
        };
        let update = |id: u64| (id, serde_json::json!({ "update_id": id }));
        for batch in [1..=2, 3..=4] {
            if ledger.last_update()? < *batch.end() {
                ledger.receive(batch.map(update).collect()).await?;
            }
            for (id, _) in ledger.unhandled(10)? {
                ledger.handled(id, self.changes(id)).await?;
            }
        }
        while self.round(&cx).await? {}
        ledger.remove_leftovers().await?;
        for (id, outgoing) in ledger.unsent(OutgoingId(0), usize::MAX)? {
            let bubble = match outgoing.say {
                Say::Bubble(analysis) => Some((analysis, MessageId(analysis.0 as i32))),
                _ => None,
            };
            self.said.lock().unwrap().insert(id, outgoing);
            ledger.sent(id, bubble).await?;
        }
        self.end_state(&ledger)
    }

    /// Completes the ready tasks of every stage. Returns whether there were any, or some are due later.
    async fn round(&self, cx: &Context) -> Result<bool, StoreError> {
        let ledger = &cx.ledger;
        let mut busy = false;
        let mut next_due = None;
        for stage in StageName::ALL {
            let queue = Queue {
                network: self.network.name.clone(),
                stage,
            };
            ledger.wake_due(&queue).await?;
            let mut leases = Vec::new();
            for ReadyCrawl { crawl, .. } in ledger.ready(&queue)? {
                while leases.len() < AT_ONCE {
                    match ledger.lease(&queue, crawl).await? {
                        Some(lease) => leases.push(lease),
                        None => break,
                    }
                }
            }
            busy |= !leases.is_empty();
            let mut completions = Vec::new();
            for lease in leases {
                let crawl = ledger.crawl(lease.task.crawl)?.unwrap();
                let before = self.network.requests();
                let network = self.network.as_ref();
                let done = by_name(stage)
                    .run(cx, network, &cx.in_flight.claims(None), &crawl, &lease.task)
                    .await;
                completions.push((lease, done, self.network.requests() - before));
            }
            // Completed together, so that they share a commit.
            let completions = completions
                .into_iter()
                .map(|(lease, done, spent)| complete(cx, lease, done, spent));
            for completed in futures::future::join_all(completions).await {
                completed?;
            }
            next_due = next_due.or(ledger.next_due(&queue)?);
        }
        if let (false, Some(due)) = (busy, next_due) {
            self.clock
                .advance((due - self.clock.now()).to_std().unwrap());
            return Ok(true);
        }
        Ok(busy)
    }

    fn end_state(&self, ledger: &Ledger) -> Result<(EndState, u64), StoreError> {
        let analyses: Vec<_> = (1..=5)
            .map(|id| ledger.analysis(AnalysisId(id)).unwrap().unwrap())
            .collect();
        assert_eq!(ledger.analysis(AnalysisId(6))?, None, "five were asked for");
        let crawl = ledger.crawl_of(&analyses[0])?.unwrap();
        let served: BTreeSet<_> = [0, 1, 3].map(|at| analyses[at].crawl).into();
        assert_eq!(served.len(), 1, "one crawl serves all of them");
        let charged = (1..=2)
            .filter_map(|id| ledger.crawl(CrawlId(id)).unwrap())
            .map(|crawl| StageName::ALL.map(|stage| crawl.requests[stage]))
            .map(|requests| requests.iter().sum::<u64>())
            .sum();
        let said = self.said.lock().unwrap();
        let mut said: Vec<String> = said.values().map(|it| format!("{it:?}")).collect();
        said.sort();
        let end_state = EndState {
            ranking: without_cost(ledger.ranking(&crawl)?.unwrap()),
            followers: crawl.followers,
            candidates: crawl.candidates,
            profiles: (crawl.profiles_done, crawl.profiles_missing),
            outcomes: (analyses.into_iter().map(|it| (it.outcome, it.bubble))).collect(),
            said,
        };
        Ok((end_state, charged))
    }
}

async fn complete(
    cx: &Context,
    lease: Lease,
    done: Result<lookalike::model::TaskOutput, Failure>,
    spent: u64,
) -> Result<(), StoreError> {
    match done {
        Ok(done) => cx.ledger.complete(&lease, done, spent).await.map(|_| ()),
        Err(Failure::Network(_)) => {
            let ready_at = cx.clock.now() + TimeDelta::seconds(30);
            cx.ledger.postpone(&lease, ready_at, true, spent).await
        }
        Err(Failure::Store(error)) => Err(error),
        Err(Failure::Busy) => panic!("nobody else is at it"),
    }
}

fn settings() -> Settings {
    Settings {
        queues: BTreeMap::new(),
        deadlines: ByStage::default(),
        followers_cap: 1_000,
        depth: Depth::Normal,
        profile_budget: 6,
        measure: MeasureName::Peers,
        cost_per_analysis: lookalike::model::Cost::default(),
        cost_per_day: lookalike::model::Cost::default(),
        most_stored: 2_000_000_000,
        reserve: 0,
        contact: None,
        operators: Vec::new(),
        sweep_every: Duration::from_secs(60),
        shutdown_within: Duration::from_secs(10),
        heartbeat: Duration::from_secs(30),
    }
}

/// Runs on a database that fails once, and opens it again after that.
async fn run_to_end(
    open: impl Fn() -> Arc<dyn Store>,
    mut fails: Option<(u64, FailPoint)>,
) -> (EndState, RunCost) {
    let run = CrashRun {
        clock: Arc::new(ManualClock::new(noon())),
        network: Arc::new(SmallNetwork::new()),
        said: Mutex::default(),
    };
    let what = format!("{fails:?}");
    loop {
        let watched = CheckedStore::new(open(), fails.take());
        let result = run.run_once(watched.clone()).await;
        watched.assert_invariants(&what);
        match result {
            Ok((end_state, charged)) => {
                let cost = RunCost {
                    commits: watched.commits(),
                    requests: run.network.requests(),
                    charged,
                };
                return (end_state, cost);
            }
            Err(StoreError::Io(_) | StoreError::Stopped) => {}
            Err(error) => panic!("{what}: {error}"),
        }
    }
}

async fn every_crash(open: impl Fn() -> Box<dyn Fn() -> Arc<dyn Store>>, step: usize) {
    let (whole, plain) = run_to_end(open(), None).await;
    assert_eq!(whole.followers.settled(), 6);
    let rows = &whole.ranking.rows;
    assert_eq!(rows.len(), 6, "{rows:?}");
    assert!(
        rows.iter().any(|row| row.id.as_str() == "did:25"),
        "an id that is no number is ranked as well: {rows:?}"
    );
    assert_eq!(plain.charged, plain.requests);
    assert!(plain.commits > 40, "a story of {} commits", plain.commits);
    for commit in (1..=plain.commits).step_by(step) {
        for when in [FailPoint::Before, FailPoint::After] {
            let (end_state, cost) = run_to_end(open(), Some((commit, when))).await;
            assert_eq!(end_state, whole, "cut off at commit {commit}, {when:?}");
            assert!(
                cost.requests <= plain.requests + AT_ONCE as u64,
                "cut off at commit {commit}, {when:?}: {} requests instead of {}, with {AT_ONCE} out",
                cost.requests,
                plain.requests
            );
            assert!(
                cost.charged <= cost.requests && cost.charged + 1 >= plain.charged,
                "cut off at commit {commit}, {when:?}: {cost:?}, without: {plain:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_crash_at_any_write_changes_nothing_in_memory() {
    let open = || -> Box<dyn Fn() -> Arc<dyn Store>> {
        let store = Arc::new(MemoryStore::default());
        Box::new(move || store.clone())
    };
    every_crash(open, 1).await;
}

#[tokio::test]
async fn a_crash_at_any_write_changes_nothing_on_disk() {
    let folders = tempfile::tempdir().unwrap();
    let next = AtomicU64::new(0);
    let open = || -> Box<dyn Fn() -> Arc<dyn Store>> {
        let number = next.fetch_add(1, Ordering::SeqCst);
        let folder = folders.path().join(number.to_string());
        Box::new(move || open_sled(Path::new(&folder)))
    };
    every_crash(open, 4).await;
}

/// Returns a ranking without what it took and when it was made, and without the order of the followers: that depends
/// on the network's name, which is another in each run.
fn without_cost(ranking: Ranking) -> Ranking {
    Ranking {
        cohort: Cohort::default(),
        requests: 0,
        saved: 0,
        made_at: DateTime::UNIX_EPOCH,
        ..ranking
    }
}
