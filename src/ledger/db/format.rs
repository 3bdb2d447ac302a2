//! Which format the rows are in, so that no version works on rows that it would misread.

use crate::ledger::db::rows::{self, DbNumber};
use crate::ledger::db::transaction::{decode, lost};
use crate::stores::{Store, StoreError};

/// The format of the rows and records that this version reads and writes. To be raised when an earlier version would
/// misread them.
pub(crate) const FORMAT: u64 = 1;

/// Refuses a database that this version can't work on. Changes nothing.
///
/// # Errors
/// If its format is another one, or an import into it was not finished.
pub fn check_format(store: &dyn Store) -> Result<(), StoreError> {
    if get(store, DbNumber::Importing)?.is_some() {
        return Err(StoreError::HalfImported);
    }
    match get(store, DbNumber::Format)? {
        Some(format) => check_known(format),
        None => Ok(()),
    }
}

/// Refuses any format but the present one.
pub(crate) fn check_known(format: u64) -> Result<(), StoreError> {
    if format != FORMAT {
        return Err(StoreError::Newer {
            format,
            known: FORMAT,
        });
    }
    Ok(())
}

fn get(store: &dyn Store, number: DbNumber) -> Result<Option<u64>, StoreError> {
    let value = store.get(&rows::number(number).bytes)?;
    value
        .map(|value| decode(&value).map_err(|_| lost(number)))
        .transpose()
}
