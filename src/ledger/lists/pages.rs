//! How lists grow, page by page.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows::{self, FollowList, ListReading};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::lists::id_keys::key_for;
use crate::ledger::lists::packed;
use crate::model::{
    AccountId, CrawlId, Cursor, ListEnd, NetworkName, Onward, Pointer, Relation, Unreadable,
};
use crate::stores::StoreError;

/// A page of an account's list, the cursor that asked for it, and what comes after it; without `asked` a new reading
/// begins.
pub(crate) struct ListPage<'a> {
    pub(crate) relation: Relation,
    pub(crate) account: &'a AccountId,
    pub(crate) ids: &'a [AccountId],
    /// Items on it that could not be read.
    pub(crate) lost: u64,
    pub(crate) asked: Option<Cursor>,
    pub(crate) onward: Onward,
}

/// What adding a page has made of a list.
pub(crate) enum Added {
    /// Nothing was added: another crawl has added this page in the meantime, or the beginning is gone. The row says
    /// which.
    Nothing,
    More,
    Whole {
        broken_off: bool,
    },
}

/// Adds a page to the present reading of a list.
pub(crate) fn add_to_list(
    tx: &mut Transaction<'_>,
    network: &NetworkName,
    page: ListPage<'_>,
    now: DateTime<Utc>,
) -> Result<Added, StoreError> {
    let key = rows::follow_list(tx.order(), network, page.relation, page.account);
    let mut list: FollowList = tx.read(&key)?.unwrap_or_default();
    let mut reading = match (page.asked, list.reading.take()) {
        (None, _) => ListReading {
            runs: Vec::new(),
            pages: 0,
            ids: 0,
            at: now,
            next: None,
            broken_off: false,
        },
        (asked, Some(reading)) if reading.next == asked => reading,
        _ => return Ok(Added::Nothing),
    };
    reading.pages = reading.pages.saturating_add(1);
    reading.broken_off |= page.lost > 0;
    let is_last = matches!(page.onward, Onward::End(_));
    add_page(tx, network, &mut reading, page.ids, is_last)?;
    let added = match page.onward {
        Onward::Next(next) => {
            reading.next = Some(next);
            list.reading = Some(reading);
            Added::More
        }
        Onward::End(end) => {
            let broken_off = reading.broken_off || end != ListEnd::Complete;
            reading.next = None;
            reading.broken_off = broken_off;
            list = FollowList {
                whole: Some(reading),
                ..FollowList::default()
            };
            Added::Whole { broken_off }
        }
    };
    tx.write(&key, &list)?;
    Ok(added)
}

/// Notes that a list can't be read, and which crawl says so.
pub(crate) fn give_up_list(
    tx: &mut Transaction<'_>,
    network: &NetworkName,
    relation: Relation,
    account: &AccountId,
    why: Unreadable,
    (by, now): (CrawlId, DateTime<Utc>),
) -> Result<(), StoreError> {
    let key = rows::follow_list(tx.order(), network, relation, account);
    let mut list: FollowList = tx.read(&key)?.unwrap_or_default();
    list.reading = None;
    // No word of the network, so other crawls try again.
    match why {
        Unreadable::GivenUp => list.given_up = Some((by, now)),
        _ => list.unreadable = Some((why, now)),
    }
    tx.write(&key, &list)
}

/// Writes ids as one record, ascending, each once.
pub(crate) fn append_ids(
    tx: &mut Transaction<'_>,
    network: &NetworkName,
    ids: &[AccountId],
) -> Result<Pointer, StoreError> {
    let keys = keys_for(tx, network, ids)?;
    tx.append(&packed::encode(&keys))
}

/// Adds a page to a reading; the last one makes one record of all.
fn add_page(
    tx: &mut Transaction<'_>,
    network: &NetworkName,
    reading: &mut ListReading,
    ids: &[AccountId],
    is_last: bool,
) -> Result<(), StoreError> {
    let mut keys = keys_for(tx, network, ids)?;
    let records = reading.runs.len() + usize::from(!keys.is_empty());
    if is_last && records > 1 {
        match with_pages(tx, &reading.runs, &keys) {
            Ok(all) => {
                keys = all;
                reading.runs.clear();
                reading.ids = 0;
            }
            // The list stays in its pages, and its readers find the damage.
            Err(StoreError::Corrupt(_)) => {}
            Err(error) => return Err(error),
        }
    }
    if !keys.is_empty() {
        reading.runs.push(tx.append(&packed::encode(&keys))?);
        reading.ids = reading.ids.saturating_add(keys.len() as u64);
    }
    Ok(())
}

/// Returns the keys of earlier pages and of the last one.
fn with_pages(
    tx: &Transaction<'_>,
    pages: &[Pointer],
    last: &[u64],
) -> Result<Vec<u64>, StoreError> {
    let mut keys = last.to_vec();
    for page in pages {
        packed::decode(&tx.record(*page)?, &mut keys)?;
    }
    // Pages can overlap when a list changes while it is read.
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}

/// Returns the keys of ids, ascending, each once.
fn keys_for(
    tx: &mut Transaction<'_>,
    network: &NetworkName,
    ids: &[AccountId],
) -> Result<Vec<u64>, StoreError> {
    let keys = ids.iter().map(|id| key_for(tx, network, id));
    let mut keys: Vec<u64> = keys.collect::<Result<_, _>>()?;
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}
