//! Generations: which folder holds the rows. sled never overwrites what is removed, it only reuses the room some time;
//! so now and then the rows are copied into a new folder, and the old one is removed with whatever was left in it.
//!
//! While a copy is made, a mark stands next to it. With the removal of the mark the copy counts: a crash before it
//! leaves the old rows, and one after it the new ones, which are the same.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The first folder ...
const FIRST: &str = "rows";

/// ... and how the names of the next ones begin; a name that people would not give a copy.
const NEXT: &str = "rows.generation-";

/// What the name of a mark ends with.
const MARK: &str = ".unfinished";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Generation(u32);

impl Generation {
    /// Returns whether a folder has any.
    pub(super) fn is_in(database: &Path) -> bool {
        let entries = std::fs::read_dir(database).into_iter().flatten().flatten();
        entries
            .filter(|entry| entry.path().is_dir())
            .any(|entry| Self::of(&entry.path()).is_some())
    }

    /// Returns the one that counts. Removes what a crash has left of others, so the database must be locked.
    pub(super) fn take_over(database: &Path) -> io::Result<Self> {
        let mut all = BTreeSet::new();
        for entry in std::fs::read_dir(database)? {
            all.extend(Self::of(&entry?.path()));
        }
        let mut current = Self(1);
        for generation in all {
            if generation.mark(database).try_exists()? {
                generation.discard(database)?;
            } else {
                if current < generation {
                    current.remove(database)?;
                }
                current = generation;
            }
        }
        Ok(current)
    }

    pub(super) fn folder(self, database: &Path) -> PathBuf {
        database.join(self.name())
    }

    /// Begins the next one, which does not count before it is finished.
    pub(super) fn begin_next(self, database: &Path) -> io::Result<Self> {
        let next = Self(self.0.saturating_add(1));
        File::create(next.mark(database))?;
        File::open(database)?.sync_all()?;
        // An earlier attempt may have left something there.
        next.remove(database)?;
        Ok(next)
    }

    /// Lets it count from now on. After an error it is unknown whether it does.
    pub(super) fn finish(self, database: &Path) -> io::Result<()> {
        std::fs::remove_file(self.mark(database))?;
        File::open(database)?.sync_all()
    }

    /// Removes one that was not finished.
    pub(super) fn discard(self, database: &Path) -> io::Result<()> {
        self.remove(database)?;
        // Only now: without the mark it would count.
        std::fs::remove_file(self.mark(database))
    }

    pub(super) fn remove(self, database: &Path) -> io::Result<()> {
        match std::fs::remove_dir_all(self.folder(database)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => File::open(database)?.sync_all(),
        }
    }

    fn name(self) -> String {
        match self.0 {
            1 => FIRST.to_owned(),
            number => format!("{NEXT}{number}"),
        }
    }

    fn mark(self, database: &Path) -> PathBuf {
        database.join(self.name() + MARK)
    }

    /// Returns the generation of a folder of rows, or of a mark.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let name = name.strip_suffix(MARK).unwrap_or(name);
        let generation = match name.strip_prefix(NEXT) {
            Some(number) => Self(number.parse().ok()?),
            None => Self(1),
        };
        (generation.name() == name).then_some(generation)
    }
}
