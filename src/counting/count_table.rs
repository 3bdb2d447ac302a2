//! Exact counts of the keys of the heaviest counters, in tables of limited size.
//!
//! A thread whose table is full gives up the lightest quarter of the counters, for all threads. What remains was
//! counted by every thread from the first list on.

use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::FxHashMap;

use crate::counting::PartialCount;
use crate::counting::hashed_totals::CounterSet;
use crate::stores::StoreError;

/// The counters whose keys are counted, heaviest first.
pub(super) struct CounterGroup<'a> {
    counters: &'a [u32],
    /// How many of them are still counted.
    kept: AtomicUsize,
    /// Keys in a table at most.
    budget: usize,
}

/// What one thread has counted.
pub(super) struct CountTable<'a> {
    group: &'a CounterGroup<'a>,
    /// The counters that this thread still counts, and how many there are.
    chosen: CounterSet,
    kept: usize,
    counts: FxHashMap<u64, u32>,
}

impl<'a> CounterGroup<'a> {
    pub(super) fn new(counters: &'a [u32], budget: usize) -> Self {
        // Each has at least one key, so more would only be given up.
        let counters = counters.get(..budget).unwrap_or(counters);
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

impl<'a> CountTable<'a> {
    pub(super) fn new(group: &'a CounterGroup<'a>) -> Self {
        Self {
            group,
            chosen: CounterSet::new(group.counters),
            kept: group.counters.len(),
            counts: FxHashMap::default(),
        }
    }

    /// Drops what any thread has given up.
    fn give_up(&mut self) {
        let kept = self.group.kept();
        let given_up = self.group.counters.get(kept..self.kept);
        self.chosen.remove(given_up.unwrap_or_default());
        self.kept = kept;
        self.counts.retain(|key, _| self.chosen.has(*key));
    }
}

impl PartialCount for CountTable<'_> {
    fn add(&mut self, keys: &[u64]) {
        self.chosen.pick(keys, |picked| {
            for key in picked {
                let count = self.counts.entry(*key).or_default();
                *count = count.saturating_add(1);
            }
        });
        while self.counts.len() > self.group.budget && self.kept > 1 {
            let fewer = self.kept - self.kept.div_ceil(4);
            self.group.kept.fetch_min(fewer, Ordering::Relaxed);
            self.give_up();
        }
    }
}

/// Calls `each` with the count of every key that no thread has given up.
pub(super) fn for_each_count(
    mut tables: Vec<CountTable<'_>>,
    mut each: impl FnMut(u64, u64) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    tables.iter_mut().for_each(CountTable::give_up);
    while let Some(table) = tables.pop() {
        for (key, count) in table.counts {
            let others = tables
                .iter_mut()
                .filter_map(|other| other.counts.remove(&key));
            let others: u64 = others.map(u64::from).sum();
            each(key, others + u64::from(count))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::counting::hashed_totals::{SplitTotals, Totals};

    use super::*;

    #[test]
    fn what_another_thread_gave_up_is_not_handed_over_half_counted() {
        let few: Vec<u32> = (0..20).collect();
        let few = CounterSet::new(&few);
        let keys: Vec<u64> = (0..).filter(|key| few.has(*key)).take(100).collect();
        let mut share = SplitTotals::new();
        share.add(&keys);
        let heaviest = Totals::of(&[share]).reaching(1);
        let group = CounterGroup::new(&heaviest, 50);
        let (early, late) = keys.split_at(20);
        let mut first = CountTable::new(&group);
        first.add(early);
        let mut second = CountTable::new(&group);
        second.add(late);
        let mut counted = Vec::new();
        let tables = vec![first, second];
        for_each_count(tables, |key, _| {
            counted.push(key);
            Ok(())
        })
        .expect("counts");
        counted.sort_unstable();
        let (kept, given_up) = heaviest.split_at(group.kept());
        assert!(!given_up.is_empty(), "there is no room for all");
        let kept = CounterSet::new(kept);
        let wanted = keys.into_iter().filter(|key| kept.has(*key));
        assert_eq!(counted, wanted.collect::<Vec<_>>());
    }
}
