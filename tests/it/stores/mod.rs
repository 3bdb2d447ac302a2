//! The contract that every store keeps, and what only the disk does.

mod disk;
mod privacy;
mod records;
mod rows;

use lookalike::stores::{MemoryStore, SledStore, Store};

/// Runs a test on every store.
fn every_store(test: impl Fn(&str, &dyn Store)) {
    test("memory", &MemoryStore::default());
    let folder = tempfile::tempdir().unwrap();
    test("sled", &SledStore::open(folder.path()).unwrap());
}

fn put(store: &dyn Store, rows: &[(&[u8], &[u8])]) {
    let rows = rows.iter().map(|(key, value)| {
        let value: Option<Vec<u8>> = Some(value.to_vec());
        (key.to_vec(), value)
    });
    store.commit(&rows.collect()).unwrap();
}

fn keys(store: &dyn Store, from: &[u8], to: &[u8], limit: usize) -> Vec<Vec<u8>> {
    let rows = store.scan(from, to, limit).unwrap();
    rows.into_iter().map(|(key, _)| key).collect()
}
