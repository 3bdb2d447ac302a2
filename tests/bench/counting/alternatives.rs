//! The other methods, each on one thread, as one would usually write them.

use std::collections::HashMap;
use std::hash::BuildHasher;

use lookalike::ledger::Lists;
use lookalike::model::{AccountId, Candidate};
use lookalike::stores::StoreError;
use rustc_hash::FxBuildHasher;

pub(crate) fn std_hash_map(lists: &Lists<'_>, most: usize) -> Result<Vec<Candidate>, StoreError> {
    hash_map(HashMap::new(), lists, most)
}

pub(crate) fn fast_hash_map(lists: &Lists<'_>, most: usize) -> Result<Vec<Candidate>, StoreError> {
    hash_map(HashMap::with_hasher(FxBuildHasher), lists, most)
}

pub(crate) fn radix_sort(lists: &Lists<'_>, most: usize) -> Result<Vec<Candidate>, StoreError> {
    let mut keys = Vec::new();
    lists.for_each(|list| keys.extend_from_slice(list))?;
    radsort::sort(&mut keys);
    let counts = keys.chunk_by(|one, other| one == other);
    Ok(best(counts.map(|same| (same[0], same.len() as u32)), most))
}

fn hash_map<S: BuildHasher>(
    mut counts: HashMap<u64, u32, S>,
    lists: &Lists<'_>,
    most: usize,
) -> Result<Vec<Candidate>, StoreError> {
    lists.for_each(|list| {
        for key in list {
            *counts.entry(*key).or_default() += 1;
        }
    })?;
    Ok(best(counts.iter().map(|(key, count)| (*key, *count)), most))
}

fn best(counts: impl Iterator<Item = (u64, u32)> + Clone, most: usize) -> Vec<Candidate> {
    let mut having = Vec::new();
    for (_, count) in counts.clone() {
        let count = count as usize;
        having.resize(having.len().max(count + 1), 0usize);
        having[count] += 1;
    }
    let mut bar = having.len();
    let mut reaching = 0;
    while bar > 1 && reaching < most {
        bar -= 1;
        reaching += having[bar];
    }
    let mut all: Vec<Candidate> = counts
        .filter(|(_, count)| *count as usize >= bar)
        .map(|(key, count)| Candidate {
            id: AccountId::new(key.to_string()),
            shared: u64::from(count),
        })
        .collect();
    all.sort_by(|one, other| other.shared.cmp(&one.shared).then(one.id.cmp(&other.id)));
    all.truncate(most);
    all
}
