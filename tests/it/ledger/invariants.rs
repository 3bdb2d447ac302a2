//! What is true of the rows after every commit.

use std::collections::{BTreeMap, BTreeSet};

use lookalike::model::{
    Analysis, AnalysisId, Comparison, ComparisonId, Crawl, CrawlId, KeptComparison, Lease, OwnKey,
    Pointer, Queue, Status, Task, TaskId,
};
use lookalike::stores::Store;

/// Returns all rows of a kind, with their keys.
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

/// Returns the last eight bytes of a key, as a number.
fn tail(key: &[u8]) -> u64 {
    u64::from_be_bytes(key[key.len() - 8..].try_into().unwrap())
}

/// Returns the broken invariants. The kinds are those of `src/ledger/db/rows/mod.rs`.
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
    let leftovers: BTreeSet<(String, CrawlId)> = rows::<(Queue, CrawlId, u32)>(store, b'd')
        .into_iter()
        .map(|(_, (queue, crawl, _))| (queue.stage.to_string(), crawl))
        .collect();
    for (place, task) in tasks.values() {
        let crawl = crawls.get(&task.crawl);
        let wanted = crawl.is_some_and(|crawl| {
            crawl.is_live()
                && (crawl.is_at_work() || crawl.suspended)
                && (crawl.stage, crawl.round) == (task.queue.stage, task.round)
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
        let at_work = crawl.is_at_work() || crawl.suspended;
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
    let kept: BTreeMap<Option<ComparisonId>, KeptComparison> = rows(store, b'B')
        .into_iter()
        .map(|(_, row): (_, KeptComparison)| (Some(row.id), row))
        .collect();
    for (_, comparison) in rows::<Comparison>(store, b'C') {
        let mut compared = comparison.analyses.iter().map(|id| analyses.get(id));
        let is_open = |it: &Analysis| it.outcome.is_none() && it.person == comparison.person;
        if !compared.any(|it| it.is_some_and(is_open)) {
            wrong.push(format!("{comparison:?} waits for nothing"));
        }
    }
    for (kind, (key, id)) in [b'G', b'n', b'X'].into_iter().flat_map(|kind| {
        let rows = rows::<serde_json::Value>(store, kind).into_iter();
        rows.map(move |(key, value)| (kind, (key, value.as_u64())))
    }) {
        let id = id.or_else(|| Some(u64::from_be_bytes(key.get(1..9)?.try_into().ok()?)));
        if !kept.contains_key(&id.map(ComparisonId)) {
            wrong.push(format!("a row {:?} of no comparison", kind as char));
        }
    }
    for comparison in kept.values() {
        let index = [
            &comparison.person.0.to_be_bytes()[..],
            &(u64::MAX - comparison.id.0).to_be_bytes(),
        ];
        let listed = store.get(&[b"G", &index.concat()[..]].concat());
        if listed.ok().flatten().is_none() {
            wrong.push(format!("{comparison:?} is nobody's"));
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
    let active = with(&|crawl| crawl.status == Status::Active && crawl.key_of.is_none());
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
    for crawl in crawls.values() {
        let Some(person) = crawl.key_of else {
            continue;
        };
        let theirs = |id| analyses.get(id).is_some_and(|it| it.person == person);
        let keys = rows::<OwnKey>(store, b'z').into_iter();
        let mut keys = keys.filter(|(_, key)| key.person == person);
        if !crawl.wanted_by.iter().all(theirs) || keys.next().is_none() {
            wrong.push(format!("{:?} goes by a key of {person:?}", crawl.id));
        }
        if crawl.status == Status::Queued {
            wrong.push(format!("{:?} has a key of its own, and waits", crawl.id));
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

/// Returns the records that rows point to. The order and the candidates are only for crawls in progress: `at_work`
/// chooses the crawls for which they are returned.
pub(crate) fn pointers(
    store: &dyn Store,
    at_work: impl Fn(&Crawl) -> bool,
) -> Vec<(String, Pointer)> {
    let mut pointers = Vec::new();
    for (key, pointer) in rows::<Pointer>(store, b'f') {
        pointers.push((format!("follower page {key:?}"), pointer));
    }
    for (key, list) in rows::<serde_json::Value>(store, b'm') {
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
