//! The terms of a crawl: its priority, its depth, and the depth whose cost is agreed to. They follow from the analyses
//! that want it, and are derived here alone.

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::model::{Analysis, Crawl, Status};
use crate::stores::StoreError;

/// Derives a crawl's terms from the analyses that want it; to be called after every change of these. The caller writes
/// the crawl.
pub(crate) fn update_terms(tx: &mut Transaction<'_>, crawl: &mut Crawl) -> Result<(), StoreError> {
    let wanted = wanted(tx, crawl)?;
    let Some(priority) = wanted.iter().map(|analysis| analysis.priority).max() else {
        // Its result keeps the terms that it was made under.
        return Ok(());
    };
    set_priority(tx, crawl, priority)?;
    let agreed = wanted
        .iter()
        .filter(|analysis| analysis.agreed && !only_fetches_profiles(analysis, crawl));
    crawl.agreed = agreed.map(|analysis| analysis.depth).max();
    // Until someone has agreed, its depth is what the first person wished for.
    crawl.depth = crawl.agreed.unwrap_or(crawl.depth);
    Ok(())
}

/// Returns whether anyone who wants a crawl has agreed to a cost.
pub(crate) fn is_agreed(tx: &Transaction<'_>, crawl: &Crawl) -> Result<bool, StoreError> {
    Ok(wanted(tx, crawl)?.iter().any(|analysis| analysis.agreed))
}

/// Returns whether the cost of an analysis is agreed to: by the person who asked, or by another for as much.
pub(crate) fn is_covered(analysis: &Analysis, crawl: &Crawl) -> bool {
    analysis.agreed || (analysis.order.is_none() && crawl.agreed >= Some(analysis.depth))
}

/// Returns the analyses that want a crawl.
pub(crate) fn wanted(tx: &Transaction<'_>, crawl: &Crawl) -> Result<Vec<Analysis>, StoreError> {
    let wanted = crawl.wanted_by.iter();
    let wanted = wanted.map(|id| tx.read(&rows::analysis(*id)));
    wanted.filter_map(Result::transpose).collect()
}

/// Whether no followers are read for an analysis: it wants another order of a ranking that is deep enough.
fn only_fetches_profiles(analysis: &Analysis, crawl: &Crawl) -> bool {
    let order = analysis.order.as_ref();
    let reached = crawl.reached.as_ref();
    order.is_some() && reached.is_some_and(|it| it.is_deep_enough(analysis.depth, order))
}

fn set_priority(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    priority: u32,
) -> Result<(), StoreError> {
    if crawl.status == Status::Queued && priority != crawl.priority {
        tx.remove(&rows::queued(crawl.priority, crawl.id));
        tx.write(&rows::queued(priority, crawl.id), &crawl.id)?;
        tx.note_line_changed();
    }
    crawl.priority = priority;
    Ok(())
}
