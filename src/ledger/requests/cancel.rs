//! Cancelling an analysis in progress, or ending it early.

use chrono::{DateTime, Utc};

use crate::ledger::Rules;
use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::requests::consent::ask_for_consent;
use crate::ledger::requests::outcome::{conclude, deliver_ranking};
use crate::ledger::requests::terms::{is_agreed, update_terms};
use crate::ledger::requests::under_way::under_way;
use crate::ledger::tasks::end::end;
use crate::model::{AnalysisId, Crawl, Outcome, PersonId, Status};
use crate::stores::StoreError;

/// Cancels an analysis; the crawl ends when no other analysis wants it. Returns whether there was one to cancel.
pub(crate) fn cancel(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    id: AnalysisId,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some((_, mut crawl)) = under_way(tx, id, person)? else {
        return Ok(false);
    };
    conclude(tx, id, Outcome::Cancelled)?;
    leave(tx, rules, &mut crawl, id, Status::Dropped, now)?;
    Ok(true)
}

/// Ends an analysis with the present ranking, if there is one. Returns whether it did.
pub(crate) fn end_early(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    id: AnalysisId,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some((_, mut crawl)) = under_way(tx, id, person)? else {
        return Ok(false);
    };
    if crawl.reached.is_none() {
        return Ok(false);
    }
    deliver_ranking(tx, &mut crawl, id)?;
    leave(tx, rules, &mut crawl, id, Status::Finished, now)?;
    Ok(true)
}

/// Lets a crawl go on for the other analyses that want it, or ends it.
pub(crate) fn leave(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    id: AnalysisId,
    status: Status,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    crawl.wanted_by.retain(|other| *other != id);
    if crawl.wanted_by.is_empty() {
        return end(tx, crawl, status, rules.max_active, now);
    }
    update_terms(tx, crawl)?;
    // Nothing is spent on people who have not agreed to it. They are asked when the account is known.
    let may_spend = matches!(crawl.status, Status::Queued | Status::Active);
    if may_spend && !is_agreed(tx, crawl)? {
        return ask_for_consent(tx, crawl, rules.max_active, now);
    }
    tx.write(&rows::crawl(crawl.id), crawl)
}
