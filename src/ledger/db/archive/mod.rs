//! An archive: all that a database holds, in one file, for another machine or another version.
//!
//! It is a gzip stream. A line of JSON says what it is; row after row follows: the length of the key (little-endian
//! u32), the key, the length of the value, the value, and then the records that the row points to. Its pointers tell
//! their lengths and days; where they lie is decided when they are read back. Records that no row points to are not
//! copied. gzip's checksum at the end shows damage and cuts.

mod export;
mod import;
mod pointers;

use serde::{Deserialize, Serialize};

use crate::stores::{Row, Store, StoreError};

pub use export::export;
pub use import::Archive;

/// The kind of file, in the first line.
const KIND: &str = "lookalike database";

/// Rows that are read or written together.
const BATCH: usize = 500;

/// After the last key.
const END: [u8; 1] = [u8::MAX];

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Heading {
    kind: String,
    format: u64,
}

/// The number of rows and records that were copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    pub rows: u64,
    pub records: u64,
}

/// Why an export or import failed.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("the database is empty; DATABASE_URL names the one to export")]
    NothingToExport,
    #[error("can't be written ({0}); make room, or name a file elsewhere")]
    Unwritable(std::io::Error),
    #[error("is not a file that `lookalike export` has written")]
    NotAnArchive,
    #[error("is damaged or cut off ({0}); take another copy of it")]
    Damaged(String),
    #[error(
        "the database holds something already; set DATABASE_URL to a folder that is not there yet"
    )]
    NotEmpty,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Calls `each` with all rows, a batch at a time.
fn for_each_batch(
    store: &dyn Store,
    mut each: impl FnMut(Vec<Row>) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let mut from = Vec::new();
    loop {
        let rows = store.scan(&from, &END, BATCH)?;
        let Some((last, _)) = rows.last() else {
            return Ok(());
        };
        from.clone_from(last);
        from.push(0);
        each(rows)?;
    }
}
