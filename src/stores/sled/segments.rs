//! Append-only files for bulky records, one a day.
//!
//! A record is its length and its crc32 (little-endian u32 each), then the payload. Rows in sled point
//! to payloads; a record without a row, left by a crash, is garbage that goes with its file. Files are
//! named by day and dropped whole.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::model::Pointer;
use crate::stores::{EachRecord, StoreError};

/// Bytes before each payload.
const HEADER: u64 = 8;

/// Bytes that are read at once at most, unless one record is longer.
const STRETCH: u64 = 1 << 20;

/// Bytes between two records up to which it is quicker to read on.
const GAP: u64 = 16 << 10;

#[derive(Debug)]
pub(super) struct Segments {
    folder: PathBuf,
    open: Mutex<BTreeMap<u32, Segment>>,
}

#[derive(Debug)]
struct Segment {
    file: Arc<File>,
    length: u64,
    unsynced: bool,
}

impl Segments {
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder)?;
        let mut open = BTreeMap::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let number = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .and_then(|stem| stem.parse().ok());
            if let Some(number) = number {
                open.insert(number, Segment::open(&path)?);
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            open: Mutex::new(open),
        })
    }

    pub(super) fn append(&self, number: u32, payload: &[u8]) -> Result<Pointer, StoreError> {
        let length = u32::try_from(payload.len())
            .map_err(|_| StoreError::Io("a record over 4 GiB".into()))?;
        let mut open = self.lock();
        let segment = match open.entry(number) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let segment = Segment::open(&self.path(number))?;
                File::open(&self.folder)?.sync_all()?;
                entry.insert(segment)
            }
        };
        let mut bytes = Vec::with_capacity(HEADER as usize + payload.len());
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&crc32fast::hash(payload).to_le_bytes());
        bytes.extend_from_slice(payload);
        // A write that fails half way leaves the length as it was, and the next record overwrites it.
        segment.file.write_all_at(&bytes, segment.length)?;
        let pointer = Pointer {
            segment: number,
            offset: segment.length + HEADER,
            length,
        };
        segment.length += bytes.len() as u64;
        segment.unsynced = true;
        Ok(pointer)
    }

    pub(super) fn record(&self, pointer: Pointer) -> Result<Vec<u8>, StoreError> {
        let mut bytes = self.read(pointer.segment, pointer.offset, end(&pointer))?;
        checked(&pointer, &bytes)?;
        Ok(bytes.split_off(HEADER as usize))
    }

    /// Reads neighbours together.
    pub(super) fn records(
        &self,
        mut pointers: &[Pointer],
        each: &mut EachRecord<'_>,
    ) -> Result<(), StoreError> {
        while let Some(first) = pointers.first() {
            let (together, others) = pointers.split_at(neighbours(first, pointers));
            pointers = others;
            let to = together.last().map_or(0, end);
            let bytes = self.read(first.segment, first.offset, to);
            for pointer in together {
                match &bytes {
                    Ok(bytes) => {
                        let from = (pointer.offset - first.offset) as usize;
                        let record =
                            bytes.get(from..from + HEADER as usize + pointer.length as usize);
                        each(checked(pointer, record.unwrap_or_default()))?;
                    }
                    // One of them is damaged; reading each by itself shows which.
                    Err(_) => match self.record(*pointer) {
                        Ok(record) => each(Ok(&record))?,
                        Err(error) => each(Err(error))?,
                    },
                }
            }
        }
        Ok(())
    }

    /// Returns the bytes of a segment from the header of a payload at `from` to the end of one at `to`.
    fn read(&self, number: u32, from: u64, to: u64) -> Result<Vec<u8>, StoreError> {
        let segment = self
            .lock()
            .get(&number)
            .map(|segment| (segment.file.clone(), segment.length));
        let (file, length) =
            segment.ok_or_else(|| StoreError::Corrupt(format!("segment {number} is gone")))?;
        let nothing =
            || StoreError::Corrupt(format!("segment {number} has nothing from {from} to {to}"));
        // Before memory is allocated: a damaged pointer can name any place.
        let start = from.checked_sub(HEADER).filter(|_| to <= length);
        let start = start.ok_or_else(nothing)?;
        let mut bytes = vec![0; to.saturating_sub(start) as usize];
        file.read_exact_at(&mut bytes, start)
            .map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => nothing(),
                _ => error.into(),
            })?;
        Ok(bytes)
    }

    /// Syncs all appended records to the disk.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        for segment in self.lock().values_mut().filter(|segment| segment.unsynced) {
            segment.file.sync_data()?;
            segment.unsynced = false;
        }
        Ok(())
    }

    pub(super) fn drop_below(&self, number: u32) -> Result<u32, StoreError> {
        let mut open = self.lock();
        let kept = open.split_off(&number);
        let dropped = std::mem::replace(&mut *open, kept);
        for number in dropped.keys() {
            std::fs::remove_file(self.path(*number))?;
        }
        Ok(dropped.len() as u32)
    }

    pub(super) fn size(&self) -> u64 {
        self.lock().values().map(|segment| segment.length).sum()
    }

    fn path(&self, number: u32) -> PathBuf {
        self.folder.join(format!("{number}.segment"))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Segment>> {
        self.open
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Returns how many records from the first on are read together.
fn neighbours(first: &Pointer, pointers: &[Pointer]) -> usize {
    let mut last = end(first);
    let close = pointers.iter().skip(1).take_while(|next| {
        let close = next.segment == first.segment
            && next.offset >= last.saturating_add(HEADER)
            && next.offset - last <= GAP
            && end(next).saturating_sub(first.offset) <= STRETCH;
        last = end(next);
        close
    });
    1 + close.count()
}

/// Returns where a payload ends.
fn end(pointer: &Pointer) -> u64 {
    pointer.offset.saturating_add(pointer.length.into())
}

/// Returns the payload after a header, if the header fits it.
fn checked<'a>(pointer: &Pointer, bytes: &'a [u8]) -> Result<&'a [u8], StoreError> {
    let (header, payload) = bytes.split_at_checked(HEADER as usize).unwrap_or_default();
    let length = pointer.length.to_le_bytes();
    let checksum = crc32fast::hash(payload).to_le_bytes();
    match header == [length, checksum].as_flattened() {
        true => Ok(payload),
        false => Err(StoreError::Corrupt(format!(
            "{pointer:?} has a wrong checksum"
        ))),
    }
}

impl Segment {
    fn open(path: &Path) -> Result<Self, StoreError> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .read(true)
            .open(path)?;
        let length = file.metadata()?.len();
        Ok(Self {
            file: Arc::new(file),
            length,
            unsynced: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_write_that_failed_half_way_does_not_shift_the_records_behind_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let segments = Segments::open(folder.path()).expect("opens");
        let first = segments.append(20_000, b"first").expect("appends");
        let mut file = OpenOptions::new()
            .append(true)
            .open(folder.path().join("20000.segment"))
            .expect("the file is there");
        file.write_all(b"as much as fitted on the disk")
            .expect("writes");
        let second = segments.append(20_000, b"second").expect("appends");
        assert_eq!(segments.record(first).expect("reads"), b"first");
        assert_eq!(segments.record(second).expect("reads"), b"second");
    }

    #[test]
    fn records_survive_a_torn_tail_and_show_damage() {
        let folder = tempfile::tempdir().expect("a folder");
        let segments = Segments::open(folder.path()).expect("opens");
        let first = segments.append(20_000, b"first").expect("appends");
        segments.sync().expect("syncs");
        drop(segments);

        let path = folder.path().join("20000.segment");
        let mut file = OpenOptions::new()
            .append(true)
            .open(&path)
            .expect("the file is there");
        file.write_all(&[9, 0, 0, 0, 1]).expect("a torn header");

        let segments = Segments::open(folder.path()).expect("opens after the crash");
        let second = segments
            .append(20_000, b"second")
            .expect("appends behind the tear");
        assert_eq!(segments.record(first).expect("reads"), b"first");
        assert_eq!(segments.record(second).expect("reads"), b"second");

        let wrong = Pointer {
            offset: first.offset + 1,
            ..first
        };
        assert!(
            matches!(segments.record(wrong), Err(StoreError::Corrupt(_))),
            "a wrong place must not be read"
        );
        assert_eq!(segments.drop_below(20_001).expect("drops"), 1);
        assert!(
            segments.record(first).is_err(),
            "a dropped segment can't be read"
        );
    }
}
