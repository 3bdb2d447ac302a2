//! Counters that keys share by hash: each tells how often any of its keys can stand in the lists.

use std::cmp::Reverse;

/// Counters, as a power of two: 512 kB of them fit the cache of one core.
const BITS: u32 = 18;
pub(super) const COUNTERS: usize = 1 << BITS;

/// The fractional part of the golden ratio, as for any multiplicative hash.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// The counts of all keys, summed up by counter.
pub(super) struct Totals(Vec<u16>);

/// The counter of a key.
pub(super) fn counter(key: u64) -> usize {
    (key.wrapping_mul(SPREAD) >> (u64::BITS - BITS)) as usize
}

impl Totals {
    pub(super) fn new() -> Self {
        Self(vec![0; COUNTERS])
    }

    pub(super) fn add_list(&mut self, keys: &[u64]) {
        for key in keys {
            if let Some(total) = self.0.get_mut(counter(*key)) {
                *total = total.saturating_add(1);
            }
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (total, more) in self.0.iter_mut().zip(&other.0) {
            *total = total.saturating_add(*more);
        }
    }

    /// No key of a counter has a higher count than this.
    pub(super) fn bound(&self, counter: u32) -> u64 {
        match self.0.get(counter as usize) {
            // It may stand for any number.
            Some(&u16::MAX) => u64::MAX,
            total => total.map_or(0, |total| u64::from(*total)),
        }
    }

    /// The counters that have counted anything, the heaviest first.
    pub(super) fn heaviest(&self) -> Vec<u32> {
        let counted = (0..COUNTERS as u32).filter(|counter| self.bound(*counter) > 0);
        let mut heaviest: Vec<u32> = counted.collect();
        heaviest.sort_unstable_by_key(|counter| (Reverse(self.bound(*counter)), *counter));
        heaviest
    }

    /// A count that the `most` most frequent keys are likely to reach: what twice as many counters have
    /// above those in the middle, where there is no frequent key.
    pub(super) fn likely_bar(&self, heaviest: &[u32], most: usize) -> u64 {
        let bound = |place: usize| {
            heaviest
                .get(place)
                .map_or(0, |counter| self.bound(*counter))
        };
        bound(most.saturating_mul(2)).saturating_sub(bound(COUNTERS / 2))
    }
}
