//! The most frequent ids of many lists: exact, and in bounded memory however many there are.
//!
//! A first pass adds every key to one of 2^18 counters chosen by hash. A counter's total bounds the count
//! of each of its keys, so a second pass counts exactly the keys of the heaviest counters: all whose total
//! reaches what the least frequent of the answer is likely to have. It was enough if the answer's least
//! count turns out to be above every other total. Real audiences end there. Otherwise more passes follow,
//! each over as many of the next counters as a table of limited size can hold; flat lists, where every
//! counter matters, take about ten.

mod best;
mod tally;
mod totals;

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::ledger::Lists;
use crate::model::{AccountId, Candidate};
use crate::stores::StoreError;

use best::Best;
use tally::{Group, Tally};
use totals::Totals;

/// Keys that are counted exactly at once, over all threads: about 36 MB where the lists are flat; real
/// audiences need a tenth of it.
const BUDGET: usize = 1_700_000;

/// Threads that count at most. Reading and counting go at the pace of the memory, which two fill.
const MOST_THREADS: usize = 2;

/// Lists of keys that can be read again and again: ascending in a list, each once.
pub trait Source: Sync {
    /// Into how many stretches the lists fall; threads take them in turn.
    fn stretches(&self) -> usize;

    /// Calls `each` with every list of a stretch.
    fn read(&self, stretch: usize, each: &mut dyn FnMut(&[u64])) -> Result<(), StoreError>;

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

/// The `most` ids that stand in most lists, most frequent first, ties by id; `never` is left out.
pub fn most_frequent(
    source: &impl Source,
    most: usize,
    never: &AccountId,
) -> Result<Vec<Candidate>, StoreError> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    count_within(source, most, never, BUDGET, threads.min(MOST_THREADS))
}

fn count_within(
    source: &impl Source,
    most: usize,
    never: &AccountId,
    budget: usize,
    threads: usize,
) -> Result<Vec<Candidate>, StoreError> {
    let never = source.key_of(never)?;
    let mut totals = Totals::new();
    for own in in_parallel(source, threads, Totals::new, Totals::add_list)? {
        totals.add(&own);
    }
    let heaviest = totals.heaviest();
    let mut best = Best::new(most);
    let mut bar = totals.likely_bar(&heaviest, most).max(best.bar());
    let mut rest = heaviest.as_slice();
    let mut room = rest.len();
    loop {
        let reaching = rest.partition_point(|counter| totals.bound(*counter) >= bar);
        let (counters, _) = rest.split_at(reaching.min(room));
        if counters.is_empty() {
            return Ok(best.ranked());
        }
        let group = Group::new(counters, budget / threads);
        let start = || Tally::new(&group);
        let tallies = in_parallel(source, threads, start, Tally::add_list)?;
        Tally::for_each(tallies, |key, count| {
            if count < best.bar() || Some(key) == never {
                return Ok(());
            }
            match source.id_of(key)? {
                Some(id) => best.offer(count, id),
                // One account of thousands.
                None => tracing::error!(key, count, "left an account out whose id is lost"),
            }
            Ok(())
        })?;
        if group.kept() < counters.len() {
            room = group.kept();
        }
        (_, rest) = rest.split_at(group.kept());
        bar = best.bar();
    }
}

/// Hands all lists to `add`, on several threads; what each has made of its share comes back.
fn in_parallel<T: Send>(
    source: &impl Source,
    threads: usize,
    start: impl Fn() -> T + Sync,
    add: impl Fn(&mut T, &[u64]) + Sync,
) -> Result<Vec<T>, StoreError> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut own = start();
        loop {
            let stretch = next.fetch_add(1, Ordering::Relaxed);
            if stretch >= source.stretches() {
                return Ok(own);
            }
            source.read(stretch, &mut |list| add(&mut own, list))?;
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

    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    #[derive(Debug)]
    struct InMemory(Vec<Vec<u64>>);

    impl Source for InMemory {
        fn stretches(&self) -> usize {
            self.0.len()
        }

        fn read(&self, stretch: usize, each: &mut dyn FnMut(&[u64])) -> Result<(), StoreError> {
            each(&self.0[stretch]);
            Ok(())
        }
    }

    /// The obvious way.
    fn plainly(lists: &InMemory, most: usize, never: u64) -> Vec<Candidate> {
        let mut counts: HashMap<u64, u64> = HashMap::new();
        let ids = lists.0.iter().flatten();
        ids.filter(|id| **id != never)
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

    /// Lists of ids of which small ones are the more frequent the higher the power; 1 is flat.
    fn lists() -> impl Strategy<Value = InMemory> {
        (1..4i32, 2..3_000u32).prop_flat_map(|(power, followed)| {
            let id = (0..1_000_000u32).prop_map(move |at| {
                let at = (f64::from(at) / 1e6).powi(power);
                (at * f64::from(followed)) as u64
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
            budget in prop_oneof![Just(0), 1..40usize, Just(BUDGET)],
            threads in 1..4usize,
        ) {
            let never = AccountId::new("3");
            let counted = count_within(&lists, most, &never, budget, threads).expect("counts");
            prop_assert_eq!(counted, plainly(&lists, most, 3));
        }
    }

    #[test]
    fn more_than_a_counter_can_hold_is_counted() {
        let often = (0..70_000u64).map(|list| vec![1, 2 + list % 2]);
        let lists = InMemory(often.collect());
        let counted = most_frequent(&lists, 2, &AccountId::new("9")).expect("counts");
        assert_eq!(counted, plainly(&lists, 2, 9));
    }
}
