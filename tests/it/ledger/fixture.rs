//! A ledger on a checked store, and what tests do with it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use lookalike::clock::{Clock, ManualClock};
use lookalike::ledger::{Change, Completion, Ledger, Reservation, Rules, SpendingLimits};
use lookalike::model::{
    AccountId, Analysis, AnalysisId, Candidate, ChatId, Cost, Crawl, CrawlId, Facts, Handle, Hints,
    KnownLists, Lease, ListEnd, MessageId, NetworkName, NewAnalysis, NewComparison, NewTask,
    Onward, Outgoing, OutgoingId, OwnKey, PersonId, Price, Profile, Queue, Spent, StageName,
    Status, Subject, TaskOutput, Unit,
};
use lookalike::sealing::Pseudonyms;
use lookalike::stores::{MemoryStore, SledStore, Store};

use crate::ledger::checked_store::CheckedStore;
use crate::rankings::{ranking, shortlist};
use crate::requests::new_analysis;

pub(super) const HOUR: Duration = Duration::from_secs(3_600);
pub(super) const DAY: Duration = Duration::from_secs(86_400);
pub(super) const LEASE: Duration = Duration::from_secs(120);

pub(crate) const RULES: Rules = Rules {
    max_active: 2,
    per_person: 3,
    max_following: 1_500,
    fresh_for: Duration::from_secs(7 * 86_400),
    retention: Duration::from_secs(30 * 86_400),
    lease_term: LEASE,
    sampling_key: Some([7; 16]),
    pseudonyms: Pseudonyms::by_key([7; 32]),
};

pub(super) const RICH: SpendingLimits = SpendingLimits {
    price: Price {
        unit: Unit::Account,
        each: Cost(10),
    },
    crawl: None,
    look_ups: None,
    day: None,
};

/// A ledger, its clock and its store.
pub(super) struct TestLedger {
    pub(super) name: &'static str,
    pub(super) clock: Arc<ManualClock>,
    pub(super) store: Arc<dyn Store>,
    pub(super) checked: Arc<CheckedStore>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) network: NetworkName,
    updates: AtomicU64,
}

/// Runs a test on every store.
pub(super) async fn every_store<F: Future<Output = ()>>(scenario: impl Fn(TestLedger) -> F) {
    scenario(TestLedger::new("memory", Arc::new(MemoryStore::default())).await).await;
    let folder = tempfile::tempdir().unwrap();
    scenario(TestLedger::new("sled", open_sled(folder.path())).await).await;
}

pub(super) fn open_sled(folder: &Path) -> Arc<dyn Store> {
    Arc::new(SledStore::open(folder).unwrap())
}

pub(super) fn noon() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

impl TestLedger {
    pub(super) async fn new(name: &'static str, store: Arc<dyn Store>) -> Self {
        let clock = Arc::new(ManualClock::new(noon()));
        let checked = CheckedStore::new(store.clone(), None);
        let ledger = Ledger::open(checked.clone(), clock.clone(), RULES)
            .await
            .unwrap();
        Self {
            name,
            clock,
            store,
            checked,
            ledger: Arc::new(ledger),
            network: NetworkName::new("test"),
            updates: AtomicU64::new(0),
        }
    }

    /// Opens the same database again, as another process would.
    pub(super) async fn reopen(&mut self) {
        self.checked.assert_invariants(self.name);
        let ledger = Ledger::open(self.checked.clone(), self.clock.clone(), RULES).await;
        self.ledger = Arc::new(ledger.unwrap());
    }

    pub(super) fn new_analysis(&self, person: u64, handle: &str) -> NewAnalysis {
        new_analysis(&self.network, person, handle)
    }

    /// Reserves the price of a request, where there is money for everything. Returns whether it was reserved.
    pub(super) async fn reserve(&self, lease: &Lease, key: Option<&OwnKey>, asked: Spent) -> bool {
        let entered = self.ledger.reserve(lease, key, asked, &RICH).await;
        entered.unwrap() == Reservation::Made
    }

    /// Receives and handles an update with this change.
    pub(super) async fn update(&self, change: Change) {
        let id = self.updates.fetch_add(1, Ordering::SeqCst) + 1;
        let update = vec![(id, serde_json::json!({ "update_id": id }))];
        self.ledger.receive(update).await.unwrap();
        self.ledger.handled(id, vec![change]).await.unwrap();
    }

    pub(super) async fn compare(&self, person: u64, handles: &[&str]) {
        let accounts = handles
            .iter()
            .map(|handle| self.new_analysis(person, handle));
        self.update(Change::Compare(NewComparison {
            person: PersonId(person),
            chat: ChatId(person as i64),
            question: MessageId(7),
            topic: None,
            accounts: accounts.collect(),
        }))
        .await;
    }

    pub(super) async fn submit(&self, new: NewAnalysis) -> AnalysisId {
        let person = new.person;
        self.update(Change::Submit(new)).await;
        let analyses = self.ledger.analyses_of(person).unwrap();
        analyses.last().unwrap().id
    }

    pub(super) async fn cancel(&self, person: u64, analysis: AnalysisId) {
        let person = PersonId(person);
        self.update(Change::Cancel { analysis, person }).await;
    }

    pub(super) fn analysis(&self, id: AnalysisId) -> Analysis {
        self.ledger.analysis(id).unwrap().unwrap()
    }

    /// Returns a key that a person gives now.
    pub(super) fn own_key(&self, person: PersonId) -> OwnKey {
        OwnKey {
            person,
            network: self.network.clone(),
            // No two keys are alike.
            sealed: format!("sealed {}", self.updates.load(Ordering::SeqCst)),
            given_at: self.clock.now(),
            works: false,
            refused_at: None,
        }
    }

    /// Gives a person an own key that works.
    pub(super) async fn has_key(&self, person: u64) -> OwnKey {
        let key = self.own_key(PersonId(person));
        self.update(Change::GiveKey(key.clone())).await;
        self.ledger.use_key(&key, None).await.unwrap();
        key
    }

    /// Returns the crawl of an analysis.
    pub(super) fn crawl(&self, id: AnalysisId) -> Crawl {
        let analysis = self.analysis(id);
        self.ledger.crawl_of(&analysis).unwrap().unwrap()
    }

    pub(super) fn queue(&self, stage: StageName) -> Queue {
        Queue {
            network: self.network.clone(),
            stage,
        }
    }

    pub(super) async fn lease(&self, stage: StageName, crawl: CrawlId) -> Option<Lease> {
        self.ledger.lease(&self.queue(stage), crawl).await.unwrap()
    }

    /// Leases a task of the present stage of an analysis' crawl.
    pub(super) async fn take_lease(&self, id: AnalysisId) -> Lease {
        let crawl = self.crawl(id);
        let lease = self.lease(crawl.stage, crawl.id).await;
        lease.unwrap_or_else(|| panic!("{}: {crawl:?} has a ready task", self.name))
    }

    /// Completes the next task of an analysis' crawl, for one request.
    pub(super) async fn complete_next(&self, id: AnalysisId, done: TaskOutput) -> Completion {
        let lease = self.take_lease(id).await;
        self.ledger.complete(&lease, done, 1).await.unwrap()
    }

    /// Completes the look-up.
    pub(super) async fn verify(&self, id: AnalysisId, account: &str, handle: &str) -> Completion {
        assert_eq!(self.crawl(id).stage, StageName::Verify);
        let profile = profile(account, handle, 1_000);
        self.complete_next(id, TaskOutput::of(Facts::Account(profile)))
            .await
    }

    /// Brings an active crawl to the beginning of a stage.
    pub(super) async fn advance_to(&self, id: AnalysisId, stage: StageName) {
        let followers = ids(["11", "12"]);
        while self.crawl(id).stage != stage {
            let crawl = self.crawl(id);
            assert_eq!(crawl.status, Status::Active, "{}: {crawl:?}", self.name);
            let target = crawl.profile.clone().unwrap();
            let done = match crawl.stage {
                StageName::Followers => TaskOutput::of(Facts::Followers {
                    lost: 0,
                    ids: followers.clone(),
                    end: Some(ListEnd::Complete),
                    hints: Hints::default(),
                }),
                StageName::Subscriptions if crawl.reading_order.is_none() => order(&followers),
                StageName::Subscriptions if crawl.planned == 0 => planned(&followers),
                StageName::Subscriptions => {
                    let lease = self.take_lease(id).await;
                    let Subject::Account(follower) = lease.task.subject.clone() else {
                        self.ledger.complete(&lease, nothing(), 1).await.unwrap();
                        continue;
                    };
                    let found = Facts::Following {
                        lost: 0,
                        follower,
                        ids: vec![target.id, AccountId::new("21"), AccountId::new("22")],
                        asked: None,
                        onward: Onward::End(ListEnd::Complete),
                        skip: false,
                        profiles: Vec::new(),
                    };
                    let done = TaskOutput::of(found);
                    self.ledger.complete(&lease, done, 1).await.unwrap();
                    continue;
                }
                StageName::Aggregate => TaskOutput::of(Facts::Shortlist(shortlist(vec![
                    candidate("21", 2),
                    candidate("22", 2),
                ]))),
                StageName::Profiles => TaskOutput::of(profiles(vec![
                    profile("21", "one", 10),
                    profile("22", "two", 20),
                ])),
                StageName::Confirm => TaskOutput::of(Facts::Confirming(0)),
                StageName::Rank => TaskOutput::of(Facts::Ranking(ranking(
                    &crawl,
                    Vec::new(),
                    self.clock.now(),
                ))),
                StageName::Verify | StageName::Deliver => panic!("{stage} can't be reached"),
            };
            self.complete_next(id, done).await;
        }
    }

    /// Brings a crawl that is being verified to its end.
    pub(super) async fn finish(&self, id: AnalysisId, account: &str, handle: &str) {
        self.verify(id, account, handle).await;
        self.advance_to(id, StageName::Deliver).await;
        self.complete_next(id, TaskOutput::of(Facts::Delivered))
            .await;
    }

    /// Returns the rows that contain a person's number.
    pub(super) fn rows_naming(&self, person: PersonId) -> Vec<String> {
        let (digits, bytes) = (person.0.to_string(), person.0.to_be_bytes());
        let contains = |row: &[u8]| {
            row.windows(bytes.len()).any(|it| it == bytes)
                || row.windows(digits.len()).any(|it| it == digits.as_bytes())
        };
        let rows = self.store.scan(&[], &[u8::MAX], usize::MAX).unwrap();
        let rows = rows.into_iter().map(|(key, value)| [key, value].concat());
        let naming = rows.filter(|row| contains(row));
        naming.map(|row| row.escape_ascii().to_string()).collect()
    }

    /// Returns for how many people today's searches are counted.
    pub(super) fn quota_rows(&self) -> usize {
        self.store.scan(b"Q", b"R", usize::MAX).unwrap().len()
    }

    /// Returns the outbox.
    pub(super) fn unsent(&self) -> Vec<Outgoing> {
        let unsent = self.ledger.unsent(OutgoingId(0), usize::MAX).unwrap();
        unsent.into_iter().map(|(_, outgoing)| outgoing).collect()
    }

    /// Sends the outbox; returns what was in it.
    pub(super) async fn send_all(&self) -> Vec<Outgoing> {
        let mut said = Vec::new();
        for (id, outgoing) in self.ledger.unsent(OutgoingId(0), usize::MAX).unwrap() {
            self.ledger.sent(id, None).await.unwrap();
            said.push(outgoing);
        }
        said
    }
}

pub(super) fn ids<const N: usize>(ids: [&str; N]) -> Vec<AccountId> {
    ids.into_iter().map(AccountId::new).collect()
}

pub(super) fn account_task(id: AccountId) -> NewTask {
    NewTask {
        subject: Subject::Account(id),
        cursor: None,
    }
}

pub(super) fn opening(times: usize) -> Vec<NewTask> {
    let task = NewTask {
        subject: Subject::Opening,
        cursor: None,
    };
    vec![task; times]
}

pub(super) fn candidate(id: &str, shared: u64) -> Candidate {
    Candidate {
        id: AccountId::new(id),
        shared,
    }
}

pub(super) fn profile(id: &str, handle: &str, followers: u64) -> Profile {
    Profile {
        id: AccountId::new(id),
        handle: Handle(handle.into()),
        name: handle.to_uppercase(),
        bio: String::new(),
        picture: None,
        followers: Some(followers),
        following: Some(7),
        private: false,
        verified: false,
        opted_out: false,
        kind: None,
    }
}

/// Returns the output that orders the followers.
pub(super) fn order(followers: &[AccountId]) -> TaskOutput {
    TaskOutput {
        facts: Facts::ReadingOrder(followers.to_vec()),
        follow_ups: opening(1),
    }
}

/// Returns the output that plans to read all of them.
pub(super) fn planned(followers: &[AccountId]) -> TaskOutput {
    TaskOutput {
        facts: Facts::Planned(u32::try_from(followers.len()).unwrap()),
        follow_ups: followers.iter().cloned().map(account_task).collect(),
    }
}

pub(super) fn profiles(found: Vec<Profile>) -> Facts {
    Facts::Profiles {
        found,
        missing: Vec::new(),
        given_up: false,
    }
}

pub(super) fn nothing() -> TaskOutput {
    TaskOutput::of(Facts::Known(KnownLists::default()))
}
