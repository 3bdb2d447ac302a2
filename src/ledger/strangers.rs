//! People who may not use the bot: each is told so once a day, and not bothered otherwise.

use chrono::{DateTime, TimeDelta, Utc};

use crate::ledger::Ledger;
use crate::ledger::outbox::say_at;
use crate::ledger::rows;
use crate::ledger::transaction::Transaction;
use crate::model::{Outgoing, PersonId};
use crate::stores::StoreError;

/// How long it is remembered that somebody was told.
const DAY: TimeDelta = TimeDelta::days(1);

impl Ledger {
    /// Forgets whom to tell again anyway. Says how many.
    pub(super) async fn forget_strangers(&self) -> Result<u64, StoreError> {
        let before = self.clock.now() - DAY;
        self.remove_where(&rows::all_turned_away(), move |at| *at <= before)
            .await
    }
}

/// Tells somebody, if that was not done lately.
pub(super) fn turn_away(
    tx: &mut Transaction<'_>,
    person: PersonId,
    sentence: Outgoing,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let key = rows::turned_away(person);
    if tx.read(&key)?.is_some_and(|at| now - at < DAY) {
        return Ok(());
    }
    tx.write(&key, &now)?;
    say_at(tx, sentence.chat, sentence.place, sentence.say)
}
