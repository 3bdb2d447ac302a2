//! Followers that a target shares with a candidate, counted in the candidate's own list of followers.

use std::cmp::Ordering;

use crate::ledger::Ledger;
use crate::ledger::db::rows;
use crate::ledger::lists::packed;
use crate::model::{AccountId, Crawl, Pointer, Relation};
use crate::stores::StoreError;

/// What a candidate's own list of followers says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedFollowers {
    /// The list was not read to its end yet.
    Unknown,
    /// The list can't be read whole.
    Never,
    /// This many of the target's followers are in it; it took this many pages.
    Counted { followers: u64, pages: u64 },
}

impl Ledger {
    /// Returns the keys of the followers of a crawl's target, ascending, for [`Ledger::shared_followers`].
    pub fn follower_keys(&self, crawl: &Crawl) -> Result<Vec<u64>, StoreError> {
        let mut keys = self.ordered_keys(crawl)?;
        keys.sort_unstable();
        Ok(keys)
    }

    /// Returns the followers of an account, and the number of their pages, if all are known.
    pub fn known_followers(
        &self,
        crawl: &Crawl,
        account: &AccountId,
    ) -> Result<Option<(Vec<AccountId>, u64)>, StoreError> {
        let key = rows::follow_list(&self.order, &crawl.network, Relation::Followers, account);
        let since = self.fresh_since(crawl);
        let whole = self.get(&key)?.and_then(|list| list.whole);
        let Some(whole) = whole.filter(|whole| whole.at >= since && !whole.broken_off) else {
            return Ok(None);
        };
        let mut ids = Vec::new();
        for page in whole.runs {
            match self.ids_at(&crawl.network, page) {
                Ok(more) => ids.extend(more),
                Err(StoreError::Corrupt(_)) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some((ids, whole.pages.max(1))))
    }

    /// Returns how many of the `followers` of a crawl's target are in a candidate's list of followers.
    pub fn shared_followers(
        &self,
        crawl: &Crawl,
        candidate: &AccountId,
        followers: &[u64],
    ) -> Result<SharedFollowers, StoreError> {
        let since = self.fresh_since(crawl);
        let key = rows::follow_list(&self.order, &crawl.network, Relation::Followers, candidate);
        let list = self.get(&key)?.unwrap_or_default();
        if let Some(whole) = list.whole.filter(|whole| whole.at >= since) {
            if whole.broken_off {
                return Ok(SharedFollowers::Never);
            }
            return match self.count(&whole.runs, followers) {
                Ok(found) => Ok(SharedFollowers::Counted {
                    followers: found,
                    pages: whole.pages.max(1),
                }),
                Err(StoreError::Corrupt(reason)) => {
                    tracing::error!(%reason, "left a damaged list out");
                    Ok(SharedFollowers::Never)
                }
                Err(error) => Err(error),
            };
        }
        let refused = list.unreadable.is_some_and(|(_, at)| at >= since);
        let given_up = list.given_up.is_some_and(|(by, _)| by == crawl.id);
        Ok(match refused || given_up {
            true => SharedFollowers::Never,
            false => SharedFollowers::Unknown,
        })
    }

    /// Returns the first of a crawl's followers, in the reading order, who follow an account, as far as their lists
    /// were read: at most `most` of the first `among`.
    pub fn followers_in_common(
        &self,
        crawl: &Crawl,
        account: &AccountId,
        among: usize,
        most: usize,
    ) -> Result<Vec<AccountId>, StoreError> {
        let Some(key) = self.key_of(&crawl.network, account)? else {
            return Ok(Vec::new());
        };
        let since = self.fresh_since(crawl);
        let mut common = Vec::new();
        for follower in self.reading_order(crawl, 0..among.min(crawl.planned as usize))? {
            if common.len() >= most {
                break;
            }
            let (order, network) = (&self.order, &crawl.network);
            let row = rows::follow_list(order, network, Relation::Following, &follower);
            let whole = self.get(&row)?.and_then(|list| list.whole);
            let Some(whole) = whole.filter(|whole| whole.at >= since) else {
                continue;
            };
            match self.count(&whole.runs, &[key]) {
                Ok(0) | Err(StoreError::Corrupt(_)) => {}
                Ok(_) => common.push(follower),
                Err(error) => return Err(error),
            }
        }
        Ok(common)
    }

    fn count(&self, pages: &[Pointer], followers: &[u64]) -> Result<u64, StoreError> {
        let mut keys = Vec::new();
        for page in pages {
            packed::decode(&self.store.record(*page)?, &mut keys)?;
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(in_both(&keys, followers))
    }
}

/// Returns how many numbers two ascending lists have in common.
fn in_both(mut one: &[u64], mut other: &[u64]) -> u64 {
    let mut found = 0;
    while let ([first, rest @ ..], [second, others @ ..]) = (one, other) {
        match first.cmp(second) {
            Ordering::Less => one = rest,
            Ordering::Greater => other = others,
            Ordering::Equal => {
                found += 1;
                (one, other) = (rest, others);
            }
        }
    }
    found
}
