//! Keys of people's own: given, tried, taken back, and what becomes of the searches that go by one.
//!
//! A new key replaces one that works when it is known to work too; until then, and if it does not, the earlier one stays
//! in use.
//!
//! A crawl is paid for by one person's key from its beginning to its end. It is its owner's if they have one that works
//! when they ask; then nobody else joins it, and without that key it ends. It has a budget of its own, and so needs none of
//! the places that those share whom the shared key pays for. What it has found is there for others when it is finished.

use chrono::{DateTime, Utc};

use crate::ledger::db::erasure::leave_no_trace;
use crate::ledger::db::rows::{self, Key};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say;
use crate::ledger::requests::outcome::hand_over;
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

    /// All keys that people have given.
    pub fn all_own_keys(&self) -> Result<Vec<OwnKey>, StoreError> {
        let keys = self.list(&rows::own_keys(), usize::MAX)?;
        Ok(keys.into_iter().map(|(_, key)| key).collect())
    }

    /// Waits until somebody has given a key, or one is refused.
    pub async fn key_in_doubt(&self) {
        self.bells.key_in_doubt.notified().await;
    }

    /// Lets the searches of its owner go by a key that works, those too that have gone by one that it replaces. They
    /// are told when it is new.
    pub async fn use_key(&self, key: &OwnKey, requests: Option<u64>) -> Result<(), StoreError> {
        let key = key.clone();
        self.transact(move |tx| {
            // It may have been taken back meanwhile, or be another.
            let Some((row, _)) = row_of(tx, &key)?.filter(|(_, there)| *there == key) else {
                return Ok(());
            };
            let own = rows::own_key(key.person, &key.network);
            if row.bytes != own.bytes {
                tx.remove(&row);
                leave_no_trace(tx)?;
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

    /// Has nothing go by a key that is refused until it is tried once more, and tells its owner.
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
            tx.note_key();
            tell(tx, &key, KeyNews::Doubted)
        })
        .await
    }

    /// Erases a key that is of no use, and tells its owner why. Returns whether it is gone: a refused one stays while
    /// one is tried that may replace it.
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
                leave_no_trace(tx)?;
                // The one in use may have waited for that.
                tx.note_key();
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

    /// Ends a crawl whose key is gone without anybody having said so.
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

/// Keeps a key to be tried. One that works stays in use until then; of those that are to be tried the last counts.
pub(in crate::ledger) fn give(tx: &mut Transaction<'_>, key: &OwnKey) -> Result<(), StoreError> {
    tx.note_key();
    let [own, new] = rows_of(key.person, &key.network);
    let row = match tx.read(&own)?.is_some_and(|earlier| earlier.works) {
        true => new,
        false => own,
    };
    if tx.read(&row)?.is_some() {
        leave_no_trace(tx)?;
    }
    tx.write(&row, key)
}

/// Erases what there is of a key for a network, and ends the searches that go by it.
pub(in crate::ledger) fn take_back(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    person: PersonId,
    network: &NetworkName,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for row in rows_of(person, network) {
        tx.remove(&row);
    }
    leave_no_trace(tx)?;
    while let Some(mut crawl) = own_crawl(tx, person, network, |_| true)? {
        end_without_key(tx, rules, &mut crawl, now)?;
    }
    Ok(())
}

/// Whether a key is there as it was: neither taken back nor replaced, nor in doubt since.
pub(in crate::ledger) fn is_unchanged(
    tx: &Transaction<'_>,
    key: &OwnKey,
) -> Result<bool, StoreError> {
    Ok(row_of(tx, key)?.is_some_and(|(_, there)| there == *key))
}

/// The row of a key, and what it holds; `None` if it is gone.
fn row_of(tx: &Transaction<'_>, key: &OwnKey) -> Result<Option<(Key<OwnKey>, OwnKey)>, StoreError> {
    for row in rows_of(key.person, &key.network) {
        let there = tx.read(&row)?;
        let is_it = |there: &OwnKey| (&there.sealed, there.given_at) == (&key.sealed, key.given_at);
        if let Some(there) = there.filter(is_it) {
            return Ok(Some((row, there)));
        }
    }
    Ok(None)
}

/// That of the key in use, and that of one that is to replace it.
fn rows_of(person: PersonId, network: &NetworkName) -> [Key<OwnKey>; 2] {
    [
        rows::own_key(person, network),
        rows::new_key(person, network),
    ]
}

/// Whose own key pays for what a person asks of a network: theirs, if they have one that works.
pub(in crate::ledger) fn payer(
    tx: &Transaction<'_>,
    person: PersonId,
    network: &NetworkName,
) -> Result<Option<PersonId>, StoreError> {
    let key = tx.read(&rows::own_key(person, network))?;
    Ok(key.filter(|key| key.works).map(|key| key.person))
}

/// A crawl under way that a person's own key pays for.
pub(in crate::ledger) fn own_crawl(
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

/// Ends a crawl whose key is gone: with what there is, or with a sentence. It may be asked for again.
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
        hand_over(tx, crawl, id)?;
    }
    end(tx, crawl, Status::Finished, rules.max_active, now)
}

/// In private: that chat has the number of the person.
fn tell(tx: &mut Transaction<'_>, key: &OwnKey, news: KeyNews) -> Result<(), StoreError> {
    let chat = ChatId(key.person.0.cast_signed());
    let network = key.network.clone();
    say(tx, chat, Say::Key { network, news })
}
