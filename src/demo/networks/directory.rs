//! The handles of a world's accounts on one network, which has its own grammar for them.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::demo::world::{World, WorldAccount, shared_start};

/// Makes a handle for an account; the number sets it apart from an account that has taken the handle already.
pub(super) type MakeHandle = fn(&WorldAccount, Option<u64>) -> String;

pub struct Directory {
    world: Arc<World>,
    make_handle: MakeHandle,
    /// Made on first use: worlds can be large, and not every network of one is used.
    entries: OnceLock<Entries>,
}

struct Entries {
    handles: Vec<String>,
    accounts: HashMap<String, u32>,
}

impl Directory {
    pub(super) fn new(world: Arc<World>, make_handle: MakeHandle) -> Self {
        Self {
            world,
            make_handle,
            entries: OnceLock::new(),
        }
    }

    pub fn handle(&self, index: u32) -> &str {
        &self.entries().handles[index as usize]
    }

    /// Ignores case.
    pub fn find(&self, handle: &str) -> Option<u32> {
        self.entries().accounts.get(&handle.to_lowercase()).copied()
    }

    /// Returns the accounts in whose names or handles these words begin others: first those with most of the words, and
    /// of these the ones whose handle begins most like the words.
    pub fn search(&self, words: &str) -> Vec<u32> {
        let sought: Vec<String> = parts(words).collect();
        let mut found = Vec::new();
        for index in 0..self.world.len() as u32 {
            let (handle, name) = (self.handle(index), &self.world.account(index).name);
            let known: Vec<String> = parts(handle).chain(parts(name)).collect();
            let is_in = |word: &&String| known.iter().any(|part| part.starts_with(word.as_str()));
            let matches = sought.iter().filter(is_in).count();
            let written = parts(handle).collect::<String>();
            let shared = shared_start(&written, &sought.concat());
            if matches > 0 {
                found.push((Reverse((matches, shared)), index));
            }
        }
        found.sort_unstable();
        found.into_iter().map(|(_, index)| index).collect()
    }

    fn entries(&self) -> &Entries {
        self.entries.get_or_init(|| {
            let count = self.world.len() as u32;
            let mut handles = Vec::with_capacity(count as usize);
            let mut accounts = HashMap::with_capacity(count as usize);
            for index in 0..count {
                let account = self.world.account(index);
                let mut handle = (self.make_handle)(account, None);
                let mut numbers = 2..;
                while accounts.contains_key(&handle.to_lowercase()) {
                    handle = (self.make_handle)(account, numbers.next());
                }
                accounts.insert(handle.to_lowercase(), index);
                handles.push(handle);
            }
            Entries { handles, accounts }
        })
    }
}

/// Returns the words of a name or a handle, in lower case.
fn parts(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts.filter(|part| !part.is_empty()).map(str::to_lowercase)
}
