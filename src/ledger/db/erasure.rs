//! Erasing removed rows from the disk, where they stay readable until all rows are rewritten.

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, DbNumber};
use crate::ledger::db::transaction::Transaction;
use crate::model::OutgoingId;
use crate::stores::StoreError;

/// Messages queued in the same transaction for the person being erased: the button's answer and the confirmation.
const FAREWELLS: u64 = 2;

/// The result of erasing removed rows from the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// Nothing was to be erased.
    Clean,
    Erased,
    /// `go_on` ended it, or a person being erased still has messages in the outbox.
    Postponed,
    /// The log says why; the rows are as they were.
    Failed,
}

impl Ledger {
    /// Erases from the disk what was marked for it, if anything was, by rewriting all rows as long as `go_on` returns
    /// true. Nothing else is written meanwhile.
    pub async fn erase_on_disk(
        &self,
        go_on: impl Fn() -> bool + Send + 'static,
    ) -> Result<Erasure, StoreError> {
        let Some(last) = self.get(&rows::to_erase())? else {
            return Ok(Erasure::Clean);
        };
        // Until they are sent there are rows about the person.
        let unsent = self.unsent(OutgoingId(0), 1)?;
        let is_said = unsent.iter().all(|(id, _)| *id > last);
        match self.transact(move |tx| tx.rewrite(&go_on)).await {
            Ok(true) => {}
            Ok(false) => return Ok(Erasure::Postponed),
            Err(error) => {
                tracing::error!(%error, "the disk still holds what was erased; it will be tried again");
                return Ok(Erasure::Failed);
            }
        }
        self.transact(move |tx| {
            if !is_said || tx.read(&rows::to_erase())? != Some(last) {
                return Ok(Erasure::Postponed);
            }
            tx.remove(&rows::to_erase());
            Ok(Erasure::Erased)
        })
        .await
    }
}

/// Marks what the transaction removes to be erased from the disk, too.
pub(crate) fn mark_for_erasure(tx: &mut Transaction<'_>) -> Result<(), StoreError> {
    let last = OutgoingId(tx.number(DbNumber::LastOutgoing)? + FAREWELLS);
    tx.write(&rows::to_erase(), &last)
}
