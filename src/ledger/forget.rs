//! Forgetting a person: whatever tells what they asked for, and the keys they gave.
//!
//! What networks show publicly was not theirs alone and ages as it does; it does not tell who asked for it.

use chrono::{DateTime, Utc};

use crate::ledger::Rules;
use crate::ledger::own_keys::take_back;
use crate::ledger::rows;
use crate::ledger::sharing::remove_share;
use crate::ledger::submit::leave;
use crate::ledger::transaction::Transaction;
use crate::model::{AnalysisId, ChatId, Outgoing, PersonId, Say, Status};
use crate::stores::StoreError;

/// Erases all that is kept of a person. What they alone wanted stops.
pub(super) fn forget(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
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
