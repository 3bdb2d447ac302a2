//! Lookups of what a person has in progress.

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::model::{Analysis, AnalysisId, Crawl, NewAnalysis, PersonId, WantedOrder};
use crate::stores::StoreError;

/// Returns a person's analysis that is not over, with its crawl.
pub(crate) fn under_way(
    tx: &Transaction<'_>,
    id: AnalysisId,
    person: PersonId,
) -> Result<Option<(Analysis, Crawl)>, StoreError> {
    let analysis = tx.read(&rows::analysis(id))?;
    let Some(analysis) =
        analysis.filter(|analysis| analysis.person == person && analysis.outcome.is_none())
    else {
        return Ok(None);
    };
    let crawl = analysis
        .crawl
        .map(|crawl| tx.read(&rows::crawl(crawl)))
        .transpose()?
        .flatten();
    Ok(crawl.filter(Crawl::is_live).map(|crawl| (analysis, crawl)))
}

/// Returns a person's analyses in progress, the newest first.
pub(crate) fn under_way_of(
    tx: &Transaction<'_>,
    person: PersonId,
) -> Result<Vec<Analysis>, StoreError> {
    let ids = tx.first(&rows::all_of_person(person), rows::OF_PERSON)?;
    let analyses = ids.into_iter().map(|(_, id)| tx.read(&rows::analysis(id)));
    let analyses = analyses.filter_map(Result::transpose);
    let is_open = |it: &Result<Analysis, StoreError>| {
        it.as_ref()
            .map_or(true, |analysis| analysis.outcome.is_none())
    };
    analyses.filter(is_open).collect()
}

/// Returns whether an analysis is of the wanted account or name, in the chat where it is wanted, and for the same order.
pub(crate) fn is_same(analysis: &Analysis, wanted: &NewAnalysis) -> bool {
    let measure = |order: &Option<WantedOrder>| order.as_ref().map(|it| it.measure);
    analysis.network == wanted.network
        && analysis.chat == wanted.chat
        && analysis.handle.0.eq_ignore_ascii_case(&wanted.handle.0)
        && analysis.by == wanted.by
        && measure(&analysis.order) == measure(&wanted.order)
}
