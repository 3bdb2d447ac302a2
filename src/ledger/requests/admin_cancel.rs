//! Cancelling other people's searches in a group, for its admins.

use chrono::{DateTime, Utc};

use crate::ledger::Rules;
use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::requests::cancel::leave;
use crate::ledger::requests::outcome::conclude;
use crate::ledger::requests::under_way::under_way;
use crate::model::{AnalysisId, ChatId, Outcome, Status};
use crate::stores::StoreError;

/// Cancels analyses of anyone, as far as they belong to this chat and are in progress.
pub(crate) fn overrule(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    chat: ChatId,
    analyses: &[AnalysisId],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for id in analyses.iter().copied() {
        let analysis = tx.read(&rows::analysis(id))?;
        let Some(analysis) = analysis.filter(|analysis| analysis.chat == chat) else {
            continue;
        };
        if let Some((_, mut crawl)) = under_way(tx, id, analysis.person)? {
            conclude(tx, id, Outcome::Overruled)?;
            leave(tx, rules, &mut crawl, id, Status::Dropped, now)?;
        }
    }
    Ok(())
}
