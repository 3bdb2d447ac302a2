//! Leases: a worker takes a task with a token, and the task comes back if the worker falls silent.

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, DbNumber};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::people::quota::asked_by;
use crate::ledger::reports::spending::{note_spent, note_spent_late};
use crate::model::{Crawl, CrawlId, Lease, PersonId, Queue, Spent, StageName, Task};
use crate::stores::StoreError;

/// Rows that one transaction moves at most.
const BATCH: usize = 500;

/// A crawl that has a ready task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadyCrawl {
    pub crawl: CrawlId,
    pub priority: u32,
    /// The owner of the key that pays for it, if that is not the shared one.
    pub key_of: Option<PersonId>,
    /// The person who asked for it first.
    pub asker: Option<PersonId>,
}

impl Ledger {
    /// Returns the crawls that have a ready task in a queue.
    pub fn ready(&self, queue: &Queue) -> Result<Vec<ReadyCrawl>, StoreError> {
        let all = rows::all_ready(queue);
        let mut from = all.bytes.clone();
        let mut crawls = Vec::new();
        while let Some((key, _)) = self.range::<Task>(&from, &all.end(), 1)?.pop() {
            let Some(id) = rows::crawl_of_ready(&key) else {
                break;
            };
            // On to the first task of the next crawl, however many this one has.
            from = rows::ready_of(queue, id).end();
            let crawl = self.crawl(id)?;
            if let Some(crawl) = crawl.filter(|it| it.is_at_work() && it.stage == queue.stage) {
                crawls.push(ReadyCrawl {
                    crawl: id,
                    priority: crawl.priority,
                    key_of: crawl.key_of,
                    asker: self.asker(&crawl)?,
                });
            }
        }
        Ok(crawls)
    }

    /// Returns when the next postponed task of a queue is due; `None` if there is none.
    pub fn next_due(&self, queue: &Queue) -> Result<Option<DateTime<Utc>>, StoreError> {
        let all = rows::all_waiting(queue);
        let first = self.store.scan(&all.bytes, &all.end(), 1)?.pop();
        Ok(first.and_then(|(key, _)| rows::ready_at(&key)))
    }

    /// Makes those postponed tasks of a queue ready that are due.
    pub async fn wake_due(&self, queue: &Queue) -> Result<(), StoreError> {
        let (queue, now) = (queue.clone(), self.clock.now());
        self.transact(move |tx| {
            let all = rows::all_waiting(&queue);
            for (key, task) in
                tx.range::<Task>(&all.bytes, &rows::waiting_until(&queue, now), BATCH)?
            {
                tx.remove_at(key);
                if live_crawl_of(tx, &task)?.is_some() {
                    make_ready(tx, &task)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Leases the oldest ready task of a crawl in a queue.
    pub async fn lease(&self, queue: &Queue, crawl: CrawlId) -> Result<Option<Lease>, StoreError> {
        Ok(self.lease_each(queue, vec![crawl]).await?.pop())
    }

    /// Leases a ready task for each of these crawls; one that is named twice gets two.
    pub async fn lease_each(
        &self,
        queue: &Queue,
        crawls: Vec<CrawlId>,
    ) -> Result<Vec<Lease>, StoreError> {
        let (queue, epoch, now) = (queue.clone(), self.epoch, self.clock.now());
        let expires_at = now + self.rules.lease_term;
        self.transact(move |tx| {
            let mut leases = Vec::new();
            for crawl in crawls {
                let Some((key, task)) = tx.first(&rows::ready_of(&queue, crawl), 1)?.pop() else {
                    continue;
                };
                tx.remove_at(key);
                let Some(crawl) = live_crawl_of(tx, &task)? else {
                    continue;
                };
                let asked_by = match queue.stage {
                    StageName::Verify => asked_by(tx, &crawl, now)?,
                    _ => None,
                };
                let lease = Lease {
                    task,
                    token: tx.next(DbNumber::LastToken)?,
                    epoch,
                    expires_at,
                    key_of: crawl.key_of,
                    asked_by,
                    sent: Spent::default(),
                };
                tx.write(&rows::leased(lease.task.id), &lease)?;
                leases.push(lease);
            }
            Ok(leases)
        })
        .await
    }

    /// Extends a lease that is still ours by another term. Returns whether it was.
    pub async fn extend(&self, lease: &Lease) -> Result<bool, StoreError> {
        let (lease, clock, term) = (lease.clone(), self.clock.clone(), self.rules.lease_term);
        self.transact(move |tx| {
            let Some(mut held) = held_lease(tx, &lease)? else {
                return Ok(false);
            };
            // The transaction may have waited for long.
            held.expires_at = clock.now() + term;
            tx.write(&rows::leased(lease.task.id), &held)?;
            Ok(true)
        })
        .await
    }

    /// Puts a task back, ready from `ready_at` on; `failed` counts an attempt. Its crawl is charged with `spent` either
    /// way.
    pub async fn postpone(
        &self,
        lease: &Lease,
        ready_at: DateTime<Utc>,
        failed: bool,
        spent: impl Into<Spent>,
    ) -> Result<(), StoreError> {
        let (lease, spent, now) = (lease.clone(), spent.into(), self.clock.now());
        self.transact(move |tx| match held_lease(tx, &lease)? {
            Some(held) => put_back(tx, held, (ready_at, failed), spent, now),
            None => Ok(()),
        })
        .await
    }

    /// Puts a task back whose worker is lost: its crawl is charged with the requests known to have been sent.
    pub async fn postpone_lost(
        &self,
        lease: &Lease,
        ready_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (lease, now) = (lease.clone(), self.clock.now());
        self.transact(move |tx| match held_lease(tx, &lease)? {
            Some(held) => {
                let sent = held.sent;
                put_back(tx, held, (ready_at, true), sent, now)
            }
            None => Ok(()),
        })
        .await
    }

    /// Puts back the tasks whose workers are gone: those of earlier processes, and those whose lease has expired. It
    /// counts no attempt. Returns how many there were.
    pub async fn return_leases(&self) -> Result<u64, StoreError> {
        let (epoch, now) = (self.epoch, self.clock.now());
        let mut returned = 0;
        let mut from = rows::all_leased().bytes;
        loop {
            let start = from.clone();
            let (count, last) = self
                .transact(move |tx| {
                    let leases = tx.range::<Lease>(&start, &rows::all_leased().end(), BATCH)?;
                    let last = leases
                        .last()
                        .filter(|_| leases.len() == BATCH)
                        .map(|(key, _)| key.clone());
                    let mut count = 0;
                    for (key, lease) in leases {
                        if lease.epoch != epoch || lease.expires_at <= now {
                            tx.remove_at(key);
                            count += 1;
                            note_spent_late(tx, &lease, lease.sent, now)?;
                            if live_crawl_of(tx, &lease.task)?.is_some() {
                                make_ready(tx, &lease.task)?;
                            }
                        }
                    }
                    Ok((count, last))
                })
                .await?;
            returned += count;
            let Some(mut last) = last else {
                return Ok(returned);
            };
            last.push(0);
            from = last;
        }
    }
}

fn put_back(
    tx: &mut Transaction<'_>,
    lease: Lease,
    (ready_at, failed): (DateTime<Utc>, bool),
    spent: Spent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.remove(&rows::leased(lease.task.id));
    let Some(mut crawl) = live_crawl_of(tx, &lease.task)? else {
        return note_spent_late(tx, &lease, spent, now);
    };
    if spent.requests > 0 {
        note_spent(tx, &mut crawl, &lease, spent, now)?;
        tx.write(&rows::crawl(crawl.id), &crawl)?;
    }
    let mut task = lease.task;
    task.attempt = task.attempt.saturating_add(u32::from(failed));
    if ready_at <= now {
        return make_ready(tx, &task);
    }
    tx.note_ready(&task.queue);
    tx.write(&rows::waiting(&task.queue, ready_at, task.id), &task)
}

/// Returns the stored lease, if it is still the one that the worker holds.
pub(crate) fn held_lease(tx: &Transaction<'_>, lease: &Lease) -> Result<Option<Lease>, StoreError> {
    let stored = tx.read(&rows::leased(lease.task.id))?;
    Ok(stored.filter(|stored| stored.token == lease.token && stored.epoch == lease.epoch))
}

/// Returns the crawl of a task, if the task still matters to it.
pub(crate) fn live_crawl_of(
    tx: &Transaction<'_>,
    task: &Task,
) -> Result<Option<Crawl>, StoreError> {
    let crawl = tx.read(&rows::crawl(task.crawl))?;
    Ok(crawl.filter(|crawl| wants(crawl, task)))
}

fn wants(crawl: &Crawl, task: &Task) -> bool {
    crawl.is_live() && crawl.stage == task.queue.stage && crawl.round == task.round
}

fn make_ready(tx: &mut Transaction<'_>, task: &Task) -> Result<(), StoreError> {
    tx.note_ready(&task.queue);
    tx.write(&rows::ready(&task.queue, task.crawl, task.id), task)
}
