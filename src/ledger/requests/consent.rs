//! Consent to costs: a crawl on a network that charges starts when a person has agreed to the cost, and goes no deeper
//! than was agreed.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say;
use crate::ledger::requests::under_way::under_way;
use crate::ledger::tasks::end::refuse;
use crate::ledger::tasks::turn::{line_up, start_waiting, suspend};
use crate::ledger::{Ledger, Rules};
use crate::model::{
    Analysis, AnalysisId, Cost, Crawl, CrawlId, Depth, PersonId, Reached, Refusal, Say, StageName,
    Status,
};
use crate::stores::StoreError;

impl Ledger {
    /// Refuses a crawl that costs more than the limit, unless a person has agreed to it meanwhile.
    pub async fn refuse_too_dear(
        &self,
        id: CrawlId,
        cost: Cost,
        most: Cost,
    ) -> Result<(), StoreError> {
        let (max_active, now) = (self.rules.max_active, self.clock.now());
        self.transact(move |tx| {
            let asking = |crawl: &Crawl| crawl.status == Status::Asking;
            match tx.read(&rows::crawl(id))?.filter(asking) {
                Some(mut crawl) => {
                    let refusal = Refusal::TooDear { cost, most };
                    refuse(tx, &mut crawl, &refusal, max_active, now)
                }
                None => Ok(()),
            }
        })
        .await
    }
}

/// Notes that a person agrees to the cost of taking an analysis to a depth.
pub(in crate::ledger) fn agree(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    id: AnalysisId,
    person: PersonId,
    depth: Depth,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some((mut analysis, mut crawl)) = under_way(tx, id, person)? else {
        return Ok(());
    };
    // An old button takes nothing back.
    if analysis.agreed && depth <= analysis.depth {
        return Ok(());
    }
    analysis.agreed = true;
    analysis.depth = depth;
    tx.write(&rows::analysis(id), &analysis)?;
    say(tx, analysis.chat, Say::Bubble(id))?;
    proceed_to(tx, rules, &mut crawl, depth, now)?;
    tx.write(&rows::crawl(crawl.id), &crawl)
}

/// Lets a crawl go on for an analysis whose cost is agreed to, or that costs nothing. The caller writes the crawl.
pub(in crate::ledger) fn proceed_for(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    analysis: &Analysis,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let order = analysis.order.as_ref();
    let is_read = |reached: &Reached| reached.is_deep_enough(analysis.depth, order);
    if order.is_none() || !crawl.reached.as_ref().is_some_and(is_read) {
        return proceed_to(tx, rules, crawl, analysis.depth, now);
    }
    // Nothing is read for it, so the depth that was agreed to stays as it is.
    if crawl.status == Status::Asking {
        (crawl.stage, crawl.again) = (StageName::Profiles, true);
        line_up(tx, crawl, rules.max_active, now)?;
    }
    Ok(())
}

/// Lets a crawl go to a depth whose cost is agreed to, or that costs nothing. The caller writes the crawl.
pub(in crate::ledger) fn proceed_to(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    depth: Depth,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Until a person has agreed, its depth was a wish.
    crawl.depth = match crawl.agreed {
        Some(_) => crawl.depth.max(depth),
        None => depth,
    };
    crawl.agreed = crawl.agreed.max(Some(depth));
    if crawl.status == Status::Asking {
        line_up(tx, crawl, rules.max_active, now)?;
    }
    Ok(())
}

/// Returns whether the cost of an analysis is agreed to: by the person who asked, or by another for as much.
pub(in crate::ledger) fn is_covered(analysis: &Analysis, crawl: &Crawl) -> bool {
    analysis.agreed || (analysis.order.is_none() && crawl.agreed >= Some(analysis.depth))
}

/// Suspends a crawl, anywhere in its life, until a person agrees to what more it costs. The caller writes the crawl.
pub(in crate::ledger) fn ask_for_consent(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    suspend(tx, crawl);
    crawl.status = Status::Asking;
    crawl.agreed = None;
    crawl.progress_at = now;
    tx.write(&rows::crawl(crawl.id), crawl)?;
    for id in crawl.wanted_by.clone() {
        if let Some(analysis) = tx.read(&rows::analysis(id))? {
            say(tx, analysis.chat, Say::Bubble(id))?;
        }
    }
    start_waiting(tx, max_active, now).map(drop)
}

/// Returns the deepest that is asked for, and agreed to, among the analyses that want a crawl.
pub(in crate::ledger) fn deepest(tx: &Transaction<'_>, crawl: &Crawl) -> Result<Depth, StoreError> {
    let mut deepest = None;
    for id in &crawl.wanted_by {
        let analysis = tx.read(&rows::analysis(*id))?;
        let agreed = analysis.filter(|analysis| analysis.agreed);
        deepest = deepest.max(agreed.map(|analysis| analysis.depth));
    }
    Ok(deepest.unwrap_or(crawl.depth))
}

/// Returns whether the cost of any of the analyses that want a crawl is agreed to.
pub(in crate::ledger) fn is_agreed(
    tx: &Transaction<'_>,
    crawl: &Crawl,
) -> Result<bool, StoreError> {
    for id in &crawl.wanted_by {
        let analysis = tx.read(&rows::analysis(*id))?;
        if analysis.is_some_and(|analysis| analysis.agreed) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes an analysis in progress deeper, for a person who has agreed to the cost. Returns whether it goes deeper than
/// before.
pub(in crate::ledger) fn deepen(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    id: AnalysisId,
    person: PersonId,
    depth: Depth,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    match under_way(tx, id, person)? {
        Some((analysis, _)) if depth > analysis.depth => {
            agree(tx, rules, id, person, depth, now)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}
