//! What costs money begins when somebody has agreed to it, and goes no deeper than was agreed.

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
    /// Ends a crawl that costs more than one may, unless somebody has agreed to it meanwhile.
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

/// Notes that a person agrees to what it costs to take an analysis so deep.
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
    go_as_deep(tx, rules, &mut crawl, depth, now)?;
    tx.write(&rows::crawl(crawl.id), &crawl)
}

/// Lets a crawl go on for an analysis, since somebody pays for it, or nobody has to. The caller writes the crawl.
pub(in crate::ledger) fn go_on_for(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    analysis: &Analysis,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let order = analysis.order.as_ref();
    let is_read = |reached: &Reached| reached.is_deep_enough(analysis.depth, order);
    if order.is_none() || !crawl.reached.as_ref().is_some_and(is_read) {
        return go_as_deep(tx, rules, crawl, analysis.depth, now);
    }
    // Nothing is read for it, so what is agreed to of reading stays as it is.
    if crawl.status == Status::Asking {
        (crawl.stage, crawl.again) = (StageName::Profiles, true);
        line_up(tx, crawl, rules.max_active, now)?;
    }
    Ok(())
}

/// Lets a crawl go so deep, since somebody pays for it, or nobody has to. The caller writes the crawl.
pub(in crate::ledger) fn go_as_deep(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    depth: Depth,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Until somebody has agreed, its depth was a wish.
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

/// Whether what an analysis wants is agreed to: by who asked, or by somebody else for as much.
pub(in crate::ledger) fn is_covered(analysis: &Analysis, crawl: &Crawl) -> bool {
    analysis.agreed || (analysis.order.is_none() && crawl.agreed >= Some(analysis.depth))
}

/// Lets a crawl wait until somebody agrees to what more it costs, wherever it is. The caller writes the crawl.
pub(in crate::ledger) fn ask(
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

/// The deepest that is asked for, and agreed to, by those who want a crawl.
pub(in crate::ledger) fn deepest(tx: &Transaction<'_>, crawl: &Crawl) -> Result<Depth, StoreError> {
    let mut deepest = None;
    for id in &crawl.wanted_by {
        let analysis = tx.read(&rows::analysis(*id))?;
        let agreed = analysis.filter(|analysis| analysis.agreed);
        deepest = deepest.max(agreed.map(|analysis| analysis.depth));
    }
    Ok(deepest.unwrap_or(crawl.depth))
}

/// Whether one of those who want a crawl has agreed to what it costs.
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

/// Takes an analysis that is under way deeper, for who has agreed to what that costs. Says whether it goes deeper
/// than before.
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
