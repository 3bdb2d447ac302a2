//! One transaction: reads that see its own writes, and writes that count all together or not at all.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Bound;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ledger::db::rows::{self, DbNumber, RowKey, RowPrefix};
use crate::ledger::db::wakeups::Wakeups;
use crate::model::{Pointer, Queue};
use crate::sampling::ReadingOrder;
use crate::sealing::Pseudonyms;
use crate::stores::{Changes, Row, Store, StoreError};

/// Bytes that each byte of a small row takes on the disk, about.
const ROW_TAKES: usize = 2;

/// A view of the database for the one writer: the store below, the changes of the group that is being gathered, and the
/// changes of the present transaction.
pub(crate) struct Transaction<'a> {
    store: &'a dyn Store,
    group: &'a mut Changes,
    own: Changes,
    wakeups: Wakeups,
    holds_outbox: bool,
    segment: u32,
    order: ReadingOrder,
    pseudonyms: Pseudonyms,
    /// Bytes of records, and of rows that are kept as facts.
    grown: Cell<u64>,
}

impl<'a> Transaction<'a> {
    pub(crate) fn new(
        store: &'a dyn Store,
        group: &'a mut Changes,
        segment: u32,
        order: ReadingOrder,
        pseudonyms: Pseudonyms,
    ) -> Self {
        Self {
            store,
            group,
            own: Changes::new(),
            wakeups: Wakeups::default(),
            holds_outbox: false,
            segment,
            order,
            pseudonyms,
            grown: Cell::new(0),
        }
    }

    /// Makes this transaction's changes part of the group; without it they are dropped. Returns the wake-ups for after
    /// the commit.
    pub(crate) fn keep(self) -> Wakeups {
        self.group.extend(self.own);
        self.wakeups
    }

    /// Notes that a queue has a new ready task.
    pub(crate) fn note_ready(&mut self, queue: &Queue) {
        self.wakeups.ready.insert(queue.clone());
    }

    /// Notes that the line of waiting crawls has changed.
    pub(crate) fn note_line_changed(&mut self) {
        self.wakeups.line_changed = true;
    }

    /// Notes that a key is to be tested.
    pub(crate) fn note_key_in_doubt(&mut self) {
        self.wakeups.key_in_doubt = true;
    }

    /// Notes that an operator has set another mode.
    pub(crate) fn note_mode_changed(&mut self) {
        self.wakeups.mode_changed = true;
    }

    /// Notes that the outbox has a new row.
    pub(crate) fn note_outgoing(&mut self) {
        self.wakeups.outbox_grown = !self.holds_outbox;
    }

    /// Leaves it to the caller to wake the sender of the outbox: see [`crate::ledger::Ledger::wake_outbox`].
    pub(crate) fn hold_outbox(&mut self) {
        self.holds_outbox = true;
    }

    /// Notes that a crawl is over.
    pub(crate) fn note_crawl_ended(&mut self) {
        self.wakeups.crawl_ended = true;
    }

    /// Reads a row; `None` if there is none or it can't be read: see [`crate::ledger::db::repair`].
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        key: &RowKey<T>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self
            .value(&key.bytes)?
            .and_then(|value| decode(&value).ok()))
    }

    /// Returns the bytes of a row, as they are stored.
    pub(crate) fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.own.get(key).or_else(|| self.group.get(key)) {
            Some(value) => Ok(value.clone()),
            None => self.store.get(key),
        }
    }

    /// Erases from the disk what was removed in earlier commits; see [`Store::rewrite`].
    pub(crate) fn rewrite(&self, go_on: &dyn Fn() -> bool) -> Result<bool, StoreError> {
        self.store.rewrite(go_on)
    }

    pub(crate) fn write<T: Serialize>(
        &mut self,
        key: &RowKey<T>,
        value: &T,
    ) -> Result<(), StoreError> {
        self.own.insert(key.bytes.clone(), Some(encode(value)?));
        Ok(())
    }

    /// Writes a row whose number depends on what networks answer, so that it counts towards [`Transaction::grown`].
    pub(crate) fn write_fact<T: Serialize>(
        &mut self,
        key: &RowKey<T>,
        value: &T,
    ) -> Result<(), StoreError> {
        let value = encode(value)?;
        self.grow(ROW_TAKES * (key.bytes.len() + value.len()));
        self.own.insert(key.bytes.clone(), Some(value));
        Ok(())
    }

    /// Returns the bytes that the database grows by, about: of its records, and of rows that are facts.
    pub(crate) fn grown(&self) -> u64 {
        self.grown.get()
    }

    fn grow(&self, bytes: usize) {
        self.grown
            .set(self.grown.get().saturating_add(bytes as u64));
    }

    pub(crate) fn remove<T>(&mut self, key: &RowKey<T>) {
        self.remove_at(key.bytes.clone());
    }

    pub(crate) fn remove_at(&mut self, key: Vec<u8>) {
        self.own.insert(key, None);
    }

    /// Returns the first rows of a prefix, at most `limit`, with their keys.
    pub(crate) fn first<T: DeserializeOwned>(
        &self,
        prefix: &RowPrefix<T>,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
        self.range(&prefix.bytes, &prefix.end(), limit)
    }

    /// Returns the rows with `from <= key < to`, at most `limit`, with their keys.
    pub(crate) fn range<T: DeserializeOwned>(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
        readable(from, to, limit, |from, limit| self.scan(from, to, limit))
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        // Changed rows hide stored ones, so as many more are read as may be hidden.
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

    /// Appends a bulky record; it counts once a row of this transaction points to it.
    pub(crate) fn append(&self, payload: &[u8]) -> Result<Pointer, StoreError> {
        self.grow(payload.len());
        self.store.append(self.segment, payload)
    }

    /// Reads a record back.
    pub(crate) fn record(&self, pointer: Pointer) -> Result<Vec<u8>, StoreError> {
        self.store.record(pointer)
    }

    /// Returns the segment that records of this transaction go to.
    pub(crate) fn segment(&self) -> u32 {
        self.segment
    }

    /// Returns the order in which this installation reads followers.
    pub(crate) fn order(&self) -> &ReadingOrder {
        &self.order
    }

    /// Returns what makes the pseudonyms under which people's daily use is counted.
    pub(crate) fn pseudonyms(&self) -> &Pseudonyms {
        &self.pseudonyms
    }

    /// Reads a counter. A damaged one is an error: if it started again, new rows would overwrite others.
    pub(crate) fn number(&self, number: DbNumber) -> Result<u64, StoreError> {
        let value = self.value(&rows::number(number).bytes)?;
        value.map_or(Ok(0), |value| decode(&value).map_err(|_| lost(number)))
    }

    /// Raises a counter by one and returns it.
    pub(crate) fn next(&mut self, number: DbNumber) -> Result<u64, StoreError> {
        let next = self.number(number)?.checked_add(1);
        let next = next.ok_or_else(|| lost(number))?;
        self.write(&rows::number(number), &next)?;
        Ok(next)
    }
}

/// Returns the readable rows from `from` on, at most `limit`, however many unreadable ones lie between them.
pub(crate) fn readable<T: DeserializeOwned>(
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

/// An error about a row that the database can't be used without.
pub(crate) fn lost(what: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!(
        "{what}; restore a copy of the database, or move its folder away to start anew"
    ))
}

pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

pub(crate) fn decode<T: DeserializeOwned>(value: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}
