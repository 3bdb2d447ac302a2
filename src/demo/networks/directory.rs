//! The handles of a world's accounts on one network, which has its own grammar for them.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::demo::world::{World, WorldAccount};

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
