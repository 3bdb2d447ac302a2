//! The lists of a crawl's followers, read again and again in bounded memory.
//!
//! Their places are looked up once. They are read in the order of the files, many neighbours at a time, and fall into
//! stretches that threads can take in turn.

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, ListReading};
use crate::ledger::lists::packed;
use crate::model::{AccountId, Crawl, NetworkName, Pointer, Relation};
use crate::stores::StoreError;

/// Lists that are read together.
const STRETCH: usize = 256;

/// The lists that were read whole, of followers who follow no more accounts than a limit.
#[derive(Debug)]
pub struct Lists<'a> {
    ledger: &'a Ledger,
    network: NetworkName,
    /// Lists of one record, as they lie in the files.
    single: Vec<Pointer>,
    /// Lists without a record, and those whose pages could not be joined.
    other: Vec<Vec<Pointer>>,
}

impl<'a> Lists<'a> {
    /// Returns the lists of `followers` that are as new as `since` and have at most `limit` ids.
    pub(super) fn of(
        ledger: &'a Ledger,
        network: &NetworkName,
        followers: &[AccountId],
        since: DateTime<Utc>,
        limit: Option<u64>,
    ) -> Result<Self, StoreError> {
        let mut single = Vec::with_capacity(followers.len());
        let mut other = Vec::new();
        for follower in followers {
            let wanted = ledger.whole_list(network, follower, since, limit)?;
            match wanted.map(|whole| whole.runs) {
                None => {}
                Some(runs) if runs.len() == 1 => single.extend(runs),
                Some(runs) => other.push(runs),
            }
        }
        single.sort_unstable();
        Ok(Self {
            ledger,
            network: network.clone(),
            single,
            other,
        })
    }

    /// Returns the key of an account in these lists; `None` if none can hold it.
    pub fn key_of(&self, id: &AccountId) -> Result<Option<u64>, StoreError> {
        self.ledger.key_of(&self.network, id)
    }

    /// Returns the account that a key stands for; `None` if its row is lost.
    pub fn id_of(&self, key: u64) -> Result<Option<AccountId>, StoreError> {
        self.ledger.id_of(&self.network, key)
    }

    /// Calls `each` with the keys of every list, ascending, each once.
    pub fn for_each(&self, mut each: impl FnMut(&[u64])) -> Result<(), StoreError> {
        (0..self.stretches()).try_for_each(|stretch| self.read(stretch, &mut each))
    }

    /// Returns how many there are.
    pub fn count(&self) -> usize {
        self.single.len() + self.other.len()
    }

    /// Returns how many stretches they fall into.
    pub fn stretches(&self) -> usize {
        self.single.len().div_ceil(STRETCH) + self.other.len().div_ceil(STRETCH)
    }

    /// Calls `each` with the keys of every list of a stretch.
    pub fn read(&self, stretch: usize, each: &mut dyn FnMut(&[u64])) -> Result<(), StoreError> {
        let mut keys = Vec::new();
        if let Some(single) = self.single.chunks(STRETCH).nth(stretch) {
            return self.ledger.store.records(single, &mut |record| {
                keys.clear();
                let read = record.and_then(|record| packed::decode(record, &mut keys));
                hand_over(read, &keys, each)
            });
        }
        let stretch = stretch - self.single.len().div_ceil(STRETCH);
        for runs in self.other.chunks(STRETCH).nth(stretch).unwrap_or_default() {
            keys.clear();
            let read = runs
                .iter()
                .try_for_each(|run| packed::decode(&self.ledger.store.record(*run)?, &mut keys));
            keys.sort_unstable();
            keys.dedup();
            hand_over(read, &keys, each)?;
        }
        Ok(())
    }
}

impl Ledger {
    /// Calls `each` with the first followers of a crawl whose lists were read to their ends and have at most `limit`
    /// ids, in the reading order and at most `most` of them: with the follower's place in it, when the list was read,
    /// and its keys.
    pub fn first_lists(
        &self,
        crawl: &Crawl,
        limit: Option<u64>,
        most: usize,
        mut each: impl FnMut(u64, DateTime<Utc>, &[u64]),
    ) -> Result<(), StoreError> {
        let since = self.fresh_since(crawl);
        let mut left = most;
        for follower in self.reading_order(crawl, 0..crawl.planned as usize)? {
            if left == 0 {
                break;
            }
            let whole = self.whole_list(&crawl.network, &follower, since, limit)?;
            let Some(whole) = whole.filter(|whole| !whole.broken_off) else {
                continue;
            };
            let list = Lists {
                ledger: self,
                network: crawl.network.clone(),
                single: Vec::new(),
                other: vec![whole.runs],
            };
            let place = self.order.place(&crawl.network, &follower);
            list.for_each(|keys| {
                left -= 1;
                each(place, whole.at, keys);
            })?;
        }
        Ok(())
    }

    /// Returns the accounts that a follower follows, if they were read since `since` and are at most `limit`.
    fn whole_list(
        &self,
        network: &NetworkName,
        follower: &AccountId,
        since: DateTime<Utc>,
        limit: Option<u64>,
    ) -> Result<Option<ListReading>, StoreError> {
        let key = rows::follow_list(&self.order, network, Relation::Following, follower);
        let whole = self.get(&key)?.and_then(|list| list.whole);
        Ok(whole.filter(|whole| whole.at >= since && limit.is_none_or(|limit| whole.ids <= limit)))
    }
}

fn hand_over(
    read: Result<(), StoreError>,
    keys: &[u64],
    each: &mut dyn FnMut(&[u64]),
) -> Result<(), StoreError> {
    match read {
        // One list of thousands; to stop for it would stop for it at every start.
        Err(StoreError::Corrupt(reason)) => {
            tracing::error!(%reason, "left a damaged list out");
            Ok(())
        }
        read => read.map(|()| each(keys)),
    }
}
