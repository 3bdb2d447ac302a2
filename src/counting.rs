//! The most frequent ids of many lists: exact, and in bounded memory however many there are.
//!
//! A first pass adds every id to one of 2^20 counters chosen by hash. A counter's total bounds each of
//! its ids from above, so the ids of the heaviest counters are counted exactly, in groups that fit a
//! budget, until the smallest count that still makes the list is above every total that is left. Real
//! audiences end after one or two passes; flat ones take more, never more memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::ledger::Lists;
use crate::model::{AccountId, Candidate};
use crate::stores::StoreError;

/// Counters of the first pass: 4 MB.
const COUNTERS: usize = 1 << 20;

/// Distinct ids that are counted at once at most: about 40 MB for numeric ids.
const BUDGET: u64 = 1_000_000;

/// Lists of keys that can be read again and again: ascending in a list, each once.
pub trait Source {
    fn for_each(&self, each: impl FnMut(&[u64])) -> Result<(), StoreError>;

    /// The key of an id; `None` when no list can hold it.
    fn key_of(&self, id: &AccountId) -> Result<Option<u64>, StoreError> {
        Ok(id.as_str().parse().ok())
    }

    /// The id that a key stands for; `None` when that is lost.
    fn id_of(&self, key: u64) -> Result<Option<AccountId>, StoreError> {
        Ok(Some(AccountId::new(key.to_string())))
    }
}

impl Source for Lists<'_> {
    fn for_each(&self, each: impl FnMut(&[u64])) -> Result<(), StoreError> {
        Lists::for_each(self, each)
    }

    fn key_of(&self, id: &AccountId) -> Result<Option<u64>, StoreError> {
        Lists::key_of(self, id)
    }

    fn id_of(&self, key: u64) -> Result<Option<AccountId>, StoreError> {
        Lists::id_of(self, key)
    }
}

/// The `most` ids that stand in most lists, most frequent first, ties by id; `never` is left out.
pub fn most_frequent(
    source: &impl Source,
    most: usize,
    never: &AccountId,
) -> Result<Vec<Candidate>, StoreError> {
    count_within(source, most, never, BUDGET)
}

fn count_within(
    source: &impl Source,
    most: usize,
    never: &AccountId,
    budget: u64,
) -> Result<Vec<Candidate>, StoreError> {
    let mut totals = vec![0u32; COUNTERS];
    source.for_each(|list| {
        for id in list {
            if let Some(total) = totals.get_mut(counter(*id)) {
                *total = total.saturating_add(1);
            }
        }
    })?;
    let mut heaviest: Vec<u32> = (0..COUNTERS as u32)
        .filter(|counter| totals[*counter as usize] > 0)
        .collect();
    heaviest.sort_unstable_by_key(|counter| (Reverse(totals[*counter as usize]), *counter));

    let mut best = Best {
        most,
        heap: BinaryHeap::new(),
    };
    let mut rest = heaviest.as_slice();
    while let Some(first) = rest.first() {
        if best.is_full_above(u64::from(totals[*first as usize])) {
            break;
        }
        let mut planned = 0;
        let mut size = 0;
        for counter in rest {
            planned += u64::from(totals[*counter as usize]);
            if planned > budget && size > 0 {
                break;
            }
            size += 1;
        }
        let (group, others) = rest.split_at(size);
        rest = others;
        count_group(source, group, never, &mut best)?;
    }
    Ok(best.ranked())
}

fn count_group(
    source: &impl Source,
    group: &[u32],
    never: &AccountId,
    best: &mut Best,
) -> Result<(), StoreError> {
    let mut counted = vec![false; COUNTERS];
    for counter in group {
        counted[*counter as usize] = true;
    }
    let never = source.key_of(never)?;
    let mut counts: FxHashMap<u64, u64> = FxHashMap::default();
    source.for_each(|list| {
        for key in list {
            if counted[counter(*key)] && Some(*key) != never {
                *counts.entry(*key).or_default() += 1;
            }
        }
    })?;
    for (key, count) in counts {
        if !best.is_full_above(count)
            && let Some(id) = source.id_of(key)?
        {
            best.offer(count, id);
        }
    }
    Ok(())
}

fn counter(key: u64) -> usize {
    (FxBuildHasher.hash_one(key) >> 40) as usize & (COUNTERS - 1)
}

/// The best so far.
struct Best {
    most: usize,
    /// The worst of them on top.
    heap: BinaryHeap<Reverse<(u64, Reverse<AccountId>)>>,
}

impl Best {
    fn offer(&mut self, count: u64, id: AccountId) {
        if self.is_full_above(count) {
            return;
        }
        self.heap.push(Reverse((count, Reverse(id))));
        if self.heap.len() > self.most {
            self.heap.pop();
        }
    }

    /// Whether nothing with this count can change the list any more.
    fn is_full_above(&self, count: u64) -> bool {
        self.heap.len() >= self.most
            && self
                .heap
                .peek()
                .is_none_or(|Reverse((worst, _))| *worst > count)
    }

    fn ranked(self) -> Vec<Candidate> {
        let sorted = self.heap.into_sorted_vec().into_iter();
        sorted
            .map(|Reverse((shared, Reverse(id)))| Candidate { id, shared })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    struct InMemory(Vec<Vec<u64>>);

    impl Source for InMemory {
        fn for_each(&self, mut each: impl FnMut(&[u64])) -> Result<(), StoreError> {
            self.0.iter().for_each(|list| each(list));
            Ok(())
        }
    }

    /// The obvious way.
    fn plainly(lists: &InMemory, most: usize, never: u64) -> Vec<Candidate> {
        let mut counts: HashMap<u64, u64> = HashMap::new();
        lists
            .0
            .iter()
            .flatten()
            .filter(|id| **id != never)
            .for_each(|id| *counts.entry(*id).or_default() += 1);
        let mut all: Vec<Candidate> = counts
            .into_iter()
            .map(|(id, shared)| Candidate {
                id: AccountId::new(id.to_string()),
                shared,
            })
            .collect();
        all.sort_by(|one, other| other.shared.cmp(&one.shared).then(one.id.cmp(&other.id)));
        all.truncate(most);
        all
    }

    #[test]
    fn agrees_with_plain_counting_on_skewed_and_on_flat_lists() {
        let skewed = (0..400u64).map(|list| {
            (0..50)
                .filter(|id| list % (id + 1) == 0)
                .chain(1_000 + list..1_020 + list)
                .collect()
        });
        let flat = (0..300u64).map(|list| (list * 10..list * 10 + 40).collect());
        for lists in [InMemory(skewed.collect()), InMemory(flat.collect())] {
            for budget in [1, 100, BUDGET] {
                let counted =
                    count_within(&lists, 30, &AccountId::new("3"), budget).expect("counts");
                assert_eq!(counted, plainly(&lists, 30, 3), "budget {budget}");
            }
        }
    }

    #[test]
    fn nothing_to_count_is_an_empty_list() {
        assert_eq!(
            most_frequent(&InMemory(Vec::new()), 10, &AccountId::new("1")).expect("counts"),
            []
        );
        assert_eq!(
            most_frequent(&InMemory(vec![vec![1]]), 0, &AccountId::new("9")).expect("counts"),
            []
        );
    }
}
