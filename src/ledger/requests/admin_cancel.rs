//! Cancelling other people's searches in a group, for its admins.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say_at;
use crate::ledger::requests::cancel::leave;
use crate::ledger::requests::outcome::conclude;
use crate::ledger::requests::under_way::under_way;
use crate::ledger::{Ledger, Rules};
use crate::model::{AnalysisId, ChatId, Outcome, OutgoingId, Say, Status};
use crate::stores::StoreError;

impl Ledger {
    /// Applies the decision about a person who wants other people's searches cancelled: cancels these, all in the chat
    /// where that was asked, and queues the answer. Does nothing if it was applied before.
    pub async fn overruled(
        &self,
        id: OutgoingId,
        analyses: Vec<AnalysisId>,
        answer: Say,
    ) -> Result<(), StoreError> {
        let (rules, now) = (self.rules, self.clock.now());
        self.transact(move |tx| {
            let key = rows::outgoing(id);
            let Some(asked) = tx.read(&key)? else {
                return Ok(());
            };
            tx.remove(&key);
            overrule(tx, &rules, asked.chat, &analyses, now)?;
            say_at(tx, asked.chat, asked.place, answer)
        })
        .await
    }
}

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
