//! What the operators have the bot do: durable, so that a restart changes nothing about it.

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::rows;
use crate::ledger::transaction::Transaction;
use crate::model::{Mode, Steering};
use crate::stores::StoreError;

impl Ledger {
    pub fn steering(&self) -> Result<Steering, StoreError> {
        Ok(self.get(&rows::steering())?.unwrap_or_default())
    }

    /// Waits until an operator wants something else.
    pub async fn steered(&self) {
        self.bells.steered.notified().await;
    }
}

/// Does this from now on.
pub(super) fn steer(
    tx: &mut Transaction<'_>,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if self::mode(tx)? == mode {
        return Ok(());
    }
    tx.note_steering();
    tx.write(&rows::steering(), &Steering { mode, since: now })
}

pub(super) fn mode(tx: &Transaction<'_>) -> Result<Mode, StoreError> {
    let steering = tx.read(&rows::steering())?;
    Ok(steering.unwrap_or_default().mode)
}
