//! Keys of people's own, opened: each is a way to its network with a budget of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::model::{Crawl, OwnKey};
use crate::networks::{Entry, Networks};
use crate::sealing::Seal;
use crate::stores::StoreError;

/// Who has asked for nothing in so long has all of the budget again, whatever was asked before: no quota of a
/// key's is counted over longer.
const IDLE: Duration = Duration::from_secs(3_600);

/// The keys that are in use.
#[derive(Clone)]
pub struct Keyring {
    seal: Seal,
    clock: Arc<dyn Clock>,
    /// By what was sealed: somebody can have two for a network, while one is tried that is to replace the other.
    opened: Arc<Mutex<HashMap<String, Opened>>>,
}

/// How a crawl gets to its network.
#[derive(Clone)]
pub enum Access {
    Open(Entry),
    /// The key of its owner's own has been refused, and is tried once more before anything goes by it.
    InDoubt(Entry),
    /// The key that it was to go by can't be used, or is gone.
    NoKey(Option<OwnKey>),
    /// The network is switched off.
    Off,
}

struct Opened {
    entry: Entry,
    used_at: Duration,
}

impl Access {
    /// The way, if there is one; it may be shut for the moment.
    pub fn entry(self) -> Option<Entry> {
        match self {
            Access::Open(entry) | Access::InDoubt(entry) => Some(entry),
            Access::NoKey(_) | Access::Off => None,
        }
    }
}

impl Keyring {
    /// A keyring whose keys are sealed by `secret`, which is the bot's token.
    pub fn new(secret: &str, clock: Arc<dyn Clock>) -> Self {
        Self {
            seal: Seal::new(secret),
            clock,
            opened: Arc::default(),
        }
    }

    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// The way that a crawl takes to its network: by the key that pays for it, and by no other.
    pub fn access(
        &self,
        ledger: &Ledger,
        networks: &Networks,
        crawl: &Crawl,
    ) -> Result<Access, StoreError> {
        let Some(shared) = networks.get(&crawl.network) else {
            return Ok(Access::Off);
        };
        let Some(person) = crawl.key_of else {
            return Ok(Access::Open(shared.clone()));
        };
        let Some(key) = ledger.own_key(person, &crawl.network)? else {
            return Ok(Access::NoKey(None));
        };
        Ok(match self.open(shared, &key) {
            Some(own) if key.is_in_doubt() => Access::InDoubt(own),
            Some(own) => Access::Open(own),
            None => Access::NoKey(Some(key)),
        })
    }

    /// A key's way to its network; `None` if the key can't be opened, or the network takes none.
    pub fn open(&self, shared: &Entry, key: &OwnKey) -> Option<Entry> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        if let Some(known) = opened.get_mut(&key.sealed) {
            known.used_at = now;
            return Some(known.entry.clone());
        }
        opened.retain(|_, opened| now.saturating_sub(opened.used_at) < IDLE);
        let purpose = OwnKey::purpose(key.person, &key.network, shared.api);
        let entry = shared.with_key(&self.seal.open(&key.sealed, &purpose)?)?;
        let known = Opened {
            entry: entry.clone(),
            used_at: now,
        };
        opened.insert(key.sealed.clone(), known);
        Some(entry)
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring")
    }
}
