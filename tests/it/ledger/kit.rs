//! A ledger on a store that is watched: after every commit the invariants are checked, and a commit can
//! be made to fail.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use lookalike::clock::ManualClock;
use lookalike::ledger::{Change, Ledger, Left, Rules};
use lookalike::model::{
    AccountId, Analysis, AnalysisId, Candidate, ChatId, Crawl, CrawlId, Done, Found, Handle, Known,
    Lease, ListEnd, NetworkName, NewAnalysis, NewTask, Onward, Outgoing, OutgoingId, PersonId,
    Pointer, Profile, Queue, Ranking, StageName, Status, Subject, Task, TaskId,
};
use lookalike::stores::{Changes, MemoryStore, Row, SledStore, Store, StoreError};

pub(super) const HOUR: Duration = Duration::from_secs(3_600);
pub(super) const DAY: Duration = Duration::from_secs(86_400);
pub(super) const LEASE: Duration = Duration::from_secs(120);

pub(crate) const RULES: Rules = Rules {
    max_active: 2,
    per_person: 3,
    fresh_for: Duration::from_secs(7 * 86_400),
    retention: Duration::from_secs(30 * 86_400),
    lease_term: LEASE,
};

/// When a commit fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Nothing of it has reached the disk.
    Before,
    /// It is on disk, but nobody is told.
    After,
}

type Hook = Box<dyn FnOnce() + Send>;

/// Passes everything through, checks the invariants after every commit, and fails one.
pub(super) struct Watched {
    store: Arc<dyn Store>,
    max_active: u32,
    commits: AtomicU64,
    fails: Option<(u64, When)>,
    broken: Mutex<Vec<String>>,
    /// Run once, after the rows of this kind were scanned next.
    hook: Mutex<Option<(u8, Hook)>>,
}

impl Watched {
    pub(super) fn new(store: Arc<dyn Store>, fails: Option<(u64, When)>) -> Arc<Self> {
        Arc::new(Self {
            store,
            max_active: RULES.max_active,
            commits: AtomicU64::new(0),
            fails,
            broken: Mutex::default(),
            hook: Mutex::default(),
        })
    }

    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::SeqCst)
    }

    pub(super) fn after_scanning(&self, kind: u8, hook: impl FnOnce() + Send + 'static) {
        *self.hook.lock().unwrap() = Some((kind, Box::new(hook)));
    }

    pub(super) fn assert_sound(&self, what: &str) {
        let broken = self.broken.lock().unwrap();
        assert!(broken.is_empty(), "{what}: {}", broken.join("\n"));
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let broken = std::mem::take(&mut *self.broken.lock().unwrap());
        if !broken.is_empty() && !std::thread::panicking() {
            panic!("an invariant was broken: {}", broken.join("\n"));
        }
    }
}

impl Store for Watched {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        let rows = self.store.scan(from, to, limit)?;
        // The lock is let go of before the hook runs, which may wait for others.
        let hook = (self.hook.lock().unwrap()).take_if(|(kind, _)| from.first() == Some(kind));
        if let Some((_, hook)) = hook {
            hook();
        }
        Ok(rows)
    }

    fn append(&self, segment: u32, payload: &[u8]) -> Result<Pointer, StoreError> {
        self.store.append(segment, payload)
    }

    fn record(&self, pointer: Pointer) -> Result<Vec<u8>, StoreError> {
        self.store.record(pointer)
    }

    fn commit(&self, changes: &Changes) -> Result<(), StoreError> {
        let number = self.commits.fetch_add(1, Ordering::SeqCst) + 1;
        let fails = self.fails.filter(|(at, _)| *at == number);
        let failed = || StoreError::Io("as the test wants it".into());
        if matches!(fails, Some((_, When::Before))) {
            return Err(failed());
        }
        self.store.commit(changes)?;
        let broken = invariants(self.store.as_ref(), self.max_active);
        let broken = broken
            .into_iter()
            .map(|it| format!("commit {number}: {it}"));
        self.broken.lock().unwrap().extend(broken);
        match fails {
            Some(_) => Err(failed()),
            None => Ok(()),
        }
    }

    fn drop_records(&self, below: u32) -> Result<u32, StoreError> {
        let dropped = self.store.drop_records(below)?;
        let broken = invariants(self.store.as_ref(), self.max_active);
        let broken = broken
            .into_iter()
            .map(|it| format!("segments below {below} dropped: {it}"));
        self.broken.lock().unwrap().extend(broken);
        Ok(dropped)
    }

    fn size(&self) -> u64 {
        self.store.size()
    }
}

/// All rows of a kind, with their keys.
pub(crate) fn rows<T: serde::de::DeserializeOwned>(
    store: &dyn Store,
    kind: u8,
) -> Vec<(Vec<u8>, T)> {
    let rows = store.scan(&[kind], &[kind + 1], usize::MAX).unwrap();
    let decode = |value: Vec<u8>| serde_json::from_slice(&value).unwrap();
    rows.into_iter()
        .map(|(key, value)| (key, decode(value)))
        .collect()
}

/// The last eight bytes of a key, as a number.
fn tail(key: &[u8]) -> u64 {
    u64::from_be_bytes(key[key.len() - 8..].try_into().unwrap())
}

/// What is wrong with the rows; nothing, it is hoped. The kinds are those of `src/ledger/rows.rs`.
pub(crate) fn invariants(store: &dyn Store, max_active: u32) -> Vec<String> {
    let mut wrong = Vec::new();
    let crawls: BTreeMap<CrawlId, Crawl> = (rows::<Crawl>(store, b'c').into_iter())
        .map(|(_, crawl)| (crawl.id, crawl))
        .collect();
    let analyses: BTreeMap<AnalysisId, Analysis> = (rows::<Analysis>(store, b'a').into_iter())
        .map(|(_, analysis)| (analysis.id, analysis))
        .collect();

    let mut tasks: BTreeMap<TaskId, (&str, Task)> = BTreeMap::new();
    let ready = rows::<Task>(store, b'r')
        .into_iter()
        .map(|row| ("ready", row));
    let waiting = rows::<Task>(store, b'w')
        .into_iter()
        .map(|row| ("waiting", row));
    let leased = rows::<Lease>(store, b'l')
        .into_iter()
        .map(|(key, lease)| ("leased", (key, lease.task)));
    for (place, (key, task)) in ready.chain(waiting).chain(leased) {
        if tail(&key) != task.id.0 {
            wrong.push(format!(
                "a {place} row of task {:?} lies at {key:?}",
                task.id
            ));
        }
        if let Some((other, task)) = tasks.insert(task.id, (place, task.clone())) {
            wrong.push(format!("{:?} is {place} and {other}", task.id));
        }
    }
    let mut open: BTreeMap<CrawlId, u64> = BTreeMap::new();
    let leftovers: BTreeSet<(String, CrawlId)> = rows::<(Queue, CrawlId)>(store, b'd')
        .into_iter()
        .map(|(_, (queue, crawl))| (queue.stage.to_string(), crawl))
        .collect();
    for (place, task) in tasks.values() {
        let crawl = crawls.get(&task.crawl);
        let wanted = crawl.is_some_and(|crawl| {
            crawl.is_live() && crawl.status != Status::Queued && crawl.stage == task.queue.stage
        });
        if wanted {
            *open.entry(task.crawl).or_default() += 1;
        } else if *place == "ready"
            && !leftovers.contains(&(task.queue.stage.to_string(), task.crawl))
        {
            wrong.push(format!("nobody wants {task:?}, and nobody will remove it"));
        }
    }
    for crawl in crawls.values().filter(|crawl| crawl.is_live()) {
        let there = open.get(&crawl.id).copied().unwrap_or(0);
        let at_work = crawl.status != Status::Queued;
        if crawl.open != there || (at_work && there == 0) {
            wrong.push(format!(
                "{:?} in {} says that {} tasks are open; {there} are there",
                crawl.id, crawl.stage, crawl.open
            ));
        }
        if crawl.wanted_by.is_empty() {
            wrong.push(format!("nobody wants {:?}, and it goes on", crawl.id));
        }
        for id in &crawl.wanted_by {
            let analysis = analyses.get(id);
            if !analysis.is_some_and(|it| it.outcome.is_none() && it.crawl == Some(crawl.id)) {
                wrong.push(format!("{:?} works for {analysis:?}", crawl.id));
            }
        }
    }
    for analysis in analyses.values().filter(|it| it.outcome.is_none()) {
        let crawl = analysis.crawl.and_then(|crawl| crawls.get(&crawl));
        if !crawl.is_some_and(|it| it.is_live() && it.wanted_by.contains(&analysis.id)) {
            wrong.push(format!("{:?} waits for {crawl:?}", analysis.id));
        }
    }
    let listed = |kind: u8| -> BTreeSet<CrawlId> {
        let ids = rows::<CrawlId>(store, kind).into_iter();
        ids.map(|(_, id)| id).collect()
    };
    let with = |wanted: &dyn Fn(&Crawl) -> bool| -> BTreeSet<CrawlId> {
        let crawls = crawls.values().filter(|crawl| wanted(crawl));
        crawls.map(|crawl| crawl.id).collect()
    };
    let active = with(&|crawl| crawl.status == Status::Active);
    let queued = with(&|crawl| crawl.status == Status::Queued);
    for (name, kind, expected) in [
        ("live", b'v', with(&Crawl::is_live)),
        ("active", b'b', active.clone()),
        ("queued", b'q', queued.clone()),
    ] {
        if listed(kind) != expected {
            wrong.push(format!(
                "{:?} are listed as {name}, {expected:?} are",
                listed(kind)
            ));
        }
    }
    if active.len() > max_active as usize {
        wrong.push(format!("{active:?} are active, over {max_active}"));
    }
    if active.len() < max_active as usize && !queued.is_empty() {
        wrong.push(format!("{queued:?} wait, though there is room"));
    }

    for (key, _) in rows::<Pointer>(store, b'f') {
        let crawl = CrawlId(u64::from_be_bytes(key[1..9].try_into().unwrap()));
        if !crawls.get(&crawl).is_some_and(Crawl::is_live) {
            wrong.push(format!("{crawl:?} is over, and has a page of followers"));
        }
    }
    for (what, pointer) in pointers(store, Crawl::is_live) {
        if let Err(error) = store.record(pointer) {
            wrong.push(format!("{what} points to nothing: {error}"));
        }
    }
    wrong
}

/// The records that rows point to. The order and the candidates of a crawl are for its own work only:
/// `at_work` says whose are looked at.
pub(crate) fn pointers(
    store: &dyn Store,
    at_work: impl Fn(&Crawl) -> bool,
) -> Vec<(String, Pointer)> {
    let mut pointers = Vec::new();
    for (key, pointer) in rows::<Pointer>(store, b'f') {
        pointers.push((format!("follower page {key:?}"), pointer));
    }
    for (key, list) in rows::<serde_json::Value>(store, b'n') {
        for part in ["whole", "reading"] {
            let runs = list[part]["runs"].as_array().cloned().unwrap_or_default();
            let runs = runs
                .into_iter()
                .map(|run| serde_json::from_value(run).unwrap());
            pointers.extend(runs.map(|run| (format!("list {key:?}"), run)));
        }
    }
    for (_, crawl) in rows::<Crawl>(store, b'c') {
        let what = |what: &str| format!("{what} of {:?}", crawl.id);
        pointers.extend(crawl.ranking.map(|it| (what("ranking"), it)));
        if at_work(&crawl) {
            pointers.extend(crawl.reading_order.map(|it| (what("order"), it)));
            pointers.extend(crawl.candidate_list.map(|it| (what("candidates"), it)));
        }
    }
    pointers
}

/// A ledger, its clock and its store.
pub(super) struct Desk {
    pub(super) name: &'static str,
    pub(super) clock: Arc<ManualClock>,
    pub(super) store: Arc<dyn Store>,
    pub(super) watched: Arc<Watched>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) network: NetworkName,
    updates: AtomicU64,
}

/// Tells a story about a ledger on every store.
pub(super) async fn every_store<F: Future<Output = ()>>(story: impl Fn(Desk) -> F) {
    story(Desk::new("memory", Arc::new(MemoryStore::default())).await).await;
    let folder = tempfile::tempdir().unwrap();
    story(Desk::new("sled", open_sled(folder.path())).await).await;
}

/// Opens a database as soon as the threads of its last opening have let go of it.
pub(super) fn open_sled(folder: &Path) -> Arc<dyn Store> {
    let started = std::time::Instant::now();
    loop {
        match SledStore::open(folder) {
            Ok(store) => return Arc::new(store),
            Err(StoreError::InUse(_)) if started.elapsed() < Duration::from_secs(20) => {
                std::thread::yield_now();
            }
            Err(error) => panic!("the database must open: {error}"),
        }
    }
}

pub(super) fn noon() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

impl Desk {
    pub(super) async fn new(name: &'static str, store: Arc<dyn Store>) -> Self {
        let clock = Arc::new(ManualClock::new(noon()));
        let watched = Watched::new(store.clone(), None);
        let ledger = Ledger::open(watched.clone(), clock.clone(), RULES)
            .await
            .unwrap();
        Self {
            name,
            clock,
            store,
            watched,
            ledger: Arc::new(ledger),
            network: NetworkName::new("test"),
            updates: AtomicU64::new(0),
        }
    }

    /// As another process would: on the same database.
    pub(super) async fn reopen(&mut self) {
        self.watched.assert_sound(self.name);
        let ledger = Ledger::open(self.watched.clone(), self.clock.clone(), RULES).await;
        self.ledger = Arc::new(ledger.unwrap());
    }

    pub(super) fn wish(&self, person: u64, handle: &str) -> NewAnalysis {
        NewAnalysis {
            person: PersonId(person),
            chat: ChatId(person as i64),
            question: None,
            network: self.network.clone(),
            handle: Handle(handle.into()),
            priority: 1,
            refresh: false,
        }
    }

    /// An update that changes this, received and handled.
    pub(super) async fn update(&self, change: Change) {
        let id = self.updates.fetch_add(1, Ordering::SeqCst) + 1;
        let update = vec![(id, serde_json::json!({ "update_id": id }))];
        self.ledger.receive(update).await.unwrap();
        self.ledger.handled(id, vec![change]).await.unwrap();
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

    /// The crawl that works for an analysis.
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

    /// Leases a task of the stage that an analysis' crawl is in.
    pub(super) async fn take(&self, id: AnalysisId) -> Lease {
        let crawl = self.crawl(id);
        let lease = self.lease(crawl.stage, crawl.id).await;
        lease.unwrap_or_else(|| panic!("{}: {crawl:?} has a ready task", self.name))
    }

    /// Does the next task of an analysis' crawl, for one request.
    pub(super) async fn step(&self, id: AnalysisId, done: Done) -> Left {
        let lease = self.take(id).await;
        self.ledger.complete(&lease, done, 1).await.unwrap()
    }

    /// Answers the look-up.
    pub(super) async fn verify(&self, id: AnalysisId, account: &str, handle: &str) -> Left {
        assert_eq!(self.crawl(id).stage, StageName::Verify);
        let profile = profile(account, handle, 1_000);
        self.step(id, Done::found(Found::Account(profile))).await
    }

    /// Brings an active crawl to the beginning of a stage.
    pub(super) async fn bring_to(&self, id: AnalysisId, stage: StageName) {
        let followers = ids(["11", "12"]);
        while self.crawl(id).stage != stage {
            let crawl = self.crawl(id);
            assert_eq!(crawl.status, Status::Active, "{}: {crawl:?}", self.name);
            let target = crawl.profile.clone().unwrap();
            let done = match crawl.stage {
                StageName::Followers => Done::found(Found::Followers {
                    ids: followers.clone(),
                    end: Some(ListEnd::Complete),
                }),
                StageName::Subscriptions if crawl.reading_order.is_none() => Done {
                    found: Found::ReadingOrder(followers.clone()),
                    then: followers.iter().cloned().map(account_task).collect(),
                },
                StageName::Subscriptions => {
                    let lease = self.take(id).await;
                    let Subject::Account(follower) = lease.task.subject.clone() else {
                        panic!("{:?}", lease.task);
                    };
                    let found = Found::Following {
                        follower,
                        ids: vec![target.id, AccountId::new("21"), AccountId::new("22")],
                        asked: None,
                        onward: Onward::End(ListEnd::Complete),
                    };
                    let done = Done::found(found);
                    self.ledger.complete(&lease, done, 1).await.unwrap();
                    continue;
                }
                StageName::Aggregate => Done::found(Found::Candidates(vec![
                    candidate("21", 2),
                    candidate("22", 2),
                ])),
                StageName::Profiles => Done::found(Found::Profiles {
                    found: vec![profile("21", "one", 10), profile("22", "two", 20)],
                    reused: 0,
                    missing: 0,
                }),
                StageName::Rank => Done::found(Found::Ranking(Ranking {
                    measure: "count".into(),
                    rows: Vec::new(),
                })),
                StageName::Verify | StageName::Deliver => panic!("{stage} can't be reached"),
            };
            self.step(id, done).await;
        }
    }

    /// Brings a crawl that is being verified to its end.
    pub(super) async fn finish(&self, id: AnalysisId, account: &str, handle: &str) {
        self.verify(id, account, handle).await;
        self.bring_to(id, StageName::Deliver).await;
        self.step(id, Done::found(Found::Delivered)).await;
    }

    /// What is to be said.
    pub(super) fn unsent(&self) -> Vec<Outgoing> {
        let unsent = self.ledger.unsent(OutgoingId(0), usize::MAX).unwrap();
        unsent.into_iter().map(|(_, outgoing)| outgoing).collect()
    }

    /// Says all that is to be said.
    pub(super) async fn say_all(&self) -> Vec<Outgoing> {
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
    }
}

pub(super) fn nothing() -> Done {
    Done::found(Found::Known(Known::default()))
}
