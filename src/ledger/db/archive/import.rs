//! Reads an archive back into an empty database: all of it or nothing.
//!
//! Whether an archive is whole shows at its end only, so a mark lies in the database until then. No process works on a
//! database with the mark; the next import removes what it finds there.

use std::io::{BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;

use crate::ledger::db::archive::pointers::for_each_pointer;
use crate::ledger::db::archive::{ArchiveError, BATCH, Copied, END, Heading, KIND, for_each_batch};
use crate::ledger::db::format::check_known;
use crate::ledger::db::rows::{self, DbNumber};
use crate::ledger::db::transaction::encode;
use crate::stores::{Changes, Store, StoreError};

/// The first line is shorter; a longer one is that of another kind of file.
const LONGEST_HEADING: u64 = 1_000;

/// Bytes of the longest row or record that a database of ours may hold: the reading order of 16 million followers.
const LONGEST: u32 = 1 << 27;

/// Bytes of rows that are written together at most, but for the last of them.
const BATCH_BYTES: usize = 1 << 24;

/// How many times longer an archive may be unpacked: most are twice as long. The first bytes may unpack to any length.
const RATIO: u64 = 50;
const ANY_RATIO: u64 = 1 << 24;

/// An archive of a known format, whose first line has been read.
pub struct Archive<R> {
    stream: BufReader<MultiGzDecoder<CountingReader<R>>>,
    /// Bytes unpacked so far.
    unpacked: u64,
}

/// Counts the bytes that are read.
struct CountingReader<R> {
    from: R,
    bytes: u64,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

impl<R: Read> Archive<R> {
    pub fn open(from: R) -> Result<Self, ArchiveError> {
        let from = CountingReader { from, bytes: 0 };
        let mut stream = BufReader::new(MultiGzDecoder::new(from));
        let mut line = Vec::new();
        let read = (&mut stream)
            .take(LONGEST_HEADING)
            .read_until(b'\n', &mut line);
        let heading = read.ok().and_then(|_| serde_json::from_slice(&line).ok());
        let heading = heading.filter(|heading: &Heading| heading.kind == KIND);
        check_known(heading.ok_or(ArchiveError::NotAnArchive)?.format)?;
        let unpacked = 0;
        Ok(Self { stream, unpacked })
    }

    /// Fills an empty database, or leaves it empty.
    pub fn import(mut self, store: &dyn Store) -> Result<Copied, ArchiveError> {
        let mark = rows::number(DbNumber::Importing);
        let is_empty = store.scan(&[], &END, 1)?.is_empty();
        if !is_empty && store.get(&mark.bytes)?.is_none() {
            return Err(ArchiveError::NotEmpty);
        }
        clear(store)?;
        store.commit(&Changes::from([(mark.bytes, Some(encode(&1u64)?))]))?;
        let copied = self.copy(store);
        if copied.is_err() {
            clear(store)?;
        }
        copied
    }

    fn copy(&mut self, store: &dyn Store) -> Result<Copied, ArchiveError> {
        let mut copied = Copied::default();
        let mut changes = Changes::new();
        let mut bytes = 0;
        while let Some(length) = self.length()? {
            let key = self.bytes(length)?;
            let length = self.length()?.ok_or_else(ends_too_early)?;
            let value = self.bytes(length)?;
            let value = for_each_pointer(&key, value, |pointer| {
                let record = self.bytes(pointer.length)?;
                *pointer = store.append(pointer.segment, &record)?;
                copied.records += 1;
                Ok::<(), ArchiveError>(())
            });
            let value = value.map_err(|error| match error {
                ArchiveError::Store(StoreError::Corrupt(reason)) => ArchiveError::Damaged(reason),
                other => other,
            })?;
            copied.rows += 1;
            bytes += value.len();
            changes.insert(key, Some(value));
            if changes.len() == BATCH || bytes >= BATCH_BYTES {
                store.commit(&std::mem::take(&mut changes))?;
                bytes = 0;
            }
        }
        // It is whole: the rows count together with the removal of the mark.
        changes.insert(rows::number(DbNumber::Importing).bytes, None);
        store.commit(&changes)?;
        Ok(copied)
    }

    /// Returns the length of the next part; `None` at the end.
    fn length(&mut self) -> Result<Option<u32>, ArchiveError> {
        if self.stream.fill_buf().map_err(unreadable)?.is_empty() {
            return Ok(None);
        }
        let bytes = self.bytes(size_of::<u32>() as u32)?;
        let length = bytes.try_into().map(u32::from_le_bytes);
        length.map(Some).map_err(|_| ends_too_early())
    }

    fn bytes(&mut self, length: u32) -> Result<Vec<u8>, ArchiveError> {
        if length > LONGEST {
            let what = format!("something of {length} bytes is in it");
            return Err(ArchiveError::Damaged(what));
        }
        self.unpacked = self.unpacked.saturating_add(length.into());
        let packed = self.stream.get_ref().get_ref().bytes;
        if self.unpacked > ANY_RATIO.saturating_add(packed.saturating_mul(RATIO)) {
            let what = "it is far longer unpacked than a database is".to_owned();
            return Err(ArchiveError::Damaged(what));
        }
        let mut bytes = Vec::new();
        let mut next = (&mut self.stream).take(u64::from(length));
        next.read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() < length as usize {
            return Err(ends_too_early());
        }
        Ok(bytes)
    }
}

/// Empties a database; the mark goes last.
fn clear(store: &dyn Store) -> Result<(), ArchiveError> {
    let mark = rows::number(DbNumber::Importing).bytes;
    for_each_batch(store, |rows| {
        let keys = rows.into_iter().map(|(key, _)| key);
        let others = keys.filter(|key| *key != mark);
        store.commit(&others.map(|key| (key, None)).collect())?;
        Ok(())
    })?;
    store.drop_records(u32::MAX)?;
    store.commit(&Changes::from([(mark, None)]))?;
    Ok(())
}

fn ends_too_early() -> ArchiveError {
    ArchiveError::Damaged("it ends too early".into())
}

fn unreadable(error: std::io::Error) -> ArchiveError {
    ArchiveError::Damaged(error.to_string())
}
