//! What is under way for a person: made to go deeper, ended early, or no longer asked for.

use chrono::{DateTime, Utc};

use crate::ledger::Rules;
use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::requests::consent::{agree, ask};
use crate::ledger::tasks::end::{conclude, deepest, end, hand_over, is_agreed};
use crate::model::{
    Analysis, AnalysisId, Crawl, Depth, NewAnalysis, Outcome, PersonId, Status, WantedOrder,
};
use crate::stores::StoreError;

/// The latest analyses of one person that are looked at; those under way are among them.
pub(in crate::ledger) const OF_PERSON: usize = 1_000;

/// A person's analysis that is not over, with its crawl.
pub(in crate::ledger) fn under_way(
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

/// What a person has under way, the newest first.
pub(in crate::ledger) fn under_way_of(
    tx: &Transaction<'_>,
    person: PersonId,
) -> Result<Vec<Analysis>, StoreError> {
    let ids = tx.first(&rows::all_of_person(person), OF_PERSON)?;
    let analyses = ids.into_iter().map(|(_, id)| tx.read(&rows::analysis(id)));
    let analyses = analyses.filter_map(Result::transpose);
    let is_open = |it: &Result<Analysis, StoreError>| {
        it.as_ref()
            .map_or(true, |analysis| analysis.outcome.is_none())
    };
    analyses.filter(is_open).collect()
}

/// Whether an analysis is of the account that is wanted, in the chat where it is wanted, and for the same order.
pub(in crate::ledger) fn is_same(analysis: &Analysis, wanted: &NewAnalysis) -> bool {
    let measure = |order: &Option<WantedOrder>| order.as_ref().map(|it| it.measure.clone());
    analysis.network == wanted.network
        && analysis.chat == wanted.chat
        && analysis.handle.0.eq_ignore_ascii_case(&wanted.handle.0)
        && measure(&analysis.order) == measure(&wanted.order)
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

/// An analysis that was for a comparison alone is wanted for its own sake too.
pub(in crate::ledger) fn want_by_itself(
    tx: &mut Transaction<'_>,
    id: AnalysisId,
) -> Result<(), StoreError> {
    let key = rows::analysis(id);
    let Some(mut analysis) = tx.read(&key)?.filter(|analysis| analysis.compared) else {
        return Ok(());
    };
    analysis.compared = false;
    tx.write(&key, &analysis)
}

/// Drops an analysis; the crawl stops when nobody else wants it. Says whether there was one to drop.
pub(in crate::ledger) fn cancel(
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

/// Ends an analysis with the ranking that there is, if there is one. Says whether it did.
pub(in crate::ledger) fn take_what_there_is(
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
    hand_over(tx, &mut crawl, id)?;
    leave(tx, rules, &mut crawl, id, Status::Finished, now)?;
    Ok(true)
}

/// Goes on for the others who want a crawl, or ends it.
pub(in crate::ledger) fn leave(
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
    crawl.depth = deepest(tx, crawl)?;
    // Nothing is spent on those who have not agreed to it.
    if crawl.agreed.is_some() && !is_agreed(tx, crawl)? {
        return match crawl.status {
            // It is asked when the account is known.
            Status::Verifying => {
                crawl.agreed = None;
                tx.write(&rows::crawl(crawl.id), crawl)
            }
            _ => ask(tx, crawl, rules.max_active, now),
        };
    }
    // Nor more than those who are left have agreed to.
    crawl.agreed = crawl.agreed.map(|_| crawl.depth);
    tx.write(&rows::crawl(crawl.id), crawl)
}
