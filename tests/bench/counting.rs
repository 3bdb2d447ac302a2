//! Counting who is followed most: ours against the obvious way, a hash map of everything, on the same
//! lists in one process run. Prints seconds and the most memory that each held beyond the lists.
//!
//! `cargo bench --bench counting [-- FOLLOWERS FOLLOWS_EACH]`

use std::collections::HashMap;
use std::time::Instant;

use lookalike::counting::{Source, most_frequent};
use lookalike::model::{AccountId, Candidate};
use lookalike::stores::StoreError;
use rand::{Rng, SeedableRng};

const MOST: usize = 300;

/// Accounts that are followed.
const FOLLOWED: f64 = 20_000_000.0;

struct Lists {
    follows: Vec<u64>,
    each: usize,
}

impl Source for Lists {
    fn for_each(&self, mut each: impl FnMut(&[u64])) -> Result<(), StoreError> {
        self.follows.chunks(self.each).for_each(|list| each(list));
        Ok(())
    }
}

fn main() {
    let numbers: Vec<usize> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let followers = numbers.first().copied().unwrap_or(100_000);
    let each = numbers.get(1).copied().unwrap_or(200);
    println!("{followers} lists of {each} ids, the {MOST} most frequent");
    for (name, power) in [
        ("skewed, like real audiences", 4),
        ("flat, the worst case", 1),
    ] {
        let lists = invent(followers, each, power);
        let (ours, seconds, memory) =
            measured(|| most_frequent(&lists, MOST, &AccountId::new("0")).unwrap_or_default());
        println!("{name:<28} bounded passes {seconds:>6.2} s {memory:>5} MB");
        let (plain, seconds, memory) = measured(|| plainly(&lists));
        println!("{:<28} one hash map   {seconds:>6.2} s {memory:>5} MB", "");
        assert_eq!(ours, plain, "both count the same");
    }
}

fn invent(followers: usize, each: usize, power: i32) -> Lists {
    let mut random = rand_pcg::Pcg64Mcg::seed_from_u64(1);
    let mut follows = Vec::with_capacity(followers * each);
    for _ in 0..followers {
        let mut list: Vec<u64> = (0..each)
            .map(|_| 1 + (random.random::<f64>().powi(power) * FOLLOWED) as u64)
            .collect();
        list.sort_unstable();
        // Each id once in a list, as accounts follow each other; the length stays the same.
        for place in 1..list.len() {
            if list[place] <= list[place - 1] {
                list[place] = list[place - 1] + 1;
            }
        }
        follows.extend(list);
    }
    Lists { follows, each }
}

fn plainly(lists: &Lists) -> Vec<Candidate> {
    let mut counts: HashMap<u64, u64> = HashMap::new();
    for id in &lists.follows {
        *counts.entry(*id).or_default() += 1;
    }
    let mut all: Vec<(u64, String)> = counts
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(id, count)| (count, id.to_string()))
        .collect();
    all.sort_unstable_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    all.truncate(MOST);
    all.into_iter()
        .map(|(shared, id)| Candidate {
            id: AccountId::new(id),
            shared,
        })
        .collect()
}

/// What a piece of work returns, how long it took, and the most memory that it added, in MB.
fn measured<T>(work: impl FnOnce() -> T) -> (T, f64, u64) {
    // Linux: forgets the peak so far.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = status("VmRSS:");
    let started = Instant::now();
    let result = work();
    (
        result,
        started.elapsed().as_secs_f64(),
        status("VmHWM:").saturating_sub(before) / 1_024,
    )
}

fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
