//! The followers of the target, from the first page to the reading order.
//!
//! 1. `followers` opens with the first page, or with all followers where another crawl has listed them.
//! 2. Each page becomes a record; the task of the next page takes the place of its own.
//! 3. After the last page no task is left, and the crawl moves on to `subscriptions`.
//! 4. That opens by putting all followers into the reading order, and the pages are removed.

use crate::ledger::db::rows::{self, FollowList, ListReading};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::lists::{append_ids, append_order};
use crate::ledger::tasks::stage::remove_follower_pages;
use crate::model::{AccountId, Crawl, ListEnd, Pointer, Relation};
use crate::stores::StoreError;

/// Adds a page of the target's followers; `lost` items on it could not be read.
pub(super) fn add_page(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    ids: &[AccountId],
    lost: u64,
    end: Option<ListEnd>,
) -> Result<(), StoreError> {
    crawl.followers.lost = crawl.followers.lost.saturating_add(lost);
    append_page(tx, crawl, ids, end)
}

/// Adds all of the target's followers, listed in this many pages for another crawl.
pub(super) fn add_all(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    ids: &[AccountId],
    pages: u64,
) -> Result<(), StoreError> {
    crawl.followers.saved = crawl.followers.saved.saturating_add(pages);
    append_page(tx, crawl, ids, Some(ListEnd::Complete))
}

/// Puts the target's followers into the order in which their lists are read.
pub(super) fn put_in_order(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    ids: Vec<AccountId>,
) -> Result<(), StoreError> {
    let (order, listed) = append_order(tx, &crawl.network, ids)?;
    crawl.followers.listed = listed as u64;
    crawl.reading_order = Some(order);
    remove_follower_pages(tx, crawl.id)?;
    note_followers(tx, crawl, order)
}

fn append_page(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    ids: &[AccountId],
    end: Option<ListEnd>,
) -> Result<(), StoreError> {
    if !ids.is_empty() {
        let pointer = append_ids(tx, &crawl.network, ids)?;
        tx.write(
            &rows::follower_page(crawl.id, crawl.followers.pages),
            &pointer,
        )?;
        crawl.followers.pages = crawl.followers.pages.saturating_add(1);
        crawl.followers.listed = crawl.followers.listed.saturating_add(ids.len() as u64);
    }
    crawl.followers.end = end.or(crawl.followers.end);
    Ok(())
}

/// Makes the target's followers known to other crawls: all are in the record of the reading order.
fn note_followers(
    tx: &mut Transaction<'_>,
    crawl: &Crawl,
    order: Pointer,
) -> Result<(), StoreError> {
    let (Some(target), Some(ListEnd::Complete)) = (&crawl.profile, crawl.followers.end) else {
        return Ok(());
    };
    let key = rows::follow_list(tx.order(), &crawl.network, Relation::Followers, &target.id);
    let whole = ListReading {
        runs: vec![order],
        ids: crawl.followers.listed,
        at: crawl.started_at.unwrap_or(crawl.created_at),
        pages: crawl.followers.pages.into(),
        next: None,
        broken_off: false,
    };
    let list = FollowList {
        whole: Some(whole),
        ..FollowList::default()
    };
    tx.write(&key, &list)
}
