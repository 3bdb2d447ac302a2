//! Counters that keys share by hash: each tells how often all of its keys stand in the lists, and so how
//! often any of them can.

use std::cmp::Reverse;

use crate::counting::Share;

/// Counters, as a power of two: 512 kB of them fit the cache of one core.
const BITS: u32 = 18;
const COUNTERS: usize = 1 << BITS;

/// The fractional part of the golden ratio, as for any multiplicative hash.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// What one thread has counted: the low half of each total, and how often it began anew.
pub(super) struct Halves {
    low: Vec<u16>,
    high: Vec<u16>,
}

/// How often the keys of each counter stand in all lists.
pub(super) struct Totals(Vec<u32>);

/// Some of the counters, a bit each.
pub(super) struct Chosen(Vec<u64>);

impl Halves {
    pub(super) fn new() -> Self {
        Self {
            low: vec![0; COUNTERS],
            high: vec![0; COUNTERS],
        }
    }
}

impl Share for Halves {
    fn add(&mut self, keys: &[u64]) {
        for key in keys {
            let counter = counter(*key);
            if let Some(low) = self.low.get_mut(counter) {
                *low = low.wrapping_add(1);
                if *low == 0
                    && let Some(high) = self.high.get_mut(counter)
                {
                    *high = high.saturating_add(1);
                }
            }
        }
    }
}

impl Totals {
    pub(super) fn of(shares: &[Halves]) -> Self {
        let mut totals = vec![0u32; COUNTERS];
        for share in shares {
            let halves = share.low.iter().zip(&share.high);
            for (total, (low, high)) in totals.iter_mut().zip(halves) {
                let more = u32::from(*high) << 16 | u32::from(*low);
                *total = total.saturating_add(more);
            }
        }
        Self(totals)
    }

    /// What the keys of a counter come to; none of them has a higher count.
    pub(super) fn of_counter(&self, counter: u32) -> u64 {
        let total = self.0.get(counter as usize);
        total.map_or(0, |total| u64::from(*total))
    }

    /// The counters that have counted anything, the heaviest first.
    pub(super) fn heaviest(&self) -> Vec<u32> {
        let counters = 0..COUNTERS as u32;
        let mut heaviest: Vec<u32> = counters.filter(|it| self.of_counter(*it) > 0).collect();
        heaviest.sort_unstable_by_key(|counter| (Reverse(self.of_counter(*counter)), *counter));
        heaviest
    }

    /// A count that the `most` most frequent keys are likely to reach: what twice as many counters have
    /// above those in the middle, which hold no frequent key.
    pub(super) fn likely_bar(&self, heaviest: &[u32], most: usize) -> u64 {
        let total = |place: usize| {
            let counter = heaviest.get(place);
            counter.map_or(0, |counter| self.of_counter(*counter))
        };
        total(most.saturating_mul(2)).saturating_sub(total(COUNTERS / 2))
    }
}

impl Chosen {
    pub(super) fn new(counters: &[u32]) -> Self {
        let mut bits = vec![0; COUNTERS / 64];
        for counter in counters {
            if let Some(bits) = bits.get_mut(*counter as usize / 64) {
                *bits |= 1 << (counter % 64);
            }
        }
        Self(bits)
    }

    pub(super) fn remove(&mut self, counters: &[u32]) {
        for counter in counters {
            if let Some(bits) = self.0.get_mut(*counter as usize / 64) {
                *bits &= !(1 << (counter % 64));
            }
        }
    }

    /// Whether the counter of a key is among them.
    pub(super) fn has(&self, key: u64) -> bool {
        let counter = counter(key);
        let bits = self.0.get(counter / 64).copied().unwrap_or(0);
        bits >> (counter % 64) & 1 == 1
    }
}

fn counter(key: u64) -> usize {
    (key.wrapping_mul(SPREAD) >> (u64::BITS - BITS)) as usize
}
