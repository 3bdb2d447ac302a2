//! What is left in the database when all is done: nothing without a use.

use std::sync::Arc;

use lookalike::clock::SystemClock;
use lookalike::config::Config;
use lookalike::demo::telegram::Person;
use lookalike::ledger::Ledger;
use lookalike::model::{Analysis, Crawl, PersonId, Pointer};
use lookalike::stores::Store;

use crate::crash::process::BotProcess;
use crate::harness::{Harness, report};
use crate::ledger::invariants::{invariants, pointers, rows};

/// Kinds of rows with none left, as in `src/ledger/db/rows/mod.rs`.
const GONE: [(u8, &str); 10] = [
    (b'u', "an update that was not handled"),
    (b'o', "a message that was not sent"),
    (b'r', "a ready task"),
    (b'w', "a waiting task"),
    (b'l', "a lease"),
    (b'd', "tasks to be removed"),
    (b'v', "a live crawl"),
    (b'b', "an active crawl"),
    (b'q', "a queued crawl"),
    (b'f', "a page of followers that nobody reads any more"),
];

/// The length and the checksum in front of every record.
const HEADER: u64 = 8;

/// A database that no process has open.
pub(super) struct Leftovers {
    store: Arc<dyn Store>,
    ledger: Ledger,
}

/// Bytes of the segment files.
pub(super) struct SegmentBytes {
    /// Bytes to which no row points.
    pub(super) unpointed: u64,
    /// The most that ended crawls have released: pages of followers, their order, candidates.
    pub(super) let_go: u64,
    /// The most that the tasks in progress at one moment append, one record each.
    pub(super) of_a_group: u64,
}

impl Leftovers {
    /// Opens a database after its last process, and asserts that nothing is wrong with it.
    pub(super) async fn of(harness: &Harness) -> Self {
        // A message that Telegram has just taken may still be in the outbox, and tasks that are no longer wanted are
        // removed by a sweep and at every start.
        let unsent = open(harness).scan(b"o", b"p", usize::MAX).unwrap().len();
        let mut bot = BotProcess::start(harness);
        bot.wait_for_lines("off the list", unsent).await;
        bot.stop().await;
        let store = open(harness);
        let rules = Config::read(&|name| harness.environment().get(name).cloned())
            .unwrap()
            .rules;
        let wrong = invariants(store.as_ref(), rules.max_active);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        for (kind, what) in GONE {
            let left = store.scan(&[kind], &[kind + 1], usize::MAX).unwrap();
            assert!(left.is_empty(), "{what} is left: {left:?}");
        }
        let clock = Arc::new(SystemClock::default());
        let ledger = Ledger::open(store.clone(), clock, rules).await.unwrap();
        Self { store, ledger }
    }

    pub(super) fn analyses(&self, person: &Person) -> Vec<Analysis> {
        let person = PersonId(person.id.unsigned_abs());
        self.ledger.analyses_of(person).unwrap()
    }

    /// Returns the list that a person got, to the last digit.
    pub(super) fn ranking(&self, person: &Person) -> serde_json::Value {
        let report = report(&self.ledger, person);
        serde_json::to_value(report.results).unwrap()
    }

    pub(super) fn bytes(&self, harness: &Harness, at_work: u64) -> SegmentBytes {
        let files = std::fs::read_dir(harness.data().join("lists")).unwrap();
        let all: u64 = files
            .map(|file| file.unwrap().metadata().unwrap().len())
            .sum();
        let size = |pointer: &Pointer| u64::from(pointer.length) + HEADER;
        let pointed = pointers(self.store.as_ref(), |_| true);
        let crawls: Vec<Crawl> = rows(self.store.as_ref(), b'c')
            .into_iter()
            .map(|(_, crawl)| crawl)
            .collect();
        let largest = pointed.iter().map(|(_, pointer)| size(pointer)).max();
        let lists = pointed.iter().filter(|(what, _)| what.starts_with("list"));
        let page = lists.map(|(_, pointer)| size(pointer)).max();
        SegmentBytes {
            unpointed: all
                - pointed
                    .iter()
                    .map(|(_, pointer)| size(pointer))
                    .sum::<u64>(),
            // Each of the three is smaller than a ranking, which has all candidates and more about them.
            let_go: 3 * largest.unwrap_or(0) * crawls.len() as u64,
            // The one aggregation, the one ranking, and a page from each other task.
            of_a_group: 2 * largest.unwrap_or(0) + at_work * page.unwrap_or(0),
        }
    }
}

fn open(harness: &Harness) -> Arc<dyn Store> {
    lookalike::stores::open(&format!("sled:{}", harness.data().display())).unwrap()
}
