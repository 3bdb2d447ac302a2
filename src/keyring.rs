//! Keys of people's own, opened: each is a way to its network with a budget of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::model::{Crawl, NetworkName, OwnKey, PersonId};
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
    opened: Arc<Mutex<HashMap<(PersonId, NetworkName), Opened>>>,
}

struct Opened {
    entry: Entry,
    /// Which of a person's keys it is: the one that was given then.
    given_at: DateTime<Utc>,
    used_at: Duration,
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

    /// The way that a crawl takes to its network: by the key of its own, or by everybody's. Nothing when the
    /// network is switched off.
    pub fn entry(
        &self,
        ledger: &Ledger,
        networks: &Networks,
        crawl: &Crawl,
    ) -> Result<Option<Entry>, StoreError> {
        let Some(everybodys) = networks.get(&crawl.network) else {
            return Ok(None);
        };
        let key = match crawl.key_of {
            Some(person) => ledger.own_key(person, &crawl.network)?,
            None => None,
        };
        let own = key.and_then(|key| self.open(everybodys, &key));
        Ok(Some(own.unwrap_or_else(|| everybodys.clone())))
    }

    /// A key's way to its network; nothing if the key can't be opened, or the network takes none.
    pub fn open(&self, everybodys: &Entry, key: &OwnKey) -> Option<Entry> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        let place = (key.person, key.network.clone());
        if let Some(known) = opened.get_mut(&place)
            && known.given_at == key.given_at
        {
            known.used_at = now;
            return Some(known.entry.clone());
        }
        opened.retain(|_, opened| now.saturating_sub(opened.used_at) < IDLE);
        let purpose = OwnKey::purpose(key.person, &key.network);
        let entry = everybodys.with_key(&self.seal.open(&key.sealed, &purpose)?)?;
        let known = Opened {
            entry: entry.clone(),
            given_at: key.given_at,
            used_at: now,
        };
        opened.insert(place, known);
        Some(entry)
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring")
    }
}
