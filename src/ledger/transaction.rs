//! One transaction: reads that see its own writes, and writes that count all together or not at all.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ledger::bells::News;
use crate::ledger::rows::{self, Key, Number, Prefix};
use crate::model::{Pointer, Queue};
use crate::stores::{Changes, Row, Store, StoreError};

/// A view of the database for the one writer: the store below, the changes of the group that is being
/// gathered, and the changes of the transaction at work.
pub(super) struct Transaction<'a> {
    store: &'a dyn Store,
    group: &'a mut Changes,
    own: Changes,
    news: News,
    segment: u32,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(store: &'a dyn Store, group: &'a mut Changes, segment: u32) -> Self {
        Self {
            store,
            group,
            own: Changes::new(),
            news: News::default(),
            segment,
        }
    }

    /// Makes this transaction's changes part of the group. Without it they never were. Returns what
    /// others wait to hear of.
    pub(super) fn keep(self) -> News {
        self.group.extend(self.own);
        self.news
    }

    /// Notes that a queue has a new ready task.
    pub(super) fn wake(&mut self, queue: &Queue) {
        self.news.ready.insert(queue.clone());
    }

    /// Notes that crawls have come into line or left it.
    pub(super) fn note_line(&mut self) {
        self.news.line_changed = true;
    }

    /// Notes that a crawl is over.
    pub(super) fn note_end(&mut self) {
        self.news.crawl_ended = true;
    }

    pub(super) fn read<T: DeserializeOwned>(&self, key: &Key<T>) -> Result<Option<T>, StoreError> {
        let changed = self
            .own
            .get(&key.bytes)
            .or_else(|| self.group.get(&key.bytes));
        let value = match changed {
            Some(value) => value.clone(),
            None => self.store.get(&key.bytes)?,
        };
        value.map(|value| decode(&value)).transpose()
    }

    pub(super) fn write<T: Serialize>(
        &mut self,
        key: &Key<T>,
        value: &T,
    ) -> Result<(), StoreError> {
        self.own.insert(key.bytes.clone(), Some(encode(value)?));
        Ok(())
    }

    pub(super) fn remove<T>(&mut self, key: &Key<T>) {
        self.remove_at(key.bytes.clone());
    }

    pub(super) fn remove_at(&mut self, key: Vec<u8>) {
        self.own.insert(key, None);
    }

    /// The first rows of a prefix, at most `limit`, with their keys.
    pub(super) fn first<T: DeserializeOwned>(
        &self,
        prefix: &Prefix<T>,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
        self.range(&prefix.bytes, &prefix.end(), limit)
    }

    /// Rows with `from <= key < to`, at most `limit`, with their keys.
    pub(super) fn range<T: DeserializeOwned>(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
        if from >= to {
            return Ok(Vec::new());
        }
        // What was changed stands in for what is stored, so as many more are read as may be hidden.
        let bounds = (Bound::Included(from), Bound::Excluded(to));
        let mut changed: BTreeMap<&Vec<u8>, &Option<Vec<u8>>> =
            self.group.range::<[u8], _>(bounds).collect();
        changed.extend(self.own.range::<[u8], _>(bounds));
        let stored: Vec<Row> = self.store.scan(from, to, limit + changed.len())?;
        let mut rows: BTreeMap<Vec<u8>, Vec<u8>> = stored.into_iter().collect();
        for (key, value) in changed {
            match value {
                Some(value) => rows.insert(key.clone(), value.clone()),
                None => rows.remove(key),
            };
        }
        rows.into_iter()
            .take(limit)
            .map(|(key, value)| Ok((key, decode(&value)?)))
            .collect()
    }

    /// Adds a bulky record; it counts when a row of this transaction points to it.
    pub(super) fn append(&self, payload: &[u8]) -> Result<Pointer, StoreError> {
        self.store.append(self.segment, payload)
    }

    pub(super) fn number(&self, number: Number) -> Result<u64, StoreError> {
        Ok(self.read(&rows::number(number))?.unwrap_or(0))
    }

    /// Raises a number by one and returns it.
    pub(super) fn next(&mut self, number: Number) -> Result<u64, StoreError> {
        let next = self.number(number)? + 1;
        self.write(&rows::number(number), &next)?;
        Ok(next)
    }
}

pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

pub(super) fn decode<T: DeserializeOwned>(value: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}
