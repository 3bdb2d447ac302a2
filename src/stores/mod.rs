//! The shelf of databases. A store is a few verbs over ordered rows and append-only records; what the rows mean is the
//! ledger's business. To add one: add a file, and a line in [`open`].

mod memory;
mod sled;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use crate::model::Pointer;

pub use memory::MemoryStore;
pub use sled::SledStore;

/// Rows to put (`Some`) and to remove (`None`), by key.
pub type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// A row: key and value.
pub type Row = (Vec<u8>, Vec<u8>);

/// What is done with each of many records, or with the reason why it can't be read. An error ends it.
pub type EachRecord<'a> = dyn FnMut(Result<&[u8], StoreError>) -> Result<(), StoreError> + 'a;

/// A database. Any thread may read; `append` and `commit` are called by one writer only.
pub trait Store: Send + Sync + 'static {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Returns the rows with `from <= key < to` in the order of their keys, at most `limit`.
    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError>;

    /// Appends a bulky record to segment number `segment`. It is on disk after the next `commit`; without one it is
    /// garbage that nothing points to.
    fn append(&self, segment: u32, payload: &[u8]) -> Result<Pointer, StoreError>;

    /// Reads a record back.
    fn record(&self, pointer: Pointer) -> Result<Vec<u8>, StoreError>;

    /// Reads many records back, one after the other. A store may read neighbours at once.
    fn records(&self, pointers: &[Pointer], each: &mut EachRecord<'_>) -> Result<(), StoreError> {
        let mut pointers = pointers.iter();
        pointers.try_for_each(|pointer| match self.record(*pointer) {
            Ok(record) => each(Ok(&record)),
            Err(error) => each(Err(error)),
        })
    }

    /// Applies all of the changes or none. On return they, and all records appended before, have reached the disk.
    fn commit(&self, changes: &Changes) -> Result<(), StoreError>;

    /// Removes the segments numbered below `segment`. Returns how many there were.
    fn drop_records(&self, below: u32) -> Result<u32, StoreError>;

    /// Leaves nothing on the disk of rows whose removal was committed before; stops when `go_on` returns false, and
    /// returns whether it was finished. Called by the one writer. Half a million rows of 60 MB took 5 seconds, and as
    /// much room again meanwhile. The rows stay as they are, whether it succeeds or not.
    fn rewrite(&self, go_on: &dyn Fn() -> bool) -> Result<bool, StoreError>;

    /// Returns the bytes on disk (in memory, for a store that has no disk).
    fn size(&self) -> u64;

    /// Returns the room on its disk; `None` if it has none, or that can't be told.
    fn room(&self) -> Option<Room> {
        None
    }
}

/// A disk, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    pub free: u64,
    pub total: u64,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    #[error("DATABASE_URL: {0:?} is not a database; write sled:PATH, for example sled:./data")]
    Url(String),
    #[error(
        "DATABASE_URL: the folder {folder} can't be used ({reason}); name one that can be written, \
         for example sled:./data"
    )]
    Folder { folder: String, reason: String },
    #[error("there is no database in {0}; set DATABASE_URL to the folder of one")]
    Missing(String),
    #[error(
        "the database {0} is in use by another process; stop that one first, or set DATABASE_URL to another folder"
    )]
    InUse(String),
    #[error(
        "the database {folder} can't be opened ({reason}); restore a copy, or move the folder away to start anew"
    )]
    Damaged { folder: String, reason: String },
    #[error(
        "what is stored is of format {format}, and this version reads up to format {known}; install a \
         newer version of lookalike"
    )]
    Newer { format: u64, known: u64 },
    #[error(
        "an import into the database was not finished; run `lookalike import` once more, or move the \
         folder away to start anew"
    )]
    HalfImported,
    #[error("the disk is full; make room, and the next start goes on from what is there")]
    Full,
    #[error("the database failed: {0}")]
    Io(String),
    #[error("a stored record is damaged: {0}")]
    Corrupt(String),
    #[error("the database has stopped after an earlier error, which the log names")]
    Stopped,
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
            _ => StoreError::Io(error.to_string()),
        }
    }
}

/// Opens the database that a URL names: `sled:PATH` or `memory:`. Blocks for some seconds while another process has it
/// open, which may be about to close it.
pub fn open(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    open_by(url, SledStore::open)
}

/// The same, at once or not at all.
pub fn open_now(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    open_by(url, SledStore::open_now)
}

/// Returns whether there is a database already. Creates nothing.
///
/// # Errors
/// If none could be created there.
pub fn is_there(url: &str) -> Result<bool, StoreError> {
    match url.split_once(':') {
        Some(("sled", path)) if !path.is_empty() => SledStore::is_there(Path::new(path)),
        Some(("memory", "")) => Ok(true),
        _ => Err(StoreError::Url(url.to_owned())),
    }
}

/// Returns the disk that a database is on, or would be; `None` if it is on none, or that can't be told.
pub fn room(url: &str) -> Option<Room> {
    let folder = std::path::absolute(url.strip_prefix("sled:")?).ok()?;
    folder
        .ancestors()
        .find(|folder| folder.is_dir())
        .and_then(sled::room_at)
}

/// The same as [`open`] for a database that exists already. Creates nothing.
pub fn open_existing(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    open_by(url, SledStore::open_existing)
}

fn open_by(
    url: &str,
    open: fn(&Path) -> Result<SledStore, StoreError>,
) -> Result<Arc<dyn Store>, StoreError> {
    match url.split_once(':') {
        Some(("sled", path)) if !path.is_empty() => Ok(Arc::new(open(Path::new(path))?)),
        Some(("memory", "")) => Ok(Arc::new(MemoryStore::default())),
        _ => Err(StoreError::Url(url.to_owned())),
    }
}
