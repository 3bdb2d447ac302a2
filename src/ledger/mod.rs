//! The ledger: every change of state, one transaction each, written once for every database.
//!
//! Invariants that hold after every commit, and so after every crash:
//! - a live crawl that is verifying or active has at least one task (ready, waiting or leased), and its
//!   `open` is their number;
//! - a task is in exactly one of ready, waiting and leased;
//! - an analysis without an outcome belongs to a live crawl that lists it in `wanted_by`;
//! - a message is a row of the outbox before it is sent, and the row goes once Telegram has the message.
//!
//! | module | what it is |
//! |---|---|
//! | `change` | updates, and the changes that handling one makes |
//! | `requests` | requests of people: taken in, joined to crawls, agreed to, and brought to an outcome |
//! | `tasks` | leases, completions, the turns of crawls, sweeping |
//! | `people` | preferences, quotas, keys, watches, shares; forgetting |
//! | `lists` | who follows whom, and the cache of profiles |
//! | `reports` | queries, statistics, spending |
//! | `outbox` `mode` | messages to be sent; what operators have switched |
//! | `db` | transactions, the writer, rows, wake-ups, repair, the archive |

mod change;
mod db;
mod lists;
mod mode;
mod outbox;
mod people;
mod reports;
mod requests;
mod tasks;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::model::{Crawl, CrawlId, Queue};
use crate::sampling::ReadingOrder;
use crate::sealing::Pseudonyms;
use crate::stores::{Room, Store, StoreError};

use db::format::FORMAT;
use db::rows::{self, DbNumber};
use db::transaction::{Transaction, decode, lost};
use db::wakeups::Wakers;
use db::writer::Writer;

pub use change::Change;
pub use db::archive::{Archive, ArchiveError, Copied, export};
pub use db::erasure::Erasure;
pub use db::format::check_format;
pub use lists::{ListState, Lists, SharedFollowers};
pub use people::opt_outs::LeftAlone;
pub use people::set_kinds::SetKinds;
pub use reports::queries::CachedProfile;
pub use reports::stats::RecentUsage;
pub use tasks::complete::Completion;
pub use tasks::lease::ReadyCrawl;
pub use tasks::reserve::{Reservation, SpendingLimit, SpendingLimits};

/// The number of the process that made the database.
const FIRST_EPOCH: u64 = 1;

/// The settings that the ledger decides by.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Crawls whose stages may be at work at the same time.
    pub max_active: u32,
    /// Analyses that one person may have in progress.
    pub per_person: u32,
    /// Followers who follow more accounts than this are skipped by a crawl that starts; 0 skips none.
    pub max_following: u64,
    /// How long a result, a list or a profile counts as fresh.
    pub fresh_for: Duration,
    /// How long data is kept.
    pub retention: Duration,
    /// How long a silent worker keeps its task.
    pub lease_term: Duration,
    /// The key of the reading order for a database that has none yet; by default a random one.
    pub sampling_key: Option<[u8; 16]>,
    /// Makes the pseudonyms under which people's daily use is counted.
    pub pseudonyms: Pseudonyms,
}

/// The database with its verbs.
pub struct Ledger {
    store: Arc<dyn Store>,
    writer: Writer,
    clock: Arc<dyn Clock>,
    rules: Rules,
    order: ReadingOrder,
    epoch: u64,
    opened_at: DateTime<Utc>,
    wakers: Arc<Wakers>,
    /// The crawls that wait for a place, and the version of the line that they are of.
    line: Mutex<Option<(u64, Arc<[Crawl]>)>>,
}

impl Ledger {
    /// Takes over a database: tasks that earlier processes had leased are ready again.
    ///
    /// # Errors
    /// If the database is of another format, or a number or the key of the reading order can't be read.
    pub async fn open(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        rules: Rules,
    ) -> Result<Self, StoreError> {
        check_format(store.as_ref())?;
        let wakers = Arc::new(Wakers::default());
        let key = sampling_key(store.as_ref(), &rules)?;
        let order = ReadingOrder::new(key);
        let writer = Writer::start(
            store.clone(),
            clock.clone(),
            wakers.clone(),
            order,
            rules.pseudonyms,
        );
        let mut ledger = Self {
            store,
            writer,
            opened_at: clock.now(),
            clock,
            rules,
            order,
            epoch: 0,
            wakers,
            line: Mutex::default(),
        };
        ledger.epoch = ledger
            .transact(move |tx| {
                DbNumber::ALL
                    .into_iter()
                    .try_for_each(|number| tx.number(number).map(drop))?;
                tx.write(&rows::number(DbNumber::Format), &FORMAT)?;
                tx.write(&rows::sampling_key(), &key)?;
                tx.next(DbNumber::Epoch)
            })
            .await?;
        let tasks = ledger.return_leases().await?;
        match ledger.epoch {
            FIRST_EPOCH => tracing::info!("made a new database"),
            epoch => tracing::info!(epoch, tasks, "took over the database"),
        }
        Ok(ledger)
    }

    /// Waits until everything that reads have seen so far is on disk. Call it before anything read is sent to the
    /// outside.
    pub async fn settle(&self) -> Result<(), StoreError> {
        self.transact(|_| Ok(())).await
    }

    /// Returns what is notified when a queue has a new ready task.
    pub fn wake(&self, queue: &Queue) -> Arc<Notify> {
        self.wakers.of(queue)
    }

    /// Waits until a crawl is over.
    pub async fn ended(&self, crawl: CrawlId) -> Result<(), StoreError> {
        loop {
            // Registered before the row is read, so that an end in between is not missed.
            let mut ended = std::pin::pin!(self.wakers.crawl_ended.notified());
            ended.as_mut().enable();
            if !self.crawl(crawl)?.is_some_and(|crawl| crawl.is_live()) {
                return Ok(());
            }
            ended.await;
        }
    }

    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Returns the room on the database's disk; `None` if it can't be told.
    pub fn room(&self) -> Option<Room> {
        self.store.room()
    }

    /// Returns the bytes that the database takes.
    pub fn size(&self) -> u64 {
        self.store.size()
    }

    async fn transact<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.transact(work).await
    }
}

/// Returns the key of the installation's reading order. Crawls in progress rely on it, and lists are found by it, so a
/// damaged one is not replaced.
fn sampling_key(store: &dyn Store, rules: &Rules) -> Result<[u8; 16], StoreError> {
    match store.get(&rows::sampling_key().bytes)? {
        Some(value) => decode(&value).map_err(|_| lost("the key of the reading order")),
        None => rules.sampling_key.map_or_else(random_key, Ok),
    }
}

fn random_key() -> Result<[u8; 16], StoreError> {
    let mut key = [0; 16];
    getrandom::fill(&mut key).map_err(|error| StoreError::Io(error.to_string()))?;
    Ok(key)
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger")
            .field("epoch", &self.epoch)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}
