//! The embedded database: small rows in sled, bulky records in append-only files next to it.
//!
//! The only home of sled. What it works around, measured on sled 0.34.7:
//! - `flush()` hands the log to the system but does not sync it (sled issue 1452), so every commit
//!   ends with a `sync_data` of the log file by us;
//! - several flushes at once can deadlock (issue 1308), so only the ledger's one writer commits, and a
//!   watchdog ends the process when a commit hangs;
//! - large values make its memory unbounded, so rows are small and lists live in [`segments`];
//! - what is removed stays in its file until the room is used again, so now and then the rows go into a new
//!   one: see [`generations`].

mod generations;
mod rows;
mod segments;
mod watchdog;

use std::fs::{DirBuilder, File, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::model::Pointer;
use crate::stores::{Changes, EachRecord, Room, Row, Store, StoreError};

use generations::Generation;
use rows::Rows;
use segments::Segments;
use watchdog::Watchdog;

/// How many times the size of the rows must be free: the copy is no larger, and other work goes on during it.
const SPARED: u64 = 2;

/// Held locked by the process that has the database open.
const LOCK: &str = "lock";

/// The rights of other users of the machine to the folders and files of a database: none.
const PRIVATE_FOLDER: u32 = 0o700;
const PRIVATE_FILE: u32 = 0o600;
const OTHERS: u32 = 0o077;

/// What else may lie in a folder that is ours alone.
const BESIDES: [&str; 4] = [LOCK, "alive", "failed", "files"];

/// The folder of the segments.
const LISTS: &str = "lists";

/// How long to wait for a process that is about to close the database: sled's threads end in their own time.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct SledStore {
    folder: PathBuf,
    rows: Mutex<(Generation, Arc<Rows>)>,
    segments: Segments,
    watchdog: Watchdog,
    /// It is unknown which rows count.
    failed: AtomicBool,
    _lock: File,
}

impl SledStore {
    /// Opens or creates the database in a folder. Blocks for some seconds while another process has it open.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let started = Instant::now();
        let mut opened = Self::open_now(folder);
        if let Err(StoreError::InUse(folder)) = &opened {
            tracing::info!(%folder, "the database is in use; waiting for a moment");
        }
        while matches!(opened, Err(StoreError::InUse(_))) && started.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(10));
            opened = Self::open_now(folder);
        }
        opened
    }

    /// The same for one that exists already.
    pub fn open_existing(folder: &Path) -> Result<Self, StoreError> {
        match Generation::is_in(folder) {
            true => Self::open(folder),
            false => Err(StoreError::Missing(folder.display().to_string())),
        }
    }

    /// Returns whether there is one in a folder, which need not exist either.
    ///
    /// # Errors
    /// If none could be created there.
    pub fn is_there(folder: &Path) -> Result<bool, StoreError> {
        if Generation::is_in(folder) {
            return Ok(true);
        }
        let mut above = folder.ancestors().filter(|path| path.exists());
        let place = above.next().unwrap_or(Path::new("."));
        let wrong = |reason: &str| StoreError::Folder {
            folder: folder.display().to_string(),
            reason: format!("{} {reason}", place.display()),
        };
        let metadata = place.metadata()?;
        match (metadata.is_dir(), metadata.permissions().readonly()) {
            (true, false) => Ok(false),
            (true, true) => Err(wrong("can't be written")),
            (false, _) => Err(wrong("is no folder")),
        }
    }

    /// The same, at once or not at all.
    pub fn open_now(folder: &Path) -> Result<Self, StoreError> {
        tracing::debug!(folder = %folder.display(), "opening the database");
        let lock = lock(folder)?;
        keep_private(folder);
        let generation = Generation::take_over(folder)?;
        let lists = folder.join(LISTS);
        let rows = Rows::open(&generation.folder(folder), lists.exists())?;
        File::open(folder)?.sync_all()?;
        let segments = Segments::open(&lists)?;
        File::open(folder)?.sync_all()?;
        Ok(Self {
            folder: folder.to_owned(),
            rows: Mutex::new((generation, Arc::new(rows))),
            segments,
            watchdog: Watchdog::start(),
            failed: AtomicBool::new(false),
            _lock: lock,
        })
    }

    fn rows(&self) -> Arc<Rows> {
        let current = self.current();
        Arc::clone(&current.1)
    }

    fn current(&self) -> MutexGuard<'_, (Generation, Arc<Rows>)> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Copies the rows into a folder of their own, which does not count yet; `None` if `go_on` ended it.
    fn copy(
        &self,
        rows: &Rows,
        next: Generation,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Option<Rows>, StoreError> {
        let watched = self.watchdog.watch();
        let copy = Rows::open(&next.folder(&self.folder), false)?;
        drop(watched);
        let is_whole = rows.copy_to(&copy, &self.watchdog, go_on)?;
        tracing::trace!(is_whole, "the rows are copied");
        Ok(is_whole.then_some(copy))
    }
}

impl Store for SledStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.rows().get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        self.rows().scan(from, to, limit)
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
        if self.failed.load(Ordering::Relaxed) {
            return Err(StoreError::Stopped);
        }
        let _watched = self.watchdog.watch();
        // Records first: a row must never point to what a power cut can take away.
        self.segments.sync()?;
        tracing::trace!("records are on disk");
        self.rows().commit(changes)?;
        tracing::trace!(rows = changes.len(), "rows are on disk");
        Ok(())
    }

    fn drop_records(&self, below: u32) -> Result<u32, StoreError> {
        self.segments.drop_below(below)
    }

    fn rewrite(&self, go_on: &dyn Fn() -> bool) -> Result<bool, StoreError> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(StoreError::Stopped);
        }
        let (generation, rows) = self.current().clone();
        let needed = rows.size()?.saturating_mul(SPARED);
        if self.room().is_some_and(|room| room.free < needed) {
            return Err(StoreError::Full);
        }
        let next = generation.begin_next(&self.folder)?;
        let copy = match self.copy(&rows, next, go_on) {
            Ok(Some(copy)) => copy,
            given_up => {
                if let Err(error) = next.discard(&self.folder) {
                    tracing::warn!(%error, "half a copy of the rows is left");
                }
                return given_up.map(|_| false);
            }
        };
        if let Err(error) = next.finish(&self.folder) {
            self.failed.store(true, Ordering::Relaxed);
            return Err(error.into());
        }
        tracing::trace!("the copy counts");
        let _watched = self.watchdog.watch();
        *self.current() = (next, Arc::new(copy));
        // Readers may have it open still.
        drop(rows);
        Generation::take_over(&self.folder)?;
        Ok(true)
    }

    fn size(&self) -> u64 {
        let rows = self.rows().size().unwrap_or_else(|error| {
            tracing::warn!(%error, folder = %self.folder.display(), "can't tell the size of the database");
            0
        });
        rows + self.segments.size()
    }

    fn room(&self) -> Option<Room> {
        room_at(&self.folder)
    }
}

/// Returns the disk that a folder is on.
pub(super) fn room_at(folder: &Path) -> Option<Room> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(Room {
        free: disk.f_bavail.saturating_mul(disk.f_frsize),
        total: disk.f_blocks.saturating_mul(disk.f_frsize),
    })
}

/// Creates the folder, if need be, and keeps other processes out of it as long as the file is open.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let refused = |error: std::io::Error| {
        let reason = error.to_string();
        match StoreError::from(error) {
            StoreError::Full => StoreError::Full,
            _ => StoreError::Folder {
                folder: folder.display().to_string(),
                reason,
            },
        }
    };
    let made = DirBuilder::new()
        .recursive(true)
        .mode(PRIVATE_FOLDER)
        .create(folder);
    made.map_err(refused)?;
    let lock = File::create(folder.join(LOCK)).map_err(refused)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(folder.display().to_string())),
        Err(TryLockError::Error(error)) => Err(refused(error)),
    }
}

/// Takes the rights of other users away from a database that was created with them. A folder that holds anything else
/// is not ours alone, and keeps its own.
fn keep_private(database: &Path) {
    let entries = std::fs::read_dir(database).into_iter().flatten().flatten();
    let entries: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    let is_called = |path: &Path, names: &[&str]| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| names.contains(&name))
    };
    let holds_data = |path: &Path| Generation::of(path).is_some() || is_called(path, &[LISTS]);
    let is_ours = |path: &PathBuf| holds_data(path) || is_called(path, &BESIDES);
    if entries.iter().all(is_ours) {
        make_all_private(database);
    } else {
        let data = entries.iter().filter(|path| holds_data(path));
        data.for_each(|path| make_all_private(path));
    }
}

fn make_all_private(path: &Path) {
    make_private(path);
    // Not a link, which may lead elsewhere.
    if path.symlink_metadata().is_ok_and(|found| found.is_dir()) {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.for_each(|entry| make_all_private(&entry.path()));
    }
}

fn make_private(path: &Path) {
    let Ok(found) = path.symlink_metadata() else {
        return;
    };
    let mode = match found.file_type() {
        kind if kind.is_dir() => PRIVATE_FOLDER,
        kind if kind.is_file() => PRIVATE_FILE,
        _ => return,
    };
    if found.permissions().mode() & OTHERS == 0 {
        return;
    }
    if let Err(error) = std::fs::set_permissions(path, Permissions::from_mode(mode)) {
        let path = path.display();
        tracing::warn!(%error, %path, "others on this machine can read what is stored");
    }
}
