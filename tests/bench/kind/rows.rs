//! Labelled accounts.

use std::path::Path;

use anyhow::Context as _;
use lookalike::kind::Words;

/// A labelled account.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) is_organisation: bool,
    pub(crate) name: String,
    pub(crate) handle: String,
    pub(crate) bio: String,
    pub(crate) lang: String,
    pub(crate) source: String,
}

impl Row {
    pub(crate) fn words(&self) -> Words<'_> {
        Words {
            name: &self.name,
            handle: &self.handle,
            bio: &self.bio,
        }
    }

    /// Returns a number that is the same for the same account in all tables.
    pub(crate) fn number(&self) -> u32 {
        let text = self.name.to_lowercase() + &self.handle.to_lowercase();
        let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        hash ^ (hash >> 15)
    }

    pub(crate) fn is_tenth(&self) -> bool {
        self.number().is_multiple_of(10)
    }

    /// Whether it was made by a program.
    pub(crate) fn is_invented(&self) -> bool {
        self.source.starts_with("synth")
    }
}

/// Reads all tables of a folder, by name.
pub(crate) fn of_folder(folder: &Path) -> anyhow::Result<Vec<Row>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        files.extend(Some(path).filter(|path| path.extension().is_some_and(|it| it == "tsv")));
    }
    files.sort();
    let tables = files.iter().map(|file| of_file(file));
    Ok(tables.collect::<anyhow::Result<Vec<_>>>()?.concat())
}

/// Reads a table.
pub(crate) fn of_file(file: &Path) -> anyhow::Result<Vec<Row>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let rows = text.lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t').map(str::to_owned);
        let label = cells.next()?;
        let mut next = || cells.next().unwrap_or_default();
        Some(Row {
            is_organisation: label == "organization",
            name: next(),
            handle: next(),
            bio: next(),
            lang: next(),
            source: next(),
        })
    });
    Ok(rows.collect())
}
