//! The mode that operators set. It is stored, so it outlives a restart.

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::model::{Mode, ModeChange};
use crate::stores::StoreError;

impl Ledger {
    /// Returns the mode, and since when it holds.
    pub fn mode(&self) -> Result<ModeChange, StoreError> {
        Ok(self.get(&rows::mode())?.unwrap_or_default())
    }

    /// Waits until an operator sets another mode.
    pub async fn mode_changed(&self) {
        self.wakers.mode_changed.notified().await;
    }
}

/// Sets the mode.
pub(super) fn set_mode(
    tx: &mut Transaction<'_>,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if self::mode(tx)? == mode {
        return Ok(());
    }
    tx.note_mode_changed();
    tx.write(&rows::mode(), &ModeChange { mode, since: now })
}

pub(super) fn mode(tx: &Transaction<'_>) -> Result<Mode, StoreError> {
    let mode_change = tx.read(&rows::mode())?;
    Ok(mode_change.unwrap_or_default().mode)
}
