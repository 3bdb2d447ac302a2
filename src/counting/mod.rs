//! The most frequent ids of many lists: exact, and in bounded memory whatever their number.
//!
//! A first pass adds every key to one of 2^20 counters chosen by hash. A counter's total bounds the count of each of
//! its keys, so a second pass counts exactly the keys of the heaviest counters: all whose total reaches what the least
//! frequent id of the answer is likely to have. That was enough if the answer's lowest count turns out to be above
//! every other total. Real audiences end there. If lists are flat, the tables of the second pass soon fill up and give
//! counters up; further passes then take the remaining counters that still matter, as many at a time as there is room
//! to sort their keys.

mod count_table;
mod hashed_totals;
mod sorted_keys;
mod top;

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::ledger::Lists;
use crate::model::{AccountId, Candidate};
use crate::stores::StoreError;

use count_table::{CountTable, CounterGroup};
use hashed_totals::{CounterSet, SplitTotals, Totals};
use sorted_keys::SortedKeys;
use top::Top;

/// What is counted at once. An audience of 100,000 needs about half of the keys and sorts nothing.
const BUDGET: Budget = Budget {
    keys: 400_000,
    sorted: 3_000_000,
};

/// Threads at most. Memory bandwidth is the limit, and two use it up.
const MOST_THREADS: usize = 2;

/// Limits the memory.
#[derive(Clone, Copy, Debug)]
struct Budget {
    /// Keys in the tables of the second pass, over all threads: about 16 MB.
    keys: usize,
    /// Occurrences that a later pass sorts: 24 MB.
    sorted: usize,
}

/// What one thread makes of its lists.
trait PartialCount: Send {
    fn add(&mut self, keys: &[u64]);

    /// Called after the last list.
    fn finish(&mut self) {}
}

/// Lists of keys that can be read repeatedly: ascending in each list, without repetitions.
pub trait KeyLists: Sync {
    /// Returns the number of stretches that the lists are divided into; threads take them in turn.
    fn stretches(&self) -> usize;

    /// Calls `each` with every list of a stretch.
    fn read(&self, stretch: usize, each: &mut dyn FnMut(&[u64])) -> Result<(), StoreError>;

    /// Returns the key of an id; `None` if no list can contain it.
    fn key_of(&self, id: &AccountId) -> Result<Option<u64>, StoreError> {
        Ok(id.as_str().parse().ok())
    }

    /// Returns the id of a key; `None` if it is lost.
    fn id_of(&self, key: u64) -> Result<Option<AccountId>, StoreError> {
        Ok(Some(AccountId::new(key.to_string())))
    }
}

impl KeyLists for Lists<'_> {
    fn stretches(&self) -> usize {
        Lists::stretches(self)
    }

    fn read(&self, stretch: usize, each: &mut dyn FnMut(&[u64])) -> Result<(), StoreError> {
        Lists::read(self, stretch, each)
    }

    fn key_of(&self, id: &AccountId) -> Result<Option<u64>, StoreError> {
        Lists::key_of(self, id)
    }

    fn id_of(&self, key: u64) -> Result<Option<AccountId>, StoreError> {
        Lists::id_of(self, key)
    }
}

/// Returns the `most` ids that are in most lists, most frequent first, ties by id; `excluded` is left out.
pub fn most_frequent(
    source: &impl KeyLists,
    most: usize,
    excluded: &AccountId,
) -> Result<Vec<Candidate>, StoreError> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    count_within(source, most, excluded, BUDGET, threads.min(MOST_THREADS))
}

fn count_within(
    source: &impl KeyLists,
    most: usize,
    excluded: &AccountId,
    budget: Budget,
    threads: usize,
) -> Result<Vec<Candidate>, StoreError> {
    let excluded = source.key_of(excluded)?;
    let mut best = Top::new(most);
    let offer = |best: &mut Top, key: u64, count: u64| {
        if count < best.threshold() || Some(key) == excluded {
            return Ok(());
        }
        match source.id_of(key)? {
            Some(id) => best.offer(count, id),
            // One account of thousands.
            None => tracing::error!(key, count, "left an account out whose id is lost"),
        }
        Ok(())
    };

    let totals = Totals::of(&in_parallel(source, threads, SplitTotals::new)?);
    let counters = totals.reaching(totals.likely_threshold(most).max(best.threshold()));
    let group = CounterGroup::new(&counters, budget.keys / threads);
    let tables = in_parallel(source, threads, || CountTable::new(&group))?;
    count_table::for_each_count(tables, |key, count| offer(&mut best, key, count))?;
    let kept = group.kept();
    // If lists are flat, these are nearly all counters, which takes megabytes.
    drop(counters);

    // In the same order, so that the first are those whose keys have been counted.
    let heaviest = totals.reaching(best.threshold());
    let mut rest = heaviest.get(kept..).unwrap_or_default();
    let rooms: Mutex<Vec<Vec<u64>>> = Mutex::default();
    loop {
        let reaching =
            rest.partition_point(|counter| totals.of_counter(*counter) >= best.threshold());
        let (counters, _) = rest.split_at(reaching);
        let mut room = 0;
        let fitting = counters.iter().take_while(|counter| {
            room += totals.of_counter(**counter) as usize;
            room <= budget.sorted
        });
        let size = fitting.count().max(1).min(counters.len());
        if size == 0 {
            return Ok(best.ranked());
        }
        let (counters, others) = rest.split_at(size);
        let chosen = CounterSet::new(counters);
        let start = || {
            let used = rooms.lock().unwrap_or_else(PoisonError::into_inner).pop();
            // Untouched memory is not allocated.
            let room = used.unwrap_or_else(|| Vec::with_capacity(budget.sorted));
            SortedKeys::new(&chosen, room)
        };
        let shares = in_parallel(source, threads, start)?;
        sorted_keys::for_each_count(&shares, |key, count| offer(&mut best, key, count))?;
        let used = shares.into_iter().map(SortedKeys::into_keys);
        rooms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(used);
        rest = others;
    }
}

/// Distributes all lists over several threads, and returns what each has made of its own.
fn in_parallel<T: PartialCount>(
    source: &impl KeyLists,
    threads: usize,
    start: impl Fn() -> T + Sync,
) -> Result<Vec<T>, StoreError> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut own = start();
        loop {
            let stretch = next.fetch_add(1, Ordering::Relaxed);
            if stretch >= source.stretches() {
                own.finish();
                return Ok(own);
            }
            source.read(stretch, &mut |list| own.add(list))?;
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let joined = workers.into_iter().map(|worker| worker.join());
        joined
            .map(|done| done.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    #[derive(Debug)]
    struct InMemory(Vec<Vec<u64>>);

    impl KeyLists for InMemory {
        fn stretches(&self) -> usize {
            self.0.len()
        }

        fn read(&self, stretch: usize, each: &mut dyn FnMut(&[u64])) -> Result<(), StoreError> {
            each(&self.0[stretch]);
            Ok(())
        }
    }

    /// The obvious way.
    fn plainly(lists: &InMemory, most: usize, excluded: u64) -> Vec<Candidate> {
        let mut counts: HashMap<u64, u64> = HashMap::new();
        let ids = lists.0.iter().flatten();
        ids.filter(|id| **id != excluded)
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

    fn inputs() -> ProptestConfig {
        ProptestConfig {
            cases: 60,
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(1),
            ..ProptestConfig::default()
        }
    }

    /// Ids of which three or four share a counter: totals bound their counts, but no more.
    static CROWDED: LazyLock<Vec<u64>> = LazyLock::new(|| {
        let counters: Vec<u32> = (0..900).collect();
        let counters = CounterSet::new(&counters);
        (0..).filter(|id| counters.has(*id)).take(3_000).collect()
    });

    /// Lists of ids, the first of which are the more frequent the higher the power; 1 is flat.
    fn lists() -> impl Strategy<Value = InMemory> {
        (1..4i32, 2..3_000u32).prop_flat_map(|(power, followed)| {
            let id = (0..1_000_000u32).prop_map(move |at| {
                let at = (f64::from(at) / 1e6).powi(power);
                CROWDED[(at * f64::from(followed)) as usize]
            });
            let list = proptest::collection::btree_set(id, 0..40);
            proptest::collection::vec(list, 0..150)
                .prop_map(|lists| InMemory(lists.into_iter().map(Vec::from_iter).collect()))
        })
    }

    proptest! {
        #![proptest_config(inputs())]

        #[test]
        fn the_count_is_the_plain_count(
            lists in lists(),
            most in 0..60usize,
            keys in prop_oneof![Just(0), 1..40usize, Just(BUDGET.keys)],
            sorted in prop_oneof![Just(0), 1..400usize, Just(BUDGET.sorted)],
            threads in 1..4usize,
        ) {
            let excluded = CROWDED[3];
            let id = AccountId::new(excluded.to_string());
            let budget = Budget { keys, sorted };
            let counted = count_within(&lists, most, &id, budget, threads).expect("counts");
            prop_assert_eq!(counted, plainly(&lists, most, excluded));
        }
    }

    #[test]
    fn more_than_half_a_counter_can_hold_is_counted() {
        let lists = (0..65_537u64).map(|list| vec![1, 2 + list % 8]);
        let lists = InMemory(lists.collect());
        let excluded = AccountId::new("99");
        let counted = count_within(&lists, 1, &excluded, BUDGET, 1).expect("counts");
        assert_eq!(counted, plainly(&lists, 1, 99));
    }
}
