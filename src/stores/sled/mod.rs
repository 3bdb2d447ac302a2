//! The embedded database: small rows in sled, bulky records in append-only files beside it.
//!
//! The only home of sled. What it works around, measured on sled 0.34.7:
//! - `flush()` hands the log to the system but does not sync it (sled issue 1452), so every commit
//!   ends with a `sync_data` of the log file by us;
//! - several flushes at once can deadlock (issue 1308), so only the ledger's one writer commits, and a
//!   watchdog ends the process when a commit hangs;
//! - large values make its memory unbounded, so rows are small and lists live in [`segments`].

mod segments;
mod watchdog;

use std::fs::File;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::model::Pointer;
use crate::stores::{Changes, EachRecord, Room, Row, Store, StoreError};

use segments::Segments;
use watchdog::Watchdog;

/// The page cache in bytes. The rows of a crawl of 100,000 followers fit; more buys nothing measurable.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;

/// How often sled's own thread syncs what lies beside the log.
const FLUSH_EVERY_MS: u64 = 500;

/// An empty tree that every database has from its beginning: it is on disk before the folder of the lists
/// is made.
const MADE: &[u8] = b"made";

#[derive(Debug)]
pub struct SledStore {
    folder: PathBuf,
    database: sled::Db,
    log: File,
    segments: Segments,
    watchdog: Watchdog,
}

impl SledStore {
    /// Opens or makes the database in a folder.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        tracing::debug!(folder = %folder.display(), "opening the database");
        let rows = folder.join("rows");
        std::fs::create_dir_all(folder).map_err(|error| StoreError::Folder {
            folder: folder.display().to_string(),
            reason: error.to_string(),
        })?;
        let config = sled::Config::new()
            .path(&rows)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(Some(FLUSH_EVERY_MS));
        let mut opened = open_rows(folder, &config);
        if matches!(opened, Err(StoreError::Damaged { .. })) && remove_unfinished(&rows) {
            opened = open_rows(folder, &config);
        }
        let database = opened?;
        // sled takes a log that it can't read at all for an empty one.
        let lists = folder.join("lists");
        if lists.exists() && !database.tree_names().contains(&MADE.into()) {
            return Err(StoreError::Damaged {
                folder: folder.display().to_string(),
                reason: "its log has lost what was in it".into(),
            });
        }
        let log = File::open(rows.join("db"))?;
        database.open_tree(MADE).map_err(failed)?;
        database.flush().map_err(failed)?;
        log.sync_data()?;
        // The new entries of a folder are on disk only when the folder itself is.
        File::open(&rows)?.sync_all()?;
        let segments = Segments::open(&lists)?;
        File::open(folder)?.sync_all()?;
        Ok(Self {
            folder: folder.to_owned(),
            database,
            log,
            segments,
            watchdog: Watchdog::start(),
        })
    }
}

impl Store for SledStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self
            .database
            .get(key)
            .map_err(failed)?
            .map(|value| value.to_vec()))
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let rows = self.database.range(from..to).take(limit);
        rows.map(|row| {
            row.map(|(key, value)| (key.to_vec(), value.to_vec()))
                .map_err(failed)
        })
        .collect()
    }

    fn append(&self, segment: u32, payload: &[u8]) -> Result<Pointer, StoreError> {
        let _watched = self.watchdog.watch();
        self.segments.append(segment, payload)
    }

    fn record(&self, pointer: Pointer) -> Result<Vec<u8>, StoreError> {
        self.segments.record(pointer)
    }

    fn records(&self, pointers: &[Pointer], each: &mut EachRecord<'_>) -> Result<(), StoreError> {
        self.segments.records(pointers, each)
    }

    fn commit(&self, changes: &Changes) -> Result<(), StoreError> {
        let _watched = self.watchdog.watch();
        // Records first: a row must never point to what a power cut can take away.
        self.segments.sync()?;
        tracing::trace!("records are on disk");
        let mut batch = sled::Batch::default();
        for (key, value) in changes {
            match value {
                Some(value) => batch.insert(key.as_slice(), value.as_slice()),
                None => batch.remove(key.as_slice()),
            }
        }
        self.database.apply_batch(batch).map_err(failed)?;
        self.database.flush().map_err(failed)?;
        self.log.sync_data()?;
        tracing::trace!(rows = changes.len(), "rows are on disk");
        Ok(())
    }

    fn drop_records(&self, below: u32) -> Result<u32, StoreError> {
        self.segments.drop_below(below)
    }

    fn size(&self) -> u64 {
        let rows = self.database.size_on_disk().unwrap_or_else(|error| {
            tracing::warn!(%error, folder = %self.folder.display(), "can't tell the size of the database");
            0
        });
        rows + self.segments.size()
    }

    fn room(&self) -> Option<Room> {
        let disk = rustix::fs::statvfs(&self.folder).ok()?;
        Some(Room {
            free: disk.f_bavail.saturating_mul(disk.f_frsize),
            total: disk.f_blocks.saturating_mul(disk.f_frsize),
        })
    }
}

fn open_rows(folder: &Path, config: &sled::Config) -> Result<sled::Db, StoreError> {
    // sled panics on some kinds of damage where it should report them.
    match catch_unwind(AssertUnwindSafe(|| config.open())) {
        Ok(opened) => opened.map_err(|error| cannot_open(folder, &error)),
        Err(_) => Err(StoreError::Damaged {
            folder: folder.display().to_string(),
            reason: "its log can't be read".into(),
        }),
    }
}

/// Removes snapshots that a full disk or a crash has cut off; says whether there was one. sled takes such
/// a one for the newest and refuses to open, though a snapshot only saves it from reading all of the log.
fn remove_unfinished(rows: &Path) -> bool {
    let entries = std::fs::read_dir(rows).into_iter().flatten().flatten();
    let unfinished = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == "generating"));
    unfinished
        .map(std::fs::remove_file)
        .filter(Result::is_ok)
        .count()
        > 0
}

fn failed(error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(error) => error.into(),
        other => StoreError::Io(other.to_string()),
    }
}

fn cannot_open(folder: &Path, error: &sled::Error) -> StoreError {
    let folder = folder.display().to_string();
    match error {
        // sled words a held lock as an I/O error of this kind of text only.
        sled::Error::Io(io) if io.to_string().contains("could not acquire lock") => {
            StoreError::InUse(folder)
        }
        sled::Error::Io(io) if io.kind() == ErrorKind::StorageFull => StoreError::Full,
        sled::Error::Io(io)
            if matches!(
                io.kind(),
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            StoreError::Folder {
                folder,
                reason: io.to_string(),
            }
        }
        other => StoreError::Damaged {
            folder,
            reason: other.to_string(),
        },
    }
}
