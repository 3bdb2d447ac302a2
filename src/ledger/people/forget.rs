//! Forgetting a person: everything that tells what they asked for, and the keys that they gave.
//!
//! Public data from networks was not theirs alone, and ages as it does; it does not tell who asked for it. What they
//! have used up of the day stays until that is over (see [`crate::ledger::people::quota`]).
//!
//! The rows are gone at once; the disk holds their bytes for a while: see [`crate::ledger::db::erasure`].

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::ledger::Rules;
use crate::ledger::db::erasure::mark_for_erasure;
use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::people::own_keys::take_back;
use crate::ledger::people::share::remove_share;
use crate::ledger::requests::cancel::leave;
use crate::ledger::requests::kept::remove_comparison;
use crate::model::{AnalysisId, ChatId, Outgoing, PersonId, Say, Scope, Status};
use crate::stores::StoreError;

/// Erases everything stored about a person. Crawls that only they wanted stop.
pub(crate) fn forget(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    mark_for_erasure(tx)?;
    let mut own = HashSet::new();
    for (key, id) in tx.first(&rows::all_of_person(person), usize::MAX)? {
        own.insert(id);
        forget_analysis(tx, rules, id, now)?;
        tx.remove_at(key);
    }
    for (_, own) in tx.first(&rows::own_keys_of(person), usize::MAX)? {
        take_back(tx, rules, person, &own.network, now)?;
    }
    for (key, _) in tx.first(&rows::paid_by_keys_of(person), usize::MAX)? {
        tx.remove_at(key);
    }
    // Tasks in flight with their key belong to no person any more.
    for (key, lease) in tx.first(&rows::all_leased(), usize::MAX)? {
        if lease.key_of == Some(person) {
            tx.remove_at(key);
        }
    }
    for (key, _) in tx.first(&rows::watches_of(person), usize::MAX)? {
        tx.remove_at(key);
    }
    for (key, _) in tx.first(&rows::comparisons_of(person), usize::MAX)? {
        tx.remove_at(key);
    }
    let mut compared = HashSet::new();
    for (key, id) in tx.first(&rows::kept_of_person(person), usize::MAX)? {
        compared.insert(id);
        remove_comparison(tx, id)?;
        tx.remove_at(key);
    }
    for (key, _) in tx.first(&rows::questions_of(person), usize::MAX)? {
        tx.remove_at(key);
    }
    // A private chat has the number of the person.
    let private = ChatId(person.0.cast_signed());
    tx.remove(&rows::together(private));
    tx.remove(&rows::known_chat(private));
    for (key, _) in tx.first(&rows::known_messages_in(private), usize::MAX)? {
        tx.remove_at(key);
    }
    let is_own = |scope: Scope| match scope {
        Scope::List(id) | Scope::Share(id) => own.contains(&id),
        Scope::Comparison(id) | Scope::SharedComparison(id) => compared.contains(&id),
        Scope::Searches(whose)
        | Scope::Watches(whose)
        | Scope::History(whose)
        | Scope::Language(whose)
        | Scope::Network(whose)
        | Scope::Forget(whose) => whose == person,
        Scope::Together | Scope::Operation => false,
    };
    for (key, message) in tx.first(&rows::known_messages(), usize::MAX)? {
        if is_own(message.scope) {
            tx.remove_at(key);
        }
    }
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
        Say::Overrule { person: by, .. } | Say::Watching { person: by, .. } => *by == person,
        Say::AsAdmin(press) => press.person == person,
        _ => outgoing.chat == private,
    }
}
