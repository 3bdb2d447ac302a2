//! Exact counts of the keys of some counters, in a table of limited size.
//!
//! Whoever has a full table gives up the lightest fourth of the counters, for all threads; those are left
//! to a later pass. What remains was counted by every thread from the first list on.

use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::FxHashMap;

use crate::counting::totals::{COUNTERS, counter};
use crate::stores::StoreError;

/// The counters whose keys are counted in a pass, the heaviest first.
pub(super) struct Group<'a> {
    counters: &'a [u32],
    /// How many of them have not been given up.
    kept: AtomicUsize,
    /// Keys in a thread's table at most.
    budget: usize,
}

/// What one thread has counted.
pub(super) struct Tally<'a> {
    group: &'a Group<'a>,
    /// The counters that this thread still counts, a bit each, and how many they are.
    open: Vec<u64>,
    kept: usize,
    counts: FxHashMap<u64, u32>,
}

impl<'a> Group<'a> {
    pub(super) fn new(counters: &'a [u32], budget: usize) -> Self {
        Self {
            counters,
            kept: AtomicUsize::new(counters.len()),
            budget,
        }
    }

    pub(super) fn kept(&self) -> usize {
        self.kept.load(Ordering::Relaxed)
    }
}

impl<'a> Tally<'a> {
    pub(super) fn new(group: &'a Group<'a>) -> Self {
        let mut open = vec![0; COUNTERS / 64];
        for counter in group.counters {
            if let Some(bits) = open.get_mut(*counter as usize / 64) {
                *bits |= 1 << (counter % 64);
            }
        }
        Self {
            group,
            open,
            kept: group.counters.len(),
            counts: FxHashMap::default(),
        }
    }

    pub(super) fn add_list(&mut self, keys: &[u64]) {
        for key in keys {
            if is_open(&self.open, *key) {
                let count = self.counts.entry(*key).or_default();
                *count = count.saturating_add(1);
            }
        }
        while self.counts.len() > self.group.budget && self.kept > 1 {
            let fewer = self.kept - self.kept.div_ceil(4);
            self.group.kept.fetch_min(fewer, Ordering::Relaxed);
            self.give_up();
        }
    }

    /// The counts of all threads together, of the keys that none has given up.
    pub(super) fn for_each(
        mut tallies: Vec<Self>,
        mut each: impl FnMut(u64, u64) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        tallies.iter_mut().for_each(Self::give_up);
        while let Some(tally) = tallies.pop() {
            for (key, count) in tally.counts {
                let others = tallies
                    .iter_mut()
                    .filter_map(|other| other.counts.remove(&key));
                let others: u64 = others.map(u64::from).sum();
                each(key, others + u64::from(count))?;
            }
        }
        Ok(())
    }

    /// Forgets what was given up by whomever.
    fn give_up(&mut self) {
        let kept = self.group.kept();
        if kept == self.kept {
            return;
        }
        for counter in self.group.counters.get(kept..self.kept).unwrap_or_default() {
            if let Some(bits) = self.open.get_mut(*counter as usize / 64) {
                *bits &= !(1 << (counter % 64));
            }
        }
        self.kept = kept;
        self.counts.retain(|key, _| is_open(&self.open, *key));
    }
}

fn is_open(open: &[u64], key: u64) -> bool {
    let counter = counter(key);
    let bits = open.get(counter / 64).copied().unwrap_or(0);
    bits >> (counter % 64) & 1 == 1
}
