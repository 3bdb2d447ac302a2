//! People who may not use the bot: each is told so once a day, and not bothered otherwise.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say_at;
use crate::ledger::people::quota::{note_had, pseudonym};
use crate::model::{Outgoing, PersonId};
use crate::stores::StoreError;

/// Tells somebody, if that was not done today.
pub(in crate::ledger) fn turn_away(
    tx: &mut Transaction<'_>,
    person: PersonId,
    sentence: Outgoing,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let who = pseudonym(tx.pseudonyms(), person, now);
    if tx
        .read(&rows::had(&who))?
        .is_some_and(|had| had.turned_away)
    {
        return Ok(());
    }
    note_had(tx, &who, |had| had.turned_away = true)?;
    say_at(tx, sentence.chat, sentence.place, sentence.say)
}
