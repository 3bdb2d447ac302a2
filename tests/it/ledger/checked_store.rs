//! A store that checks the invariants after every commit, and can fail one.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use lookalike::model::Pointer;
use lookalike::stores::{Changes, Row, Store, StoreError};

use crate::ledger::fixture::RULES;
use crate::ledger::invariants::invariants;

/// How a commit fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FailPoint {
    /// Before anything reaches the disk.
    Before,
    /// It is on disk, and not acknowledged.
    After,
}

type Hook = Box<dyn FnOnce() + Send>;

/// Passes everything to another store.
pub(super) struct CheckedStore {
    store: Arc<dyn Store>,
    max_active: u32,
    commits: AtomicU64,
    /// How often all rows were rewritten, and whether there is no room for that.
    rewrites: AtomicU64,
    is_full: AtomicBool,
    fails: Option<(u64, FailPoint)>,
    broken: Mutex<Vec<String>>,
    /// Run once, after the next scan of rows of this kind.
    hook: Mutex<Option<(u8, Hook)>>,
}

impl CheckedStore {
    pub(super) fn new(store: Arc<dyn Store>, fails: Option<(u64, FailPoint)>) -> Arc<Self> {
        Arc::new(Self {
            store,
            max_active: RULES.max_active,
            commits: AtomicU64::new(0),
            rewrites: AtomicU64::new(0),
            is_full: AtomicBool::new(false),
            fails,
            broken: Mutex::default(),
            hook: Mutex::default(),
        })
    }

    fn broken(&self) -> Vec<String> {
        invariants(self.store.as_ref(), self.max_active)
    }

    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::SeqCst)
    }

    pub(super) fn rewrites(&self) -> u64 {
        self.rewrites.load(Ordering::SeqCst)
    }

    pub(super) fn set_full(&self, is_full: bool) {
        self.is_full.store(is_full, Ordering::SeqCst);
    }

    pub(super) fn after_scanning(&self, kind: u8, hook: impl FnOnce() + Send + 'static) {
        *self.hook.lock().unwrap() = Some((kind, Box::new(hook)));
    }

    pub(super) fn assert_invariants(&self, what: &str) {
        let broken = self.broken.lock().unwrap();
        assert!(broken.is_empty(), "{what}: {}", broken.join("\n"));
    }
}

impl Drop for CheckedStore {
    fn drop(&mut self) {
        let broken = std::mem::take(&mut *self.broken.lock().unwrap());
        if !broken.is_empty() && !std::thread::panicking() {
            panic!("an invariant was broken: {}", broken.join("\n"));
        }
    }
}

impl Store for CheckedStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        let rows = self.store.scan(from, to, limit)?;
        // The hook may wait for others, so the lock is released first.
        let hook = (self.hook.lock().unwrap()).take_if(|(kind, _)| from.first() == Some(kind));
        if let Some((_, hook)) = hook {
            hook();
        }
        Ok(rows)
    }

    fn append(&self, segment: u32, payload: &[u8]) -> Result<Pointer, StoreError> {
        self.store.append(segment, payload)
    }

    fn record(&self, pointer: Pointer) -> Result<Vec<u8>, StoreError> {
        self.store.record(pointer)
    }

    fn commit(&self, changes: &Changes) -> Result<(), StoreError> {
        let number = self.commits.fetch_add(1, Ordering::SeqCst) + 1;
        let fails = self.fails.filter(|(at, _)| *at == number);
        let failed = || StoreError::Io("as the test wants it".into());
        if matches!(fails, Some((_, FailPoint::Before))) {
            return Err(failed());
        }
        self.store.commit(changes)?;
        let broken = self.broken().into_iter();
        let broken = broken.map(|it| format!("commit {number}: {it}"));
        self.broken.lock().unwrap().extend(broken);
        match fails {
            Some(_) => Err(failed()),
            None => Ok(()),
        }
    }

    fn drop_records(&self, below: u32) -> Result<u32, StoreError> {
        let dropped = self.store.drop_records(below)?;
        let broken = self.broken().into_iter();
        let broken = broken.map(|it| format!("segments below {below} dropped: {it}"));
        self.broken.lock().unwrap().extend(broken);
        Ok(dropped)
    }

    fn rewrite(&self, go_on: &dyn Fn() -> bool) -> Result<bool, StoreError> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(StoreError::Full);
        }
        let is_done = go_on() && self.store.rewrite(go_on)?;
        self.rewrites
            .fetch_add(u64::from(is_done), Ordering::SeqCst);
        Ok(is_done)
    }

    fn size(&self) -> u64 {
        self.store.size()
    }
}
