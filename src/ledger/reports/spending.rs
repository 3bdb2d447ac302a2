//! What was spent: by each crawl, and by the day on each network: by the shared key, by people's own keys, and for
//! whose look-ups.

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, Key};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::people::own_keys::is_there;
use crate::ledger::people::quota::{asked_by, note_had};
use crate::ledger::tasks::complete::add;
use crate::ledger::tasks::lease::held;
use crate::ledger::tasks::reserve::{Cap, Caps, Fit, fit};
use crate::model::{Crawl, Lease, NetworkName, OwnKey, PersonId, Spent};
use crate::stores::StoreError;

/// Whether a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    Sent,
    /// The task or its key is not what it was.
    Stale,
    /// What is out may cost less than what was asked for; until that is known there is no room for more.
    Waits,
    /// There is no money left for it.
    Over(Cap),
}

impl Ledger {
    /// What was spent on a network on the present day (UTC).
    pub fn spent_today(&self, network: &NetworkName) -> Result<Spent, StoreError> {
        self.today(&rows::spent(network, day(self.clock.now())))
    }

    /// What a person's own key has paid for on the present day.
    pub fn paid_today(&self, person: PersonId, network: &NetworkName) -> Result<Spent, StoreError> {
        self.today(&rows::paid_by(person, network))
    }

    /// Enters into a lease what is about to be asked by it, which is then paid for, whatever becomes of the worker:
    /// if the lease is good, the crawl neither over nor suspended, the key of its owner's own, if it goes by one,
    /// still `key`, and if it fits into what may be spent.
    pub async fn note_sent(
        &self,
        lease: &Lease,
        key: Option<&OwnKey>,
        asked: Spent,
        caps: &Caps,
    ) -> Result<Entered, StoreError> {
        let (lease, key, caps, now) = (lease.clone(), key.cloned(), *caps, self.clock.now());
        self.transact(move |tx| {
            if let Some(key) = &key
                && !is_there(tx, key)?
            {
                return Ok(Entered::Stale);
            }
            let Some(mut held) = held(tx, &lease)? else {
                return Ok(Entered::Stale);
            };
            let crawl = tx.read(&rows::crawl(lease.task.crawl))?;
            let Some(crawl) = crawl.filter(Crawl::is_at_work) else {
                return Ok(Entered::Stale);
            };
            // It may have waited since yesterday.
            if held
                .asked_by
                .as_ref()
                .is_some_and(|who| who.day != day(now))
            {
                held.asked_by = asked_by(tx, &crawl, now)?;
            }
            match fit(tx, &caps, (&crawl, &held), asked, now)? {
                Fit::Fits => {}
                Fit::Perhaps => return Ok(Entered::Waits),
                Fit::Over(cap) => return Ok(Entered::Over(cap)),
            }
            held.sent = held.sent + asked;
            tx.write(&rows::leased(lease.task.id), &held)?;
            Ok(Entered::Sent)
        })
        .await
    }

    /// Charges to a key what is about to be asked to try it. Returns whether it may be: the key may be gone.
    pub async fn note_tried(&self, key: &OwnKey, asked: Spent) -> Result<bool, StoreError> {
        let (key, now) = (key.clone(), self.clock.now());
        self.transact(move |tx| {
            if !is_there(tx, &key)? {
                return Ok(false);
            }
            add_today(tx, &rows::paid_by(key.person, &key.network), asked, now)?;
            Ok(true)
        })
        .await
    }

    fn today(&self, key: &Key<(u64, Spent)>) -> Result<Spent, StoreError> {
        let today = day(self.clock.now());
        let row = self.get(key)?.filter(|(day, _)| *day == today);
        Ok(row.map_or(Spent::default(), |(_, spent)| spent))
    }

    /// What was spent on a network in the present hour.
    pub fn spent_this_hour(&self, network: &NetworkName) -> Result<Spent, StoreError> {
        let now = hour(self.clock.now());
        let row = self.get(&rows::spent_in_hour(network))?;
        let row = row.filter(|(hour, _)| *hour == now);
        Ok(row.map_or(Spent::default(), |(_, spent)| spent))
    }
}

/// Charges what a task has taken to the key that has paid for it, which its lease names.
pub(in crate::ledger) fn note_spent(
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
            add(&mut crawl.requests[stage], spent.requests);
            add(&mut crawl.answered, spent.accounts);
        }
        // What was told of its result stays true.
        false => crawl.late = crawl.late + spent,
    }
    if let Some(person) = lease.key_of {
        return add_today(tx, &rows::paid_by(person, &crawl.network), spent, now);
    }
    charge(tx, &crawl.network, spent, now)?;
    let Some(who) = &lease.asked_by else {
        return Ok(());
    };
    note_had(tx, who, |had| {
        let sum = had.looked_up.entry(crawl.network.clone()).or_default();
        *sum = *sum + spent;
    })
}

/// Charges to the shared key what was asked of a network.
pub(in crate::ledger) fn charge(
    tx: &mut Transaction<'_>,
    network: &NetworkName,
    spent: Spent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if spent.requests == 0 {
        return Ok(());
    }
    add_today(tx, &rows::spent(network, day(now)), spent, now)?;
    let hour = hour(now);
    let key = rows::spent_in_hour(network);
    let before = tx.read(&key)?.filter(|(other, _)| *other == hour);
    let before = before.map_or(Spent::default(), |(_, spent)| spent);
    tx.write(&key, &(hour, before + spent))
}

/// Charges what a task has taken whose crawl has moved on meanwhile.
pub(in crate::ledger) fn note_spent_late(
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

/// What a row of days tells of the present one.
pub(in crate::ledger) fn today(
    tx: &Transaction<'_>,
    key: &Key<(u64, Spent)>,
    now: DateTime<Utc>,
) -> Result<Spent, StoreError> {
    let row = tx.read(key)?.filter(|(of, _)| *of == day(now));
    Ok(row.map_or(Spent::default(), |(_, spent)| spent))
}

fn add_today(
    tx: &mut Transaction<'_>,
    key: &Key<(u64, Spent)>,
    spent: Spent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let before = today(tx, key, now)?;
    tx.write(key, &(day(now), before + spent))
}

/// Hours since 1970.
fn hour(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp().div_euclid(3_600)).unwrap_or(0)
}

/// Days since 1970.
pub(in crate::ledger) fn day(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp().div_euclid(86_400)).unwrap_or(0)
}
