//! Comparisons are told once no result of theirs is still to come.

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say_at;
use crate::model::{AnalysisId, Comparison, Outcome, PersonId, Place, Say};
use crate::stores::StoreError;

/// Fewer can't be compared.
const FEWEST: usize = 2;

/// Tells a person's comparisons of which nothing is to come any more. One of which fewer than two results
/// are there or can still come is told at once; what is under way for it goes on for its own sake.
pub(in crate::ledger) fn settle(
    tx: &mut Transaction<'_>,
    person: PersonId,
) -> Result<(), StoreError> {
    for (key, comparison) in tx.first(&rows::comparisons_of(person), usize::MAX)? {
        let mut to_come = Vec::new();
        let mut there = 0;
        for id in &comparison.analyses {
            let analysis = tx.read(&rows::analysis(*id))?;
            match analysis.as_ref().map(|analysis| &analysis.outcome) {
                Some(None) => to_come.extend(analysis),
                Some(Some(Outcome::Delivered { .. })) => there += 1,
                _ => {}
            }
        }
        let is_possible = there + to_come.len() >= FEWEST;
        if is_possible && !to_come.is_empty() {
            continue;
        }
        tx.remove_at(key);
        for analysis in to_come {
            want_by_itself(tx, analysis.id)?;
        }
        let place = Some(place(&comparison));
        let Comparison {
            chat,
            question,
            analyses,
            ..
        } = comparison;
        if is_possible {
            let analyses = analyses.clone();
            let say = Say::ComparedPicture { analyses, question };
            say_at(tx, chat, place, say)?;
        }
        say_at(tx, chat, place, Say::Compared { analyses, question })?;
    }
    Ok(())
}

/// Where a comparison is told: where it was asked for, and among others in answer to that.
pub(in crate::ledger) fn place(comparison: &Comparison) -> Place {
    let among_others = comparison.chat.0 < 0;
    Place {
        topic: comparison.topic,
        question: among_others.then_some(comparison.question),
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
