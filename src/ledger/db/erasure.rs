//! What was removed leaves the disk, too: all rows are written anew, all together.

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, Number};
use crate::ledger::db::transaction::Transaction;
use crate::model::OutgoingId;
use crate::stores::StoreError;

/// What is said to somebody who was forgotten, in the same transaction: the answer to the button, and that it
/// is done.
const LAST_WORDS: u64 = 2;

/// What came of having the disk forget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDisk {
    /// There was nothing to be forgotten.
    Clean,
    Forgotten,
    /// It was not to go on, or somebody is still spoken to who was forgotten.
    PutOff,
    /// The log says why; the rows are as they were.
    Failed,
}

impl Ledger {
    /// Leaves nothing on the disk of what was to be forgotten, if anything was. All rows are written anew, as long
    /// as it is to go on, and nothing else is written meanwhile.
    pub async fn forget_on_disk(
        &self,
        go_on: impl Fn() -> bool + Send + 'static,
    ) -> Result<OnDisk, StoreError> {
        let Some(last_words) = self.get(&rows::forgotten())? else {
            return Ok(OnDisk::Clean);
        };
        // Until they are said there are rows of whoever was forgotten.
        let unsent = self.unsent(OutgoingId(0), 1)?;
        let is_said = unsent.iter().all(|(id, _)| *id > last_words);
        match self.transact(move |tx| tx.rewrite(&go_on)).await {
            Ok(true) => {}
            Ok(false) => return Ok(OnDisk::PutOff),
            Err(error) => {
                tracing::error!(%error, "the disk still holds what was erased; it will be tried again");
                return Ok(OnDisk::Failed);
            }
        }
        self.transact(move |tx| {
            if !is_said || tx.read(&rows::forgotten())? != Some(last_words) {
                return Ok(OnDisk::PutOff);
            }
            tx.remove(&rows::forgotten());
            Ok(OnDisk::Forgotten)
        })
        .await
    }
}

/// Has the disk forget, too, what the transaction removes.
pub(in crate::ledger) fn leave_no_trace(tx: &mut Transaction<'_>) -> Result<(), StoreError> {
    let last_words = OutgoingId(tx.number(Number::LastOutgoing)? + LAST_WORDS);
    tx.write(&rows::forgotten(), &last_words)
}
