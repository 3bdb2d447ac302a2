//! Counters that keys share by hash: the total of all of its keys bounds the count of each.

use std::cmp::Reverse;

use crate::counting::PartialCount;

/// The number of counters, as a power of two. With fewer, an audience of 100,000 would add as much to each as the last
/// candidates have; the 2 MB of a thread still fit the cache that cores share.
const BITS: u32 = 20;
const COUNTERS: usize = 1 << BITS;

/// Keys that are tested together.
const PICKED: usize = 64;

/// The fractional part of the golden ratio, as for any multiplicative hash.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// What one thread has counted: the low half of each total, and how often it overflowed.
pub(super) struct SplitTotals {
    low: Vec<u16>,
    high: Vec<u16>,
}

/// The total of each counter over all lists.
pub(super) struct Totals(Vec<u32>);

/// A set of counters, one bit each.
pub(super) struct CounterSet(Vec<u64>);

impl SplitTotals {
    pub(super) fn new() -> Self {
        Self {
            low: vec![0; COUNTERS],
            high: vec![0; COUNTERS],
        }
    }
}

impl PartialCount for SplitTotals {
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
    pub(super) fn of(shares: &[SplitTotals]) -> Self {
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

    /// Returns the total of a counter; none of its keys has a higher count.
    pub(super) fn of_counter(&self, counter: u32) -> u64 {
        let total = self.0.get(counter as usize);
        total.map_or(0, |total| u64::from(*total))
    }

    /// Returns the counters with a total of at least `threshold`, heaviest first.
    pub(super) fn reaching(&self, threshold: u64) -> Vec<u32> {
        let totals = self.0.iter().zip(0..);
        let reaching = totals.filter(|(total, _)| u64::from(**total) >= threshold);
        let mut heaviest: Vec<(Reverse<u32>, u32)> = reaching
            .map(|(total, counter)| (Reverse(*total), counter))
            .collect();
        heaviest.sort_unstable();
        heaviest.into_iter().map(|(_, counter)| counter).collect()
    }

    /// Returns a count that the `most` most frequent keys are likely to reach: the difference between the counter at
    /// that rank (and a quarter more) and the median one, which holds no frequent key.
    pub(super) fn likely_threshold(&self, most: usize) -> u64 {
        let mut totals = self.0.clone();
        let mut place = |heavier: usize| {
            let place = COUNTERS.saturating_sub(heavier.saturating_add(1));
            let (_, total, _) = totals.select_nth_unstable(place);
            u64::from(*total)
        };
        let fourth_more = most.saturating_add(most / 4);
        place(fourth_more).saturating_sub(place(COUNTERS / 2))
    }
}

impl CounterSet {
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

    /// Calls `each` with the keys that belong to these counters, some at a time. It does not branch on keys, which no
    /// processor could predict.
    pub(super) fn pick(&self, keys: &[u64], mut each: impl FnMut(&[u64])) {
        for keys in keys.chunks(PICKED) {
            let mut picked = [0; PICKED];
            let mut count = 0;
            for key in keys {
                // Always in bounds: this tells the compiler so.
                picked[count % PICKED] = *key;
                count += usize::from(self.has(*key));
            }
            each(picked.get(..count).unwrap_or_default());
        }
    }

    /// Whether the counter of a key is in the set.
    pub(super) fn has(&self, key: u64) -> bool {
        let counter = counter(key);
        let bits = self.0.get(counter / 64).copied().unwrap_or(0);
        bits >> (counter % 64) & 1 == 1
    }
}

fn counter(key: u64) -> usize {
    (key.wrapping_mul(SPREAD) >> (u64::BITS - BITS)) as usize
}
