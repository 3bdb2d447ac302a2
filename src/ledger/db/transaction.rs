//! One transaction: reads that see its own writes, and writes that count all together or not at all.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Bound;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ledger::db::rows::{self, Key, Number, Prefix};
use crate::ledger::db::wakeups::News;
use crate::model::{Pointer, Queue};
use crate::sampling::Order;
use crate::sealing::Pseudonyms;
use crate::stores::{Changes, Row, Store, StoreError};

/// Bytes that each byte of a small row takes on the disk, about.
const ROW_TAKES: usize = 2;

/// A view of the database for the one writer: the store below, the changes of the group that is being
/// gathered, and the changes of the transaction at work.
pub(in crate::ledger) struct Transaction<'a> {
    store: &'a dyn Store,
    group: &'a mut Changes,
    own: Changes,
    news: News,
    segment: u32,
    order: Order,
    pseudonyms: Pseudonyms,
    /// Bytes of records and of rows that stay.
    grown: Cell<u64>,
}

impl<'a> Transaction<'a> {
    pub(in crate::ledger) fn new(
        store: &'a dyn Store,
        group: &'a mut Changes,
        segment: u32,
        order: Order,
        pseudonyms: Pseudonyms,
    ) -> Self {
        Self {
            store,
            group,
            own: Changes::new(),
            news: News::default(),
            segment,
            order,
            pseudonyms,
            grown: Cell::new(0),
        }
    }

    /// Makes this transaction's changes part of the group. Without it they never were. Returns what
    /// others wait to hear of.
    pub(in crate::ledger) fn keep(self) -> News {
        self.group.extend(self.own);
        self.news
    }

    /// Notes that a queue has a new ready task.
    pub(in crate::ledger) fn wake(&mut self, queue: &Queue) {
        self.news.ready.insert(queue.clone());
    }

    /// Notes that crawls have come into line or left it.
    pub(in crate::ledger) fn note_line(&mut self) {
        self.news.line_changed = true;
    }

    /// Notes that a key is to be tried.
    pub(in crate::ledger) fn note_key(&mut self) {
        self.news.key_in_doubt = true;
    }

    /// Notes that an operator wants something else.
    pub(in crate::ledger) fn note_mode(&mut self) {
        self.news.mode_changed = true;
    }

    /// Notes that a crawl is over.
    pub(in crate::ledger) fn note_end(&mut self) {
        self.news.crawl_ended = true;
    }

    /// A row that can't be read is none; see [`crate::ledger::db::repair`].
    pub(in crate::ledger) fn read<T: DeserializeOwned>(
        &self,
        key: &Key<T>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self
            .value(&key.bytes)?
            .and_then(|value| decode(&value).ok()))
    }

    /// What a row holds, as it is stored.
    pub(in crate::ledger) fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.own.get(key).or_else(|| self.group.get(key)) {
            Some(value) => Ok(value.clone()),
            None => self.store.get(key),
        }
    }

    /// Has the disk forget what was removed in earlier commits; see [`Store::rewrite`].
    pub(in crate::ledger) fn rewrite(&self, go_on: &dyn Fn() -> bool) -> Result<bool, StoreError> {
        self.store.rewrite(go_on)
    }

    pub(in crate::ledger) fn write<T: Serialize>(
        &mut self,
        key: &Key<T>,
        value: &T,
    ) -> Result<(), StoreError> {
        self.own.insert(key.bytes.clone(), Some(encode(value)?));
        Ok(())
    }

    /// Writes a row of which strangers decide how many there are.
    pub(in crate::ledger) fn write_fact<T: Serialize>(
        &mut self,
        key: &Key<T>,
        value: &T,
    ) -> Result<(), StoreError> {
        let value = encode(value)?;
        self.grow(ROW_TAKES * (key.bytes.len() + value.len()));
        self.own.insert(key.bytes.clone(), Some(value));
        Ok(())
    }

    /// Bytes that the database has grown by, about: of its records, and of rows that tell facts.
    pub(in crate::ledger) fn grown(&self) -> u64 {
        self.grown.get()
    }

    fn grow(&self, bytes: usize) {
        self.grown
            .set(self.grown.get().saturating_add(bytes as u64));
    }

    pub(in crate::ledger) fn remove<T>(&mut self, key: &Key<T>) {
        self.remove_at(key.bytes.clone());
    }

    pub(in crate::ledger) fn remove_at(&mut self, key: Vec<u8>) {
        self.own.insert(key, None);
    }

    /// The first rows of a prefix, at most `limit`, with their keys.
    pub(in crate::ledger) fn first<T: DeserializeOwned>(
        &self,
        prefix: &Prefix<T>,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
        self.range(&prefix.bytes, &prefix.end(), limit)
    }

    /// Rows with `from <= key < to`, at most `limit`, with their keys.
    pub(in crate::ledger) fn range<T: DeserializeOwned>(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
        readable(from, to, limit, |from, limit| self.scan(from, to, limit))
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        // What was changed stands in for what is stored, so as many more are read as may be hidden.
        let bounds = (Bound::Included(from), Bound::Excluded(to));
        let mut changed: BTreeMap<&Vec<u8>, &Option<Vec<u8>>> =
            self.group.range::<[u8], _>(bounds).collect();
        changed.extend(self.own.range::<[u8], _>(bounds));
        let hidden = changed.len();
        let stored = self.store.scan(from, to, limit.saturating_add(hidden))?;
        let mut rows: BTreeMap<Vec<u8>, Vec<u8>> = stored.into_iter().collect();
        for (key, value) in changed {
            match value {
                Some(value) => rows.insert(key.clone(), value.clone()),
                None => rows.remove(key),
            };
        }
        Ok(rows.into_iter().take(limit).collect())
    }

    /// Adds a bulky record; it counts when a row of this transaction points to it.
    pub(in crate::ledger) fn append(&self, payload: &[u8]) -> Result<Pointer, StoreError> {
        self.grow(payload.len());
        self.store.append(self.segment, payload)
    }

    /// Reads a record back.
    pub(in crate::ledger) fn record(&self, pointer: Pointer) -> Result<Vec<u8>, StoreError> {
        self.store.record(pointer)
    }

    /// The segment that records of this transaction go to.
    pub(in crate::ledger) fn segment(&self) -> u32 {
        self.segment
    }

    /// The order in which this installation reads followers.
    pub(in crate::ledger) fn order(&self) -> &Order {
        &self.order
    }

    /// Who people are where it is counted what they ask for in a day.
    pub(in crate::ledger) fn pseudonyms(&self) -> &Pseudonyms {
        &self.pseudonyms
    }

    /// A counter. New rows would take the places of others if a damaged one began anew.
    pub(in crate::ledger) fn number(&self, number: Number) -> Result<u64, StoreError> {
        let value = self.value(&rows::number(number).bytes)?;
        value.map_or(Ok(0), |value| decode(&value).map_err(|_| lost(number)))
    }

    /// Raises a number by one and returns it.
    pub(in crate::ledger) fn next(&mut self, number: Number) -> Result<u64, StoreError> {
        let next = self.number(number)?.checked_add(1);
        let next = next.ok_or_else(|| lost(number))?;
        self.write(&rows::number(number), &next)?;
        Ok(next)
    }
}

/// The rows that can be read of those from `from` on, at most `limit`: however many between them can't.
pub(in crate::ledger) fn readable<T: DeserializeOwned>(
    from: &[u8],
    to: &[u8],
    limit: usize,
    scan: impl Fn(&[u8], usize) -> Result<Vec<Row>, StoreError>,
) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
    let mut from = from.to_vec();
    let mut found = Vec::new();
    while found.len() < limit && from.as_slice() < to {
        let wanted = limit - found.len();
        let rows = scan(&from, wanted)?;
        let is_last = rows.len() < wanted;
        if let Some((last, _)) = rows.last() {
            from = last.clone();
            from.push(0);
        }
        let read = |(key, value): Row| Some((key, decode(&value).ok()?));
        found.extend(rows.into_iter().filter_map(read));
        if is_last {
            break;
        }
    }
    Ok(found)
}

/// Without this nothing can go on as it was.
pub(in crate::ledger) fn lost(what: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!(
        "{what}; restore a copy of the database, or move its folder away to start anew"
    ))
}

pub(in crate::ledger) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

pub(in crate::ledger) fn decode<T: DeserializeOwned>(value: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}
