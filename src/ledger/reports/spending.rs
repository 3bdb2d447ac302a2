//! Spending: of each crawl, and by the day on each network: by the shared key, by people's own keys, and on lookups for
//! each person.

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, RowKey};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::people::quota::note_use;
use crate::model::{Crawl, Lease, NetworkName, PersonId, Spent};
use crate::stores::StoreError;

impl Ledger {
    /// Returns the spending on a network today (UTC).
    pub fn spent_today(&self, network: &NetworkName) -> Result<Spent, StoreError> {
        self.today(&rows::spent(network, rows::day(self.clock.now())))
    }

    /// Returns the spending by a person's own key today (UTC).
    pub fn paid_today(&self, person: PersonId, network: &NetworkName) -> Result<Spent, StoreError> {
        self.today(&rows::paid_by(person, network))
    }

    fn today(&self, key: &RowKey<(u64, Spent)>) -> Result<Spent, StoreError> {
        let today = rows::day(self.clock.now());
        let row = self.get(key)?.filter(|(day, _)| *day == today);
        Ok(row.map_or(Spent::default(), |(_, spent)| spent))
    }

    /// Returns the spending on a network in the present hour.
    pub fn spent_this_hour(&self, network: &NetworkName) -> Result<Spent, StoreError> {
        let now = rows::hour(self.clock.now());
        let row = self.get(&rows::spent_in_hour(network))?;
        let row = row.filter(|(hour, _)| *hour == now);
        Ok(row.map_or(Spent::default(), |(_, spent)| spent))
    }
}

/// Charges the spending of a task to its crawl, and to the key that has paid for it, which its lease names.
pub(crate) fn note_spent(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    lease: &Lease,
    spent: Spent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if spent == Spent::default() {
        return Ok(());
    }
    let stage = lease.task.queue.stage;
    match crawl.is_live() {
        true => {
            crawl.requests[stage] = crawl.requests[stage].saturating_add(spent.requests);
            crawl.answered = crawl.answered.saturating_add(spent.accounts);
        }
        // What its result says of the cost stays true.
        false => crawl.late = crawl.late + spent,
    }
    if let Some(person) = lease.key_of {
        return add_today(tx, &rows::paid_by(person, &crawl.network), spent, now);
    }
    charge(tx, &crawl.network, spent, now)?;
    let Some(who) = &lease.asked_by else {
        return Ok(());
    };
    note_use(tx, who, |used| {
        let sum = used.looked_up.entry(crawl.network.clone()).or_default();
        *sum = *sum + spent;
    })
}

/// Charges requests on a network to the shared key.
pub(crate) fn charge(
    tx: &mut Transaction<'_>,
    network: &NetworkName,
    spent: Spent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if spent.requests == 0 {
        return Ok(());
    }
    add_today(tx, &rows::spent(network, rows::day(now)), spent, now)?;
    let hour = rows::hour(now);
    let key = rows::spent_in_hour(network);
    let before = tx.read(&key)?.filter(|(other, _)| *other == hour);
    let before = before.map_or(Spent::default(), |(_, spent)| spent);
    tx.write(&key, &(hour, before + spent))
}

/// Charges the spending of a task whose crawl has moved on meanwhile.
pub(crate) fn note_spent_late(
    tx: &mut Transaction<'_>,
    lease: &Lease,
    spent: Spent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let key = rows::crawl(lease.task.crawl);
    let Some(mut crawl) = tx.read(&key)?.filter(|_| spent.requests > 0) else {
        return Ok(());
    };
    note_spent(tx, &mut crawl, lease, spent, now)?;
    tx.write(&key, &crawl)
}

/// Returns what a row with its day says of today.
pub(crate) fn today(
    tx: &Transaction<'_>,
    key: &RowKey<(u64, Spent)>,
    now: DateTime<Utc>,
) -> Result<Spent, StoreError> {
    let row = tx.read(key)?.filter(|(of, _)| *of == rows::day(now));
    Ok(row.map_or(Spent::default(), |(_, spent)| spent))
}

pub(crate) fn add_today(
    tx: &mut Transaction<'_>,
    key: &RowKey<(u64, Spent)>,
    spent: Spent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let before = today(tx, key, now)?;
    tx.write(key, &(rows::day(now), before + spent))
}
