//! The rows: a sled database in a folder of its own.

use std::fs::File;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::stores::sled::watchdog::Watchdog;
use crate::stores::{Changes, Row, StoreError};

/// The page cache in bytes. The rows of a crawl of 100,000 followers fit; more buys nothing measurable.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;

/// How often sled's own thread syncs what lies next to the log.
const FLUSH_EVERY_MS: u64 = 500;

/// An empty tree that every database has from its beginning: it is on disk before the folder of the lists is created.
const MADE: &[u8] = b"made";

/// Rows that are copied at once: with more, sled's writers get into each other's way.
const COPIED_AT_ONCE: usize = 50;

#[derive(Debug)]
pub(super) struct Rows {
    database: sled::Db,
    log: File,
}

impl Rows {
    /// Opens or creates the rows in a folder; an error names the database, which is the folder above. With `had_some`
    /// they must exist already.
    pub(super) fn open(folder: &Path, had_some: bool) -> Result<Self, StoreError> {
        let config = sled::Config::new()
            .path(folder)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(Some(FLUSH_EVERY_MS));
        let mut opened = open(folder, &config);
        if matches!(opened, Err(StoreError::Damaged { .. })) && remove_unfinished(folder) {
            opened = open(folder, &config);
        }
        let database = opened?;
        // sled takes a log that it can't read at all for an empty one.
        if had_some && !database.tree_names().contains(&MADE.into()) {
            return Err(damaged(folder, "its log has lost what was in it"));
        }
        let log = File::open(folder.join("db"))?;
        database.open_tree(MADE).map_err(failed)?;
        database.flush().map_err(failed)?;
        log.sync_data()?;
        // The new entries of a folder are on disk only when the folder itself is.
        File::open(folder)?.sync_all()?;
        Ok(Self { database, log })
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let value = self.database.get(key).map_err(failed)?;
        Ok(value.map(|value| value.to_vec()))
    }

    pub(super) fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
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

    pub(super) fn commit(&self, changes: &Changes) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (key, value) in changes {
            match value {
                Some(value) => batch.insert(key.as_slice(), value.as_slice()),
                None => batch.remove(key.as_slice()),
            }
        }
        self.put(batch)?;
        self.sync()
    }

    /// Copies all of them to empty ones, as long as `go_on` returns true; returns whether it was finished. They are on
    /// disk then.
    pub(super) fn copy_to(
        &self,
        others: &Self,
        watchdog: &Watchdog,
        go_on: &dyn Fn() -> bool,
    ) -> Result<bool, StoreError> {
        // sled panics on some kinds of damage where it should report them.
        let copied = catch_unwind(AssertUnwindSafe(|| self.copy_all(others, watchdog, go_on)));
        copied.unwrap_or_else(|_| Err(StoreError::Corrupt("a row can't be copied".into())))
    }

    fn copy_all(
        &self,
        others: &Self,
        watchdog: &Watchdog,
        go_on: &dyn Fn() -> bool,
    ) -> Result<bool, StoreError> {
        let mut rows = self.database.iter();
        while go_on() {
            let _watched = watchdog.watch();
            let mut batch = sled::Batch::default();
            let mut count = 0;
            for row in rows.by_ref().take(COPIED_AT_ONCE) {
                let (key, value) = row.map_err(failed)?;
                batch.insert(key, value);
                count += 1;
            }
            if count == 0 {
                others.sync()?;
                return Ok(true);
            }
            others.put(batch)?;
        }
        Ok(false)
    }

    /// Bytes on disk.
    pub(super) fn size(&self) -> Result<u64, StoreError> {
        self.database.size_on_disk().map_err(failed)
    }

    fn put(&self, batch: sled::Batch) -> Result<(), StoreError> {
        self.database.apply_batch(batch).map_err(failed)?;
        self.database.flush().map_err(failed)?;
        Ok(())
    }

    fn sync(&self) -> Result<(), StoreError> {
        Ok(self.log.sync_data()?)
    }
}

fn open(folder: &Path, config: &sled::Config) -> Result<sled::Db, StoreError> {
    // sled panics on some kinds of damage where it should report them.
    match catch_unwind(AssertUnwindSafe(|| config.open())) {
        Ok(opened) => opened.map_err(|error| cannot_open(folder, &error)),
        Err(_) => Err(damaged(folder, "its log can't be read")),
    }
}

/// Removes snapshots that a full disk or a crash has cut off; returns whether there was one. sled takes it for the
/// newest and refuses to open, though a snapshot only saves it from reading all of the log.
fn remove_unfinished(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
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
    match error {
        // sled words a held lock as an I/O error of this kind of text only.
        sled::Error::Io(io) if io.to_string().contains("could not acquire lock") => {
            StoreError::InUse(shown(folder))
        }
        sled::Error::Io(io) if io.kind() == ErrorKind::StorageFull => StoreError::Full,
        sled::Error::Io(io)
            if matches!(
                io.kind(),
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            StoreError::Folder {
                folder: shown(folder),
                reason: io.to_string(),
            }
        }
        other => damaged(folder, &other.to_string()),
    }
}

fn damaged(folder: &Path, reason: &str) -> StoreError {
    StoreError::Damaged {
        folder: shown(folder),
        reason: reason.to_owned(),
    }
}

/// Returns the database as its URL names it.
fn shown(folder: &Path) -> String {
    folder.parent().unwrap_or(folder).display().to_string()
}
