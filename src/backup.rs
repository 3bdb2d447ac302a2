//! The database in a file and back: what `lookalike export` and `lookalike import` do.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::ledger::{Archive, ArchiveError, Copied, export};
use crate::stores::{self, StoreError};

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{0} is there already, and nothing is overwritten; name another file")]
    Exists(String),
    #[error("{file} can't be read ({error}); name a file that `lookalike export` has written")]
    Unreadable { file: String, error: std::io::Error },
    #[error("{file} {error}")]
    Archive { file: String, error: ArchiveError },
    #[error(transparent)]
    Database(ArchiveError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies the database at `url` into a new file, which appears once all of it is on disk.
pub fn export_to(file: &Path, url: &str) -> Result<Copied, BackupError> {
    if file.exists() {
        return Err(BackupError::Exists(file.display().to_string()));
    }
    let store = stores::open_existing(url)?;
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let unwritable = |error| of_file(file, ArchiveError::Unwritable(error));
    let unfinished = NamedTempFile::new_in(folder).map_err(unwritable)?;
    let copied = export(store.as_ref(), BufWriter::new(unfinished.as_file()))
        .map_err(|error| of_file(file, error))?;
    unfinished.as_file().sync_all().map_err(unwritable)?;
    unfinished
        .persist_noclobber(file)
        .map_err(|refused| unwritable(refused.error))?;
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(unwritable)?;
    Ok(copied)
}

/// Copies such a file into the database at `url`, which must be empty.
pub fn import_from(file: &Path, url: &str) -> Result<Copied, BackupError> {
    let opened = File::open(file).map_err(|error| BackupError::Unreadable {
        file: file.display().to_string(),
        error,
    })?;
    let archive = Archive::open(BufReader::new(opened)).map_err(|error| of_file(file, error))?;
    let store = stores::open(url)?;
    archive
        .import(store.as_ref())
        .map_err(|error| of_file(file, error))
}

/// Names the file, if it is the cause.
fn of_file(file: &Path, error: ArchiveError) -> BackupError {
    match error {
        ArchiveError::NothingToExport | ArchiveError::NotEmpty | ArchiveError::Store(_) => {
            BackupError::Database(error)
        }
        error => BackupError::Archive {
            file: file.display().to_string(),
            error,
        },
    }
}
