//! People's own keys, decrypted: each gives access to its network with a budget of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::model::{Crawl, OwnKey};
use crate::networks::{Entry, Networks};
use crate::sealing::Seal;
use crate::stores::StoreError;

/// Keys unused for this long are dropped from memory. No network counts a quota over a longer window, so a fresh budget
/// is then correct.
const IDLE: Duration = Duration::from_secs(3_600);

/// The keys in use.
#[derive(Clone)]
pub struct Keyring {
    seal: Seal,
    clock: Arc<dyn Clock>,
    /// By the sealed key: a person can have two for a network, while a replacement is being tried.
    opened: Arc<Mutex<HashMap<String, Opened>>>,
}

/// A crawl's access to its network.
#[derive(Clone)]
pub enum Access {
    Open(Entry),
    /// The owner's key has been refused, and is tried once more before it is used.
    InDoubt(Entry),
    /// The key that the crawl should use is unusable or gone.
    NoKey(Option<OwnKey>),
    /// The network is switched off.
    Off,
}

struct Opened {
    entry: Entry,
    used_at: Duration,
}

impl Access {
    /// Returns the way to the network, if there is one; it may be blocked for the moment.
    pub fn entry(self) -> Option<Entry> {
        match self {
            Access::Open(entry) | Access::InDoubt(entry) => Some(entry),
            Access::NoKey(_) | Access::Off => None,
        }
    }
}

impl Keyring {
    /// Creates a keyring for keys sealed with `secret`, the bot's token.
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

    /// Returns a crawl's access to its network: with the key that pays for it, and no other.
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

    /// Returns the way to a network with a key; `None` if the key can't be decrypted, or the network takes none.
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
