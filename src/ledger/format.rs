//! Which version's rows a database holds, so that no version works on what it can't know.

use serde::de::DeserializeOwned;

use crate::ledger::rows::{self, Key, Number};
use crate::ledger::transaction::decode;
use crate::stores::{Store, StoreError};

/// The format of the rows that this version writes. To be raised when an earlier version would misread
/// them; this version then carries what is older over when it opens it.
pub(super) const FORMAT: u64 = 1;

/// The format of databases from before there was a number.
const UNNUMBERED: u64 = 1;

/// Refuses a database that this version can't work on. Changes nothing.
pub fn check_format(store: &dyn Store) -> Result<(), StoreError> {
    if get(store, &rows::number(Number::Importing))?.is_some() {
        return Err(StoreError::HalfImported);
    }
    let format = get(store, &rows::number(Number::Format))?;
    check_known(format.unwrap_or(UNNUMBERED))
}

pub(super) fn check_known(format: u64) -> Result<(), StoreError> {
    if format > FORMAT {
        return Err(StoreError::Newer {
            format,
            known: FORMAT,
        });
    }
    Ok(())
}

fn get<T: DeserializeOwned>(store: &dyn Store, key: &Key<T>) -> Result<Option<T>, StoreError> {
    let value = store.get(&key.bytes)?;
    value.map(|value| decode(&value)).transpose()
}
