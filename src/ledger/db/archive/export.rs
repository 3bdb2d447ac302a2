//! Writes an archive. The same database always gives the same bytes.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::ledger::db::archive::pointers::for_each_pointer;
use crate::ledger::db::archive::{ArchiveError, Copied, Heading, KIND, for_each_batch};
use crate::ledger::db::format::{FORMAT, check_format};
use crate::ledger::db::rows;
use crate::ledger::db::transaction::encode;
use crate::stores::{Store, StoreError};

/// Copies a database that no process works on.
pub fn export(store: &dyn Store, to: impl Write) -> Result<Copied, ArchiveError> {
    check_format(store)?;
    let mut out = GzEncoder::new(to, Compression::default());
    let heading = Heading {
        kind: KIND.into(),
        format: FORMAT,
    };
    let mut line = encode(&heading)?;
    line.push(b'\n');
    write(&mut out, &line)?;
    let mut copied = Copied::default();
    for_each_batch(store, |rows| {
        for (key, value) in rows {
            match with_records(store, &key, value) {
                Ok((value, records)) => {
                    copied.rows += 1;
                    copied.records += records.len() as u64;
                    write_sized(&mut out, &key)?;
                    write_sized(&mut out, &value)?;
                    records
                        .iter()
                        .try_for_each(|record| write(&mut out, record))?;
                }
                // One list of thousands, which is read again when it is wanted.
                Err(StoreError::Corrupt(reason)) if rows::is_follow_list(&key) => {
                    tracing::error!(%reason, "left a damaged list out");
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    })?;
    if copied.rows == 0 {
        return Err(ArchiveError::NothingToExport);
    }
    let mut to = out.finish().map_err(ArchiveError::Unwritable)?;
    to.flush().map_err(ArchiveError::Unwritable)?;
    Ok(copied)
}

/// Returns a row without the places of its records, and the records.
fn with_records(
    store: &dyn Store,
    key: &[u8],
    value: Vec<u8>,
) -> Result<(Vec<u8>, Vec<Vec<u8>>), StoreError> {
    let mut records = Vec::new();
    let value = for_each_pointer(key, value, |pointer| {
        records.push(store.record(*pointer)?);
        pointer.offset = 0;
        Ok::<(), StoreError>(())
    })?;
    Ok((value, records))
}

fn write_sized(out: &mut impl Write, bytes: &[u8]) -> Result<(), ArchiveError> {
    let length =
        u32::try_from(bytes.len()).map_err(|_| StoreError::Corrupt("a row over 4 GiB".into()))?;
    write(out, &length.to_le_bytes())?;
    write(out, bytes)
}

fn write(out: &mut impl Write, bytes: &[u8]) -> Result<(), ArchiveError> {
    out.write_all(bytes).map_err(ArchiveError::Unwritable)
}
