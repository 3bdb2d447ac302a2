//! Reuse: which crawl serves a request for an account, so that nothing is read twice.

use chrono::{DateTime, Utc};

use crate::ledger::Rules;
use crate::ledger::db::rows::{self, RowKey};
use crate::ledger::db::transaction::Transaction;
use crate::model::{Crawl, CrawlId, Reached, Status};
use crate::stores::StoreError;

/// Returns the crawl that serves the account of this name or id.
pub(crate) fn serving_crawl(
    tx: &Transaction<'_>,
    name: &RowKey<CrawlId>,
    rules: &Rules,
    now: DateTime<Utc>,
) -> Result<Option<Crawl>, StoreError> {
    let read = |id: Option<CrawlId>| id.map(|id| tx.read(&rows::crawl(id))).transpose();
    let known = read(tx.read(name)?)?.flatten();
    let earlier = read(known.as_ref().and_then(|known| known.replaces))?.flatten();
    Ok(known.map(|known| deeper_of(known, earlier, rules, now)))
}

/// Returns an account's crawl, or the earlier one that it has replaced: while that is fresh, a shallower result does
/// not hide it.
pub(crate) fn deeper_of(
    known: Crawl,
    earlier: Option<Crawl>,
    rules: &Rules,
    now: DateTime<Utc>,
) -> Crawl {
    let is_better = |earlier: &Crawl| {
        !known.is_live() && serves(earlier, rules, now) && earlier.is_deeper_than(&known)
    };
    earlier.filter(is_better).unwrap_or(known)
}

/// Returns whether a finished crawl is fresh enough to serve other requests, at once or by going deeper. What it has
/// read must still be there: it is kept for the retention time, and may be as old at its turn as is fresh.
pub(crate) fn serves(crawl: &Crawl, rules: &Rules, now: DateTime<Utc>) -> bool {
    let turn = crawl.started_at.unwrap_or(crawl.created_at);
    crawl.status == Status::Finished
        && now - rules.retention < turn - rules.fresh_for
        && crawl
            .reached
            .as_ref()
            .is_some_and(|reached| now - rules.fresh_for <= reached.made_at)
}

/// Returns whether a crawl has a fresh result that serves the request, so that nothing is left to do.
pub(crate) fn has_fresh_result(
    crawl: &Crawl,
    rules: &Rules,
    serves_it: impl Fn(&Reached) -> bool,
    now: DateTime<Utc>,
) -> bool {
    let is_wanted = crawl.reached.as_ref().is_some_and(serves_it);
    is_wanted && !crawl.refresh && (crawl.is_live() || serves(crawl, rules, now))
}

/// Lets other people find the result of a crawl that their owner's own key has paid for, unless there is a better one.
/// The caller writes the crawl.
pub(crate) fn publish(tx: &mut Transaction<'_>, crawl: &Crawl) -> Result<(), StoreError> {
    for name in names(crawl) {
        let there = tx.read(&name)?.map(|id| tx.read(&rows::crawl(id)));
        let there = there.transpose()?.flatten();
        let is_better = |other: &Crawl| {
            let reads_more = other.followers.read > crawl.followers.read;
            other.is_live() || reads_more && other.ended_at > Some(crawl.created_at)
        };
        if !there.as_ref().is_some_and(is_better) {
            tx.write(&name, &crawl.id)?;
        }
    }
    Ok(())
}

/// Removes the names under which a crawl is found; a result that it was to replace is found again.
pub(crate) fn forget_names(tx: &mut Transaction<'_>, crawl: &Crawl) -> Result<(), StoreError> {
    let earlier = crawl
        .replaces
        .map(|id| tx.read(&rows::crawl(id)))
        .transpose()?
        .flatten();
    for name in names(crawl) {
        if tx.read(&name)? == Some(crawl.id) {
            match &earlier {
                Some(earlier) => tx.write(&name, &earlier.id)?,
                None => tx.remove(&name),
            }
        }
    }
    Ok(())
}

/// Returns the rows by which requests find a crawl.
fn names(crawl: &Crawl) -> Vec<RowKey<CrawlId>> {
    let mut names = vec![rows::by_handle(&crawl.network, &crawl.handle)];
    if let Some(profile) = &crawl.profile {
        names.push(rows::by_handle(&crawl.network, &profile.handle));
        names.push(rows::by_account(&crawl.network, &profile.id));
    }
    names
}
