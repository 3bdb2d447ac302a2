//! People's own API keys: given, tested, taken back, and what becomes of the searches that use them.
//!
//! A new key replaces a working one only once it is known to work, too; until then, and if it does not, the earlier one
//! stays in use.
//!
//! A crawl is paid by one person's key from its beginning to its end: by its owner's, if they have one that works when
//! they ask. Then no other person joins it, and without that key it ends. It has a budget of its own, and so needs none
//! of the places that the shared key's crawls share. Its result is there for others when it is finished.

use chrono::{DateTime, Utc};

use crate::ledger::db::erasure::mark_for_erasure;
use crate::ledger::db::rows::{self, RowKey};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say;
use crate::ledger::requests::outcome::deliver_ranking;
use crate::ledger::requests::under_way::under_way_of;
use crate::ledger::tasks::end::{end, refuse};
use crate::ledger::{Ledger, Rules};
use crate::model::{
    ChatId, Crawl, CrawlId, KeyNews, NetworkName, OwnKey, PersonId, Refusal, Say, Status,
};
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

    /// Returns all keys that people have given.
    pub fn all_own_keys(&self) -> Result<Vec<OwnKey>, StoreError> {
        let keys = self.list(&rows::own_keys(), usize::MAX)?;
        Ok(keys.into_iter().map(|(_, key)| key).collect())
    }

    /// Waits until a key is given, or one is refused.
    pub async fn key_in_doubt(&self) {
        self.wakers.key_in_doubt.notified().await;
    }

    /// Puts a key that works to use for its owner's searches, including those with a key that it replaces. They are
    /// told if it is new.
    pub async fn use_key(&self, key: &OwnKey, requests: Option<u64>) -> Result<(), StoreError> {
        let key = key.clone();
        self.transact(move |tx| {
            // It may have been taken back or replaced meanwhile.
            let Some((row, _)) = row_of(tx, &key)?.filter(|(_, there)| *there == key) else {
                return Ok(());
            };
            let own = rows::own_key(key.person, &key.network);
            if row.bytes != own.bytes {
                tx.remove(&row);
                mark_for_erasure(tx)?;
            }
            let works = OwnKey {
                works: true,
                refused_at: None,
                ..key
            };
            tx.write(&own, &works)?;
            match key.works {
                true => Ok(()),
                false => tell(tx, &works, KeyNews::Works { requests }),
            }
        })
        .await
    }

    /// Suspends a key that was refused until it is tested again, and tells its owner.
    pub async fn doubt_key(&self, key: &OwnKey) -> Result<(), StoreError> {
        let (key, now) = (key.clone(), self.clock.now());
        self.transact(move |tx| {
            let there = row_of(tx, &key)?.filter(|(_, there)| there.refused_at.is_none());
            let Some((row, there)) = there else {
                return Ok(());
            };
            let refused_at = Some(now);
            let doubted = OwnKey {
                refused_at,
                ..there
            };
            tx.write(&row, &doubted)?;
            tx.note_key_in_doubt();
            tell(tx, &key, KeyNews::Doubted)
        })
        .await
    }

    /// Erases a useless key, and tells its owner why. Returns whether it is gone: a refused one stays while one is
    /// tested that may replace it.
    pub async fn drop_key(&self, key: &OwnKey, why: KeyNews) -> Result<bool, StoreError> {
        let (key, rules, now) = (key.clone(), self.rules, self.clock.now());
        self.transact(move |tx| {
            let Some((row, _)) = row_of(tx, &key)? else {
                return Ok(true);
            };
            let [own, new] = rows_of(key.person, &key.network);
            let is_new = row.bytes == new.bytes;
            if let Some(in_use) = tx.read(&own)?.filter(|_| is_new) {
                tx.remove(&row);
                mark_for_erasure(tx)?;
                // The one in use may have waited for that.
                tx.note_key_in_doubt();
                let news = match in_use.is_in_doubt() {
                    true => KeyNews::NeitherWorks,
                    false => KeyNews::Unreplaced,
                };
                tell(tx, &key, news)?;
                return Ok(true);
            }
            if !is_new && why != KeyNews::Lost && tx.read(&new)?.is_some() {
                return Ok(false);
            }
            take_back(tx, &rules, key.person, &key.network, now)?;
            tell(tx, &key, why)?;
            Ok(true)
        })
        .await
    }

    /// Ends a crawl whose key is gone, though its owner did not take it back.
    pub async fn end_without_key(&self, id: CrawlId) -> Result<(), StoreError> {
        let (rules, now) = (self.rules, self.clock.now());
        self.transact(move |tx| {
            let crawl = tx.read(&rows::crawl(id))?;
            match crawl.filter(|crawl| crawl.is_live() && crawl.key_of.is_some()) {
                Some(mut crawl) => end_without_key(tx, &rules, &mut crawl, now),
                None => Ok(()),
            }
        })
        .await
    }
}

/// Stores a key to be tested. A working one stays in use until then; of several to be tested the last counts.
pub(crate) fn give(tx: &mut Transaction<'_>, key: &OwnKey) -> Result<(), StoreError> {
    tx.note_key_in_doubt();
    let [own, new] = rows_of(key.person, &key.network);
    let row = match tx.read(&own)?.is_some_and(|earlier| earlier.works) {
        true => new,
        false => own,
    };
    if tx.read(&row)?.is_some() {
        mark_for_erasure(tx)?;
    }
    tx.write(&row, key)
}

/// Erases a person's keys for a network, and ends the searches that use them.
pub(crate) fn take_back(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    person: PersonId,
    network: &NetworkName,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for row in rows_of(person, network) {
        tx.remove(&row);
    }
    mark_for_erasure(tx)?;
    while let Some(mut crawl) = own_crawl(tx, person, network, |_| true)? {
        end_without_key(tx, rules, &mut crawl, now)?;
    }
    Ok(())
}

/// Returns whether a key is as it was: neither taken back nor replaced, nor suspended since.
pub(crate) fn is_unchanged(tx: &Transaction<'_>, key: &OwnKey) -> Result<bool, StoreError> {
    Ok(row_of(tx, key)?.is_some_and(|(_, there)| there == *key))
}

/// Returns the row of a key, and what it holds; `None` if it is gone.
fn row_of(
    tx: &Transaction<'_>,
    key: &OwnKey,
) -> Result<Option<(RowKey<OwnKey>, OwnKey)>, StoreError> {
    for row in rows_of(key.person, &key.network) {
        let there = tx.read(&row)?;
        let is_it = |there: &OwnKey| (&there.sealed, there.given_at) == (&key.sealed, key.given_at);
        if let Some(there) = there.filter(is_it) {
            return Ok(Some((row, there)));
        }
    }
    Ok(None)
}

/// Returns the row of the key in use, and that of a key that is to replace it.
fn rows_of(person: PersonId, network: &NetworkName) -> [RowKey<OwnKey>; 2] {
    [
        rows::own_key(person, network),
        rows::new_key(person, network),
    ]
}

/// Returns the person whose own key pays for what they ask of a network, if they have one that works.
pub(crate) fn payer(
    tx: &Transaction<'_>,
    person: PersonId,
    network: &NetworkName,
) -> Result<Option<PersonId>, StoreError> {
    let key = tx.read(&rows::own_key(person, network))?;
    Ok(key.filter(|key| key.works).map(|key| key.person))
}

/// Returns a crawl in progress that a person's own key pays for.
pub(crate) fn own_crawl(
    tx: &Transaction<'_>,
    person: PersonId,
    network: &NetworkName,
    is_it: impl Fn(&Crawl) -> bool,
) -> Result<Option<Crawl>, StoreError> {
    for analysis in under_way_of(tx, person)? {
        let crawl = analysis.crawl.filter(|_| analysis.network == *network);
        let crawl = crawl
            .map(|crawl| tx.read(&rows::crawl(crawl)))
            .transpose()?;
        let crawl = crawl
            .flatten()
            .filter(|crawl| crawl.is_live() && crawl.key_of == Some(person) && is_it(crawl));
        if crawl.is_some() {
            return Ok(crawl);
        }
    }
    Ok(None)
}

/// Ends a crawl whose key is gone: with the present ranking, or a refusal. It may be asked for again.
fn end_without_key(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if crawl.reached.is_none() {
        return refuse(tx, crawl, &Refusal::KeyGone, rules.max_active, now);
    }
    for id in std::mem::take(&mut crawl.wanted_by) {
        deliver_ranking(tx, crawl, id)?;
    }
    end(tx, crawl, Status::Finished, rules.max_active, now)
}

/// In private: that chat has the number of the person.
fn tell(tx: &mut Transaction<'_>, key: &OwnKey, news: KeyNews) -> Result<(), StoreError> {
    let chat = ChatId(key.person.0.cast_signed());
    let network = key.network.clone();
    say(tx, chat, Say::Key { network, news })
}
