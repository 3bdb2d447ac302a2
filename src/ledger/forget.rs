//! Forgetting a person: whatever tells what they asked for, and the keys they gave.
//!
//! What networks show publicly was not theirs alone and ages as it does; it does not tell who asked for it.
//!
//! The rows are gone at once. What the disk still holds of them goes when the rows are written anew, all
//! together, which [`Ledger::forget_on_disk`] does for everybody who was forgotten since.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::ledger::own_keys::take_back;
use crate::ledger::rows;
use crate::ledger::sharing::remove_share;
use crate::ledger::transaction::Transaction;
use crate::ledger::under_way::leave;
use crate::ledger::{Ledger, Rules};
use crate::model::{AnalysisId, ChatId, Outgoing, PersonId, Say, Status};
use crate::stores::StoreError;

/// How long what is said to somebody who was forgotten may take; its own row has to be gone too.
const SAID_WITHIN: Duration = Duration::from_secs(600);

impl Ledger {
    /// Leaves nothing on the disk of those who were forgotten, if anybody was. To be called now and then: all rows
    /// are written anew.
    pub async fn forget_on_disk(&self) -> Result<(), StoreError> {
        let Some(forgotten_at) = self.get(&rows::forgotten())? else {
            return Ok(());
        };
        let now = self.clock.now();
        if let Err(error) = self.transact(|tx| tx.rewrite()).await {
            tracing::warn!(%error, "the disk still holds what was erased; it is tried again");
            return Ok(());
        }
        tracing::info!("the disk holds nothing any more of what was erased");
        self.transact(move |tx| {
            // Who was forgotten a moment ago is so again with the next ones.
            if forgotten_at + SAID_WITHIN <= now
                && tx.read(&rows::forgotten())? == Some(forgotten_at)
            {
                tx.remove(&rows::forgotten());
            }
            Ok(())
        })
        .await
    }
}

/// Erases all that is kept of a person. What they alone wanted stops.
pub(super) fn forget(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.write(&rows::forgotten(), &now)?;
    for (key, own) in tx.first(&rows::own_keys_of(person), usize::MAX)? {
        tx.remove_at(key);
        take_back(tx, rules, person, &own.network, now)?;
    }
    for (key, id) in tx.first(&rows::all_of_person(person), usize::MAX)? {
        forget_analysis(tx, rules, id, now)?;
        tx.remove_at(key);
    }
    for (key, _) in tx.first(&rows::watches_of(person), usize::MAX)? {
        tx.remove_at(key);
    }
    for (key, _) in tx.first(&rows::comparisons_of(person), usize::MAX)? {
        tx.remove_at(key);
    }
    // A private chat has the number of the person.
    let private = ChatId(person.0.cast_signed());
    tx.remove(&rows::together(private));
    tx.remove(&rows::known_chat(private));
    tx.remove(&rows::turned_away(person));
    for (key, outgoing) in tx.first(&rows::all_outgoing(), usize::MAX)? {
        if is_about(&outgoing, person, private) {
            tx.remove_at(key);
        }
    }
    Ok(())
}

fn forget_analysis(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    id: AnalysisId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let key = rows::analysis(id);
    let Some(analysis) = tx.read(&key)? else {
        return Ok(());
    };
    tx.remove(&key);
    remove_share(tx, &analysis);
    let crawl = analysis.crawl.filter(|_| analysis.outcome.is_none());
    let crawl = crawl
        .map(|crawl| tx.read(&rows::crawl(crawl)))
        .transpose()?;
    match crawl.flatten().filter(|crawl| crawl.is_live()) {
        Some(mut crawl) => leave(tx, rules, &mut crawl, id, Status::Dropped, now),
        None => Ok(()),
    }
}

fn is_about(outgoing: &Outgoing, person: PersonId, private: ChatId) -> bool {
    match &outgoing.say {
        Say::Answer { .. } => false,
        Say::Overrule { person: by, .. } => *by == person,
        _ => outgoing.chat == private,
    }
}
