//! The end of a crawl, and how a finished one is reopened.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::requests::outcome::conclude;
use crate::ledger::requests::reuse::{forget_names, publish};
use crate::ledger::tasks::stage::{leave_tasks, remove_follower_pages};
use crate::ledger::tasks::turn::start_waiting;
use crate::model::{Crawl, Guess, Outcome, Refusal, StageName, Status};
use crate::stores::StoreError;

/// Reopens a finished crawl, which goes on once it has its turn or a person has agreed to the cost.
pub(crate) fn reopen(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    crawl.status = Status::Asking;
    crawl.percent = 0;
    crawl.capped = false;
    crawl.suspended = false;
    crawl.full = false;
    crawl.since = now - (crawl.ended_at.unwrap_or(now) - crawl.since);
    crawl.ended_at = None;
    crawl.progress_at = now;
    crawl.forced.clear();
    tx.write(&rows::live(crawl.id), &crawl.id)
}

/// Leaves the present stage though it is not over.
pub(crate) fn abandon_stage(tx: &mut Transaction<'_>, crawl: &mut Crawl) -> Result<(), StoreError> {
    crawl.left_behind |= crawl.stage == StageName::Subscriptions && crawl.open > 0;
    crawl.suspended = false;
    leave_tasks(tx, crawl)
}

/// Ends a crawl, frees its place and what its ranking was made from. Its remaining tasks are removed later, in batches.
pub(crate) fn end(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    status: Status,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    abandon_stage(tx, crawl)?;
    // People who were given a ranking may look at it again.
    crawl.status = match status {
        Status::Dropped | Status::Refused(_) if crawl.handed_over => Status::Finished,
        status => status,
    };
    crawl.ended_at = Some(now);
    crawl.wanted_by.clear();
    if crawl.key_of.take().is_some() && crawl.status == Status::Finished {
        publish(tx, crawl)?;
    }
    // A finished one may be wanted deeper.
    if crawl.status != Status::Finished {
        crawl.reading_order = None;
    }
    // So may more of the profiles that its ranking could be made from.
    let is_newer = !crawl.again && (StageName::Profiles..=StageName::Rank).contains(&crawl.stage);
    if crawl.status != Status::Finished || is_newer {
        crawl.candidate_list = None;
    }
    remove_follower_pages(tx, crawl.id)?;
    tx.remove(&rows::live(crawl.id));
    tx.remove(&rows::active(crawl.id));
    tx.remove(&rows::queued(crawl.priority, crawl.id));
    tx.note_line_changed();
    if crawl.status != Status::Finished {
        forget_names(tx, crawl)?;
    }
    tx.write(&rows::crawl(crawl.id), crawl)?;
    tx.note_crawl_ended();
    start_waiting(tx, max_active, now)?;
    Ok(())
}

/// Ends a crawl that can't be done, and tells everyone who waits for it.
pub(crate) fn refuse(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    refusal: &Refusal,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for id in std::mem::take(&mut crawl.wanted_by) {
        conclude(tx, id, Outcome::Refused(refusal.clone()))?;
    }
    end(tx, crawl, Status::Refused(refusal.clone()), max_active, now)
}

/// Ends a crawl whose account is not there, and tells everyone who waits for it which they may have meant.
pub(crate) fn not_found(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    guesses: &[Guess],
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for id in &crawl.wanted_by {
        let key = rows::analysis(*id);
        if let Some(mut analysis) = tx.read(&key)? {
            analysis.guesses = guesses.to_vec();
            tx.write(&key, &analysis)?;
        }
    }
    refuse(tx, crawl, &Refusal::NoSuchAccount, max_active, now)
}
