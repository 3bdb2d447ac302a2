//! Keys of people's own: given, tried, taken back, and which of them a crawl goes by.
//!
//! A crawl goes by the key of the first of those who want it who has one. It then has a budget of its own, and
//! so needs none of the places that those share who go by everybody's.

use chrono::{DateTime, Utc};

use crate::ledger::forget::leave_no_trace;
use crate::ledger::outbox::say;
use crate::ledger::pipeline::{start_waiting, take_turn};
use crate::ledger::rows;
use crate::ledger::transaction::Transaction;
use crate::ledger::under_way::OF_PERSON;
use crate::ledger::{Ledger, Rules};
use crate::model::{ChatId, Crawl, KeyNews, NetworkName, OwnKey, PersonId, Say, Status};
use crate::stores::StoreError;

impl Ledger {
    pub fn own_key(
        &self,
        person: PersonId,
        network: &NetworkName,
    ) -> Result<Option<OwnKey>, StoreError> {
        self.get(&rows::own_key(person, network))
    }

    pub fn own_keys_of(&self, person: PersonId) -> Result<Vec<OwnKey>, StoreError> {
        let keys = self.list(&rows::own_keys_of(person), usize::MAX)?;
        Ok(keys.into_iter().map(|(_, key)| key).collect())
    }

    /// The keys of which it is not known whether they work.
    pub fn untried_keys(&self) -> Result<Vec<OwnKey>, StoreError> {
        let keys = self.list(&rows::own_keys(), usize::MAX)?.into_iter();
        Ok(keys.map(|(_, key)| key).filter(|key| !key.works).collect())
    }

    /// Waits until somebody has given a key.
    pub async fn key_given(&self) {
        self.bells.key_given.notified().await;
    }

    /// Lets the searches of its owner go by a key that works.
    pub async fn use_key(&self, key: &OwnKey, requests: Option<u64>) -> Result<(), StoreError> {
        let (key, rules, now) = (key.clone(), self.rules, self.clock.now());
        self.transact(move |tx| {
            let row = rows::own_key(key.person, &key.network);
            // It may have been taken back meanwhile, or be another.
            if tx.read(&row)?.as_ref() != Some(&key) {
                return Ok(());
            }
            let works = OwnKey { works: true, ..key };
            tx.write(&row, &works)?;
            choose_anew(tx, &rules, works.person, &works.network, now)?;
            tell(tx, &works, KeyNews::Works { requests })
        })
        .await
    }

    /// Erases a key that is of no use, and tells its owner why.
    pub async fn drop_key(&self, key: &OwnKey, why: KeyNews) -> Result<(), StoreError> {
        let (key, rules, now) = (key.clone(), self.rules, self.clock.now());
        self.transact(move |tx| {
            let there = tx.read(&rows::own_key(key.person, &key.network))?;
            if there.is_none_or(|there| there.given_at != key.given_at) {
                return Ok(());
            }
            take_back(tx, &rules, key.person, &key.network, now)?;
            tell(tx, &key, why)
        })
        .await
    }
}

/// Keeps a key to be tried, in the place of an earlier one, by which nothing goes any more.
pub(super) fn give(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    key: &OwnKey,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.note_key();
    let row = rows::own_key(key.person, &key.network);
    if tx.read(&row)?.is_some() {
        leave_no_trace(tx)?;
    }
    tx.write(&row, key)?;
    choose_anew(tx, rules, key.person, &key.network, now)
}

/// Erases a key. What went by it goes by another's or everybody's.
pub(super) fn take_back(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    person: PersonId,
    network: &NetworkName,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.remove(&rows::own_key(person, network));
    leave_no_trace(tx)?;
    choose_anew(tx, rules, person, network, now)
}

/// Whether searches of a person go by a key of their own.
pub(super) fn has_key(
    tx: &Transaction<'_>,
    person: PersonId,
    network: &NetworkName,
) -> Result<bool, StoreError> {
    let key = tx.read(&rows::own_key(person, network))?;
    Ok(key.is_some_and(|key| key.works))
}

/// Chooses by whose key a crawl goes, after others want it than before. The caller writes the crawl.
pub(super) fn choose_key(
    tx: &mut Transaction<'_>,
    max_active: u32,
    crawl: &mut Crawl,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let chosen = first_with_a_key(tx, crawl)?;
    let had = std::mem::replace(&mut crawl.key_of, chosen).is_some();
    match (&crawl.status, had, chosen.is_some()) {
        (Status::Queued, false, true) => {
            tx.remove(&rows::queued(crawl.priority, crawl.id));
            tx.note_line();
            take_turn(tx, crawl, now)
        }
        (Status::Active, false, true) => {
            tx.remove(&rows::active(crawl.id));
            start_waiting(tx, max_active, now).map(drop)
        }
        // It is at work: it goes on, though that may be one more than there is room for.
        (Status::Active, true, false) => tx.write(&rows::active(crawl.id), &crawl.id),
        _ => Ok(()),
    }
}

fn first_with_a_key(tx: &Transaction<'_>, crawl: &Crawl) -> Result<Option<PersonId>, StoreError> {
    for id in &crawl.wanted_by {
        let analysis = tx.read(&rows::analysis(*id))?;
        let Some(person) = analysis.map(|analysis| analysis.person) else {
            continue;
        };
        if has_key(tx, person, &crawl.network)? {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

/// The same for all crawls on a network that a person wants.
fn choose_anew(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    person: PersonId,
    network: &NetworkName,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for (_, id) in tx.first(&rows::all_of_person(person), OF_PERSON)? {
        let analysis = tx.read(&rows::analysis(id))?;
        let running =
            analysis.filter(|analysis| analysis.outcome.is_none() && analysis.network == *network);
        let Some(crawl) = running.and_then(|analysis| analysis.crawl) else {
            continue;
        };
        if let Some(mut crawl) = tx.read(&rows::crawl(crawl))?.filter(Crawl::is_live) {
            choose_key(tx, rules.max_active, &mut crawl, now)?;
            tx.write(&rows::crawl(crawl.id), &crawl)?;
        }
    }
    Ok(())
}

/// In private: that chat has the number of the person.
fn tell(tx: &mut Transaction<'_>, key: &OwnKey, news: KeyNews) -> Result<(), StoreError> {
    let chat = ChatId(key.person.0.cast_signed());
    let network = key.network.clone();
    say(tx, chat, Say::Key { network, news })
}
