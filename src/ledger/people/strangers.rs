//! People who are not on the allow-list: each is told so once a day.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say_at;
use crate::ledger::people::quota::{note_use, pseudonym};
use crate::model::{Outgoing, PersonId};
use crate::stores::StoreError;

/// Tells a person, unless that was done today.
pub(crate) fn turn_away(
    tx: &mut Transaction<'_>,
    person: PersonId,
    sentence: Outgoing,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let who = pseudonym(tx.pseudonyms(), person, now);
    if tx
        .read(&rows::daily_use(&who))?
        .is_some_and(|used| used.turned_away)
    {
        return Ok(());
    }
    note_use(tx, &who, |used| used.turned_away = true)?;
    say_at(tx, sentence.chat, sentence.place, sentence.say)
}
