//! Which version's rows a database holds, so that no version works on what it can't know.

use crate::ledger::db::rows::{self, Number};
use crate::ledger::db::transaction::{decode, lost};
use crate::stores::{Store, StoreError};

/// The format of the rows and records that this version writes. To be raised when an earlier version would
/// misread them; this version then reads what is older as well, or carries it over when it opens it.
/// 2: lists are packed numbers. 3: lists are found by their place in the reading order, and such an order is
/// stored as it is.
pub(in crate::ledger) const FORMAT: u64 = 3;

/// The format of databases from before there was a number.
const UNNUMBERED: u64 = 1;

/// Refuses a database that this version can't work on. Changes nothing.
pub fn check_format(store: &dyn Store) -> Result<(), StoreError> {
    if get(store, Number::Importing)?.is_some() {
        return Err(StoreError::HalfImported);
    }
    check_known(format_of(store)?)
}

/// The format that a database is in.
pub(in crate::ledger) fn format_of(store: &dyn Store) -> Result<u64, StoreError> {
    Ok(get(store, Number::Format)?.unwrap_or(UNNUMBERED))
}

pub(in crate::ledger) fn check_known(format: u64) -> Result<(), StoreError> {
    if format > FORMAT {
        return Err(StoreError::Newer {
            format,
            known: FORMAT,
        });
    }
    Ok(())
}

fn get(store: &dyn Store, number: Number) -> Result<Option<u64>, StoreError> {
    let value = store.get(&rows::number(number).bytes)?;
    value
        .map(|value| decode(&value).map_err(|_| lost(number)))
        .transpose()
}
