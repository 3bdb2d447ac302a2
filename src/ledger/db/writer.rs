//! The one writer. Transactions queue up for a thread of its own; those that wait together are committed together,
//! since the cost is the disk's sync and not the rows.
//!
//! No caller gets an answer before the group with its transaction is on disk. A transaction that fails contributes
//! nothing, and the rest of its group commits. When the database itself fails, the writer stops for good: the next
//! start goes on from what is on disk by then.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::{mpsc, oneshot};

use crate::clock::Clock;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::db::wakeups::{Wakers, Wakeups};
use crate::sampling::ReadingOrder;
use crate::sealing::Pseudonyms;
use crate::stores::{Changes, Store, StoreError};

/// Transactions in one commit. In larger groups sled's file truncation and its writers get into each other's way
/// (measured: deadlocks without this bound, none with it).
const GROUP: usize = 50;

/// Transactions that may wait; beyond that, callers wait to hand theirs in.
const WAITING: usize = 256;

/// The queue that transactions are handed in to.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
}

/// A transaction on its way through the writer.
trait Job: Send {
    fn run(&mut self, transaction: Transaction<'_>) -> Wakeups;
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct PendingTransaction<F, T> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl Writer {
    pub(crate) fn start(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        wakers: Arc<Wakers>,
        order: ReadingOrder,
        pseudonyms: Pseudonyms,
    ) -> Self {
        let (jobs, queue) = mpsc::channel(WAITING);
        std::thread::spawn(move || {
            let made_by = (order, pseudonyms);
            write(store.as_ref(), clock.as_ref(), &wakers, made_by, queue);
        });
        Self { jobs }
    }

    /// Runs a transaction and waits until it is on disk.
    pub(crate) async fn transact<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(PendingTransaction {
            work: Some(work),
            result: None,
            reply,
        });
        self.jobs.send(job).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}

fn write(
    store: &dyn Store,
    clock: &dyn Clock,
    wakers: &Wakers,
    (order, pseudonyms): (ReadingOrder, Pseudonyms),
    mut queue: mpsc::Receiver<Box<dyn Job>>,
) {
    while let Some(first) = queue.blocking_recv() {
        let mut group = Changes::new();
        let mut jobs = vec![first];
        while jobs.len() < GROUP {
            match queue.try_recv() {
                Ok(job) => jobs.push(job),
                Err(_) => break,
            }
        }
        let day = clock.now().timestamp().div_euclid(86_400);
        let segment = u32::try_from(day).unwrap_or(0);
        let wakeups: Vec<Wakeups> = jobs
            .iter_mut()
            .map(|job| {
                let group = &mut group;
                job.run(Transaction::new(store, group, segment, order, pseudonyms))
            })
            .collect();
        let committed = if group.is_empty() {
            Ok(())
        } else {
            store.commit(&group).inspect(|()| {
                wakers.commits.fetch_add(1, Ordering::Relaxed);
            })
        };
        if committed.is_ok() {
            tracing::trace!(transactions = jobs.len(), "a group is committed");
            wakeups.iter().for_each(|wakeups| wakers.wake(wakeups));
        }
        for job in jobs {
            job.answer(committed.clone());
        }
        if let Err(error) = committed {
            tracing::error!(%error, "the database failed; nothing more is written");
            return;
        }
    }
}

impl<F, T> Job for PendingTransaction<F, T>
where
    T: Send,
    F: FnOnce(&mut Transaction<'_>) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, mut transaction: Transaction<'_>) -> Wakeups {
        let Some(work) = self.work.take() else {
            return Wakeups::default();
        };
        let result = self.result.insert(work(&mut transaction));
        if result.is_ok() {
            transaction.keep()
        } else {
            Wakeups::default()
        }
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let result = match committed {
            Ok(()) => self.result.unwrap_or(Err(StoreError::Stopped)),
            Err(error) => Err(error),
        };
        // The caller may have given up waiting.
        let _ = self.reply.send(result);
    }
}
