//! Exact counts of the keys of some counters by sorting: the counters' totals say beforehand how much room all of their
//! keys take.

use crate::counting::PartialCount;
use crate::counting::hashed_totals::CounterSet;
use crate::stores::StoreError;

/// The keys that one thread has seen.
pub(super) struct SortedKeys<'a> {
    chosen: &'a CounterSet,
    keys: Vec<u64>,
}

impl<'a> SortedKeys<'a> {
    /// Reuses the memory of `used`, which has served an earlier pass: allocating again for each pass would add up.
    pub(super) fn new(chosen: &'a CounterSet, mut used: Vec<u64>) -> Self {
        used.clear();
        Self { chosen, keys: used }
    }

    pub(super) fn into_keys(self) -> Vec<u64> {
        self.keys
    }
}

impl PartialCount for SortedKeys<'_> {
    fn add(&mut self, keys: &[u64]) {
        self.chosen
            .pick(keys, |picked| self.keys.extend_from_slice(picked));
    }

    fn finish(&mut self) {
        self.keys.sort_unstable();
    }
}

/// Calls `each` with the count of every key.
pub(super) fn for_each_count(
    shares: &[SortedKeys<'_>],
    mut each: impl FnMut(u64, u64) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut rests: Vec<&[u64]> = shares.iter().map(|share| share.keys.as_slice()).collect();
    while let Some(next) = rests.iter().filter_map(|rest| rest.first().copied()).min() {
        let mut count = 0;
        for rest in &mut rests {
            while let Some((_, others)) = rest.split_first().filter(|(first, _)| **first == next) {
                count += 1;
                *rest = others;
            }
        }
        each(next, count)?;
    }
    Ok(())
}
