//! A database that is gone with the process: the second subject of the store contract.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard};

use crate::model::Pointer;
use crate::stores::{Changes, Row, Store, StoreError};

#[derive(Debug, Default)]
pub struct MemoryStore {
    content: Mutex<Content>,
}

#[derive(Debug, Default)]
struct Content {
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
    segments: BTreeMap<u32, Vec<u8>>,
}

impl MemoryStore {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.content
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Store for MemoryStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.content().rows.get(key).cloned())
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let bounds = (Bound::Included(from), Bound::Excluded(to));
        let content = self.content();
        let rows = content.rows.range::<[u8], _>(bounds).take(limit);
        Ok(rows
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect())
    }

    fn append(&self, segment: u32, payload: &[u8]) -> Result<Pointer, StoreError> {
        let mut content = self.content();
        let bytes = content.segments.entry(segment).or_default();
        let length = u32::try_from(payload.len())
            .map_err(|_| StoreError::Io("a record over 4 GiB".into()))?;
        let pointer = Pointer {
            segment,
            offset: bytes.len() as u64,
            length,
        };
        bytes.extend_from_slice(payload);
        Ok(pointer)
    }

    fn record(&self, pointer: Pointer) -> Result<Vec<u8>, StoreError> {
        let content = self.content();
        let from = usize::try_from(pointer.offset).unwrap_or(usize::MAX);
        let to = from.saturating_add(pointer.length as usize);
        let bytes = content.segments.get(&pointer.segment);
        let record = bytes.and_then(|bytes| bytes.get(from..to));
        record
            .map(<[u8]>::to_vec)
            .ok_or_else(|| StoreError::Corrupt(format!("{pointer:?} points nowhere")))
    }

    fn commit(&self, changes: &Changes) -> Result<(), StoreError> {
        let mut content = self.content();
        for (key, value) in changes {
            match value {
                Some(value) => content.rows.insert(key.clone(), value.clone()),
                None => content.rows.remove(key),
            };
        }
        Ok(())
    }

    fn drop_records(&self, below: u32) -> Result<u32, StoreError> {
        let mut content = self.content();
        let kept = content.segments.split_off(&below);
        let dropped = std::mem::replace(&mut content.segments, kept);
        Ok(dropped.len() as u32)
    }

    fn rewrite(&self, _go_on: &dyn Fn() -> bool) -> Result<bool, StoreError> {
        // A removed row is gone at once.
        Ok(true)
    }

    fn size(&self) -> u64 {
        let content = self.content();
        let rows: usize = content
            .rows
            .iter()
            .map(|(key, value)| key.len() + value.len())
            .sum();
        let records: usize = content.segments.values().map(Vec::len).sum();
        (rows + records) as u64
    }
}
