//! What was spent: by each crawl, and on each network by the day.

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::complete::add;
use crate::ledger::rows;
use crate::ledger::transaction::Transaction;
use crate::model::{Crawl, NetworkName, Spent, Task};
use crate::stores::StoreError;

impl Ledger {
    /// What was spent on a network on the present day (UTC).
    pub fn spent_today(&self, network: &NetworkName) -> Result<Spent, StoreError> {
        let key = rows::spent(network, day(self.clock.now()));
        Ok(self.get(&key)?.map_or(Spent::default(), |(_, spent)| spent))
    }

    /// What was spent on a network in the present hour.
    pub fn spent_this_hour(&self, network: &NetworkName) -> Result<Spent, StoreError> {
        let now = hour(self.clock.now());
        let row = self.get(&rows::spent_in_hour(network))?;
        let row = row.filter(|(hour, _)| *hour == now);
        Ok(row.map_or(Spent::default(), |(_, spent)| spent))
    }
}

/// Charges what a task has taken.
pub(super) fn note_spent(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    task: &Task,
    spent: Spent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    add(&mut crawl.requests[task.queue.stage], spent.requests);
    add(&mut crawl.answered, spent.accounts);
    // What goes by somebody's own key costs nobody else anything.
    match crawl.key_of {
        None => charge(tx, &crawl.network, spent, now),
        Some(_) => Ok(()),
    }
}

/// Charges to everybody what was asked of a network.
pub(super) fn charge(
    tx: &mut Transaction<'_>,
    network: &NetworkName,
    spent: Spent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if spent.requests == 0 {
        return Ok(());
    }
    let day = day(now);
    let key = rows::spent(network, day);
    let before = tx.read(&key)?.map_or(Spent::default(), |(_, spent)| spent);
    tx.write(&key, &(day, before + spent))?;
    let hour = hour(now);
    let key = rows::spent_in_hour(network);
    let before = tx.read(&key)?.filter(|(other, _)| *other == hour);
    let before = before.map_or(Spent::default(), |(_, spent)| spent);
    tx.write(&key, &(hour, before + spent))
}

/// Charges what a task has taken whose crawl has moved on meanwhile.
pub(super) fn note_spent_late(
    tx: &mut Transaction<'_>,
    task: &Task,
    spent: Spent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let key = rows::crawl(task.crawl);
    let Some(mut crawl) = tx.read(&key)?.filter(|_| spent.requests > 0) else {
        return Ok(());
    };
    note_spent(tx, &mut crawl, task, spent, now)?;
    tx.write(&key, &crawl)
}

/// Hours since 1970.
fn hour(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp().div_euclid(3_600)).unwrap_or(0)
}

/// Days since 1970.
pub(super) fn day(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp().div_euclid(86_400)).unwrap_or(0)
}
