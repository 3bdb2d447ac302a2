//! How a crawl moves on when no task is left in its stage.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::requests::consent::ask_for_consent;
use crate::ledger::requests::outcome::deliver_ranking;
use crate::ledger::requests::terms::{is_agreed, update_terms};
use crate::ledger::tasks::end::end;
use crate::ledger::tasks::stage::{enter, go_on};
use crate::ledger::tasks::turn::line_up;
use crate::model::{Crawl, Reached, StageName, Status};
use crate::stores::StoreError;

/// Moves a crawl on to its next stage once no task is left in the current one.
pub(crate) fn advance(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match (crawl.stage, crawl.stage.next()) {
        (StageName::Verify, _) if crawl.agreed.is_none() => {
            ask_for_consent(tx, crawl, max_active, now)
        }
        (StageName::Verify, _) => line_up(tx, crawl, max_active, now),
        (StageName::Followers, _) => go_on(tx, crawl, now),
        (_, Some(next)) => enter(tx, crawl, next, now),
        (_, None) => Ok(()),
    }
}

/// Sends a crawl's ranking to everyone who asked for no more, and goes on for the others, or ends.
pub(crate) fn deliver(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut others = Vec::new();
    for id in std::mem::take(&mut crawl.wanted_by) {
        let analysis = tx.read(&rows::analysis(id))?;
        let served = |reached: &Reached| {
            let analysis = analysis.as_ref();
            analysis.is_none_or(|analysis| analysis.is_served_by(reached))
        };
        if crawl.reached.as_ref().is_none_or(served) || !crawl.forced.is_empty() {
            deliver_ranking(tx, crawl, id)?;
        } else {
            others.push(id);
        }
    }
    if others.is_empty() {
        return end(tx, crawl, Status::Finished, max_active, now);
    }
    crawl.wanted_by = others;
    update_terms(tx, crawl)?;
    if !is_agreed(tx, crawl)? {
        return ask_for_consent(tx, crawl, max_active, now);
    }
    go_on(tx, crawl, now)
}
