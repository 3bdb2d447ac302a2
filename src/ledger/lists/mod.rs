//! Lists of account ids: the accounts that an account follows, and its followers.
//!
//! A record is one page or one list: the keys of its ids, ascending, each once. A list of several pages becomes one
//! record when its last page arrives, so that it is read at once ever after; its pages stay as garbage that goes with
//! their segment.

pub(super) mod id_keys;
mod order;
mod packed;
mod pages;
pub(super) mod profile_cache;
mod read;
mod shared_followers;
mod state;

use chrono::{DateTime, TimeDelta, Utc};
use rustc_hash::FxHashSet;

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, FollowList};
use crate::model::{AccountId, Crawl, NetworkName, Pointer, Relation};
use crate::stores::StoreError;

pub(crate) use order::append_order;
pub use read::Lists;
pub use shared_followers::SharedFollowers;
pub use state::ListState;

pub(crate) use pages::{Added, ListPage, add_to_list, append_ids, give_up_list};

/// Rows that are read together.
const BATCH: usize = 1_024;

impl Ledger {
    /// Returns the time since which facts are fresh enough for a crawl. It is fixed when the crawl starts, so that one
    /// that takes days gets the same answer whenever it asks.
    pub fn fresh_since(&self, crawl: &Crawl) -> DateTime<Utc> {
        let fresh_for = TimeDelta::from_std(self.rules.fresh_for).unwrap_or(TimeDelta::MAX);
        let turn = crawl.started_at.unwrap_or(crawl.created_at);
        let since = turn.checked_sub_signed(fresh_for);
        since.unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// Returns the followers listed so far, each once, ascending by id.
    pub fn listed_followers(&self, crawl: &Crawl) -> Result<Vec<AccountId>, StoreError> {
        let mut ids = Vec::new();
        for (_, pointer) in self.list(&rows::follower_pages(crawl.id), usize::MAX)? {
            ids.extend(self.ids_at(&crawl.network, pointer)?);
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// Returns whether a page of the target's followers has an account that was not listed before.
    pub fn lists_anybody_new(&self, crawl: &Crawl, ids: &[AccountId]) -> Result<bool, StoreError> {
        let pages = self.list(&rows::follower_pages(crawl.id), usize::MAX)?;
        let pages = pages.into_iter().map(|(_, page)| page);
        self.any_new(&crawl.network, ids, pages)
    }

    /// Returns whether a page of an account's list has an account that was not read before.
    pub fn reads_anybody_new(
        &self,
        crawl: &Crawl,
        relation: Relation,
        account: &AccountId,
        ids: &[AccountId],
    ) -> Result<bool, StoreError> {
        let key = rows::follow_list(&self.order, &crawl.network, relation, account);
        let list = self.get(&key)?;
        let reading = list.and_then(|list| list.reading);
        let pages = reading.into_iter().flat_map(|reading| reading.runs);
        self.any_new(&crawl.network, ids, pages)
    }

    /// Returns the lists of the followers that a crawl has taken on, but for those longer than `limit`.
    pub fn lists(&self, crawl: &Crawl, limit: Option<u64>) -> Result<Lists<'_>, StoreError> {
        let followers = self.reading_order(crawl, 0..crawl.planned as usize)?;
        let since = self.fresh_since(crawl);
        Lists::of(self, &crawl.network, &followers, since, limit)
    }

    /// Returns some lists on a crawl's network, at most `most`, of accounts that are not among its followers: the first
    /// in the reading order of those that were read for other crawls.
    pub fn lists_elsewhere(&self, crawl: &Crawl, most: usize) -> Result<Lists<'_>, StoreError> {
        let followers: FxHashSet<u64> = self.ordered_keys(crawl)?.into_iter().collect();
        let since = self.fresh_since(crawl);
        let mut first = Vec::new();
        let all = rows::follow_lists_of(&crawl.network);
        let mut from = all.bytes.clone();
        while first.len() < most {
            let rows = self.range::<FollowList>(&from, &all.end(), BATCH)?;
            let Some((last, _)) = rows.last() else { break };
            from = last.clone();
            from.push(0);
            for (key, list) in rows {
                let is_read = list.whole.is_some_and(|whole| whole.at >= since);
                let id = rows::account_of_follow_list(&key, &all);
                let Some(id) = id.filter(|_| is_read) else {
                    continue;
                };
                let key = self.key_of(&crawl.network, &id)?;
                if key.is_none_or(|key| !followers.contains(&key)) {
                    first.push(id);
                }
            }
        }
        first.truncate(most);
        Lists::of(self, &crawl.network, &first, since, None)
    }

    /// Returns the ids in a record.
    fn ids_at(&self, network: &NetworkName, at: Pointer) -> Result<Vec<AccountId>, StoreError> {
        let mut keys = Vec::new();
        packed::decode(&self.store.record(at)?, &mut keys)?;
        self.ids_of(network, &keys)
    }

    fn ids_of(&self, network: &NetworkName, keys: &[u64]) -> Result<Vec<AccountId>, StoreError> {
        let mut ids = Vec::with_capacity(keys.len());
        for key in keys {
            match self.id_of(network, *key)? {
                Some(id) => ids.push(id),
                // One account of thousands.
                None => tracing::error!(%network, key, "left an account out whose id is lost"),
            }
        }
        Ok(ids)
    }

    /// Reads all pages again, so that nothing has to be remembered: a thousand pages take milliseconds, and the next
    /// request is further away than that.
    fn any_new(
        &self,
        network: &NetworkName,
        ids: &[AccountId],
        pages: impl Iterator<Item = Pointer>,
    ) -> Result<bool, StoreError> {
        let mut new = Vec::with_capacity(ids.len());
        for id in ids {
            match self.key_of(network, id)? {
                Some(key) => new.push(key),
                None => return Ok(true),
            }
        }
        for page in pages {
            let mut known = Vec::new();
            packed::decode(&self.store.record(page)?, &mut known)?;
            new.retain(|key| known.binary_search(key).is_err());
            if new.is_empty() {
                break;
            }
        }
        Ok(!new.is_empty())
    }
}
