//! Settling comparisons: one combined message once no result is still to come.

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say_at;
use crate::ledger::requests::kept::{keep, send_comparison};
use crate::model::{AnalysisId, Comparison, Outcome, PersonId, Place, Say};
use crate::stores::StoreError;

/// Fewer results can't be compared.
const FEWEST: usize = 2;

/// Tells a person's comparisons that no result is still to come for. One for which fewer than two results are there or
/// can still come is told at once; its other analyses go on by themselves.
pub(crate) fn settle(tx: &mut Transaction<'_>, person: PersonId) -> Result<(), StoreError> {
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
            report_by_itself(tx, analysis.id)?;
        }
        let place = place(&comparison);
        let kept = match is_possible {
            true => keep(tx, &comparison)?,
            false => None,
        };
        match kept {
            Some(kept) => send_comparison(tx, &kept, place)?,
            None => {
                let say = Say::Compared {
                    analyses: comparison.analyses,
                    question: comparison.question,
                    kept: None,
                };
                say_at(tx, comparison.chat, Some(place), say)?;
            }
        }
    }
    Ok(())
}

/// Returns where a comparison is told: where it was asked for, and in a group as a reply to that.
pub(crate) fn place(comparison: &Comparison) -> Place {
    let among_others = comparison.chat.0 < 0;
    Place {
        topic: comparison.topic,
        question: among_others.then_some(comparison.question),
    }
}

/// Lets an analysis that was for a comparison alone be reported by itself, too.
pub(crate) fn report_by_itself(tx: &mut Transaction<'_>, id: AnalysisId) -> Result<(), StoreError> {
    let key = rows::analysis(id);
    let Some(mut analysis) = tx.read(&key)?.filter(|analysis| analysis.compared) else {
        return Ok(());
    };
    analysis.compared = false;
    tx.write(&key, &analysis)
}
