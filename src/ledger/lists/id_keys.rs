//! Account ids as numbers, so that lists are of numbers alone.
//!
//! An id that is a decimal number below 2^63 is its own key. The key of any other is a hash of it, with the highest bit
//! set, and a row by that key holds the id; it is written in the transaction of the first record with the key. If two
//! ids have the same hash, the later one takes the next free key, and the row in its way stays for good, so that both
//! are found where they were put.
//!
//! A row knows the latest day on which a page named the id, and goes with the segment of that day: a list that was put
//! together later is kept no longer than its first page. Until then it takes the bytes of the id and some fifty more,
//! once, where a list with the ids in it takes them each time.

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, KnownId, RowKey};
use crate::ledger::db::transaction::Transaction;
use crate::model::{AccountId, NetworkName};
use crate::stores::StoreError;

/// Set in the keys of ids that are not numbers.
const HASHED: u64 = 1 << 63;

/// The segment of rows that stay for good.
const FOR_GOOD: u32 = u32::MAX;

impl Ledger {
    /// Returns the key of an account in lists; `None` if no list can hold it.
    pub fn key_of(&self, network: &NetworkName, id: &AccountId) -> Result<Option<u64>, StoreError> {
        if let Some(number) = number(id) {
            return Ok(Some(number));
        }
        let mut key = hash(network, id);
        while let Some(known) = self.get(&rows::known_id(network, key))? {
            if known.id == *id {
                return Ok(Some(key));
            }
            key = next(key);
        }
        Ok(None)
    }

    /// Returns the account that a key in a list stands for; `None` if its row is lost.
    pub fn id_of(&self, network: &NetworkName, key: u64) -> Result<Option<AccountId>, StoreError> {
        if key & HASHED == 0 {
            return Ok(Some(AccountId::new(key.to_string())));
        }
        let known = self.get(&rows::known_id(network, key))?;
        Ok(known.map(|known| known.id))
    }

    /// Removes the rows of keys that no segment from `segment` on can hold. Returns how many.
    pub(crate) async fn forget_ids(&self, segment: u32) -> Result<u64, StoreError> {
        let aged = move |known: &KnownId| known.segment < segment;
        self.remove_where(&rows::known_ids(), aged).await
    }
}

/// Returns the key of an id for a record of this transaction.
pub(crate) fn key_for(
    tx: &mut Transaction<'_>,
    network: &NetworkName,
    id: &AccountId,
) -> Result<u64, StoreError> {
    if let Some(number) = number(id) {
        return Ok(number);
    }
    let mut key = hash(network, id);
    loop {
        let row = rows::known_id(network, key);
        match tx.read(&row)? {
            Some(known) if known.id == *id => {
                renew(tx, &row, known, tx.segment())?;
                return Ok(key);
            }
            Some(other) => {
                renew(tx, &row, other, FOR_GOOD)?;
                key = next(key);
            }
            None => {
                let (id, segment) = (id.clone(), tx.segment());
                tx.write_fact(&row, &KnownId { id, segment })?;
                return Ok(key);
            }
        }
    }
}

fn renew(
    tx: &mut Transaction<'_>,
    row: &RowKey<KnownId>,
    known: KnownId,
    segment: u32,
) -> Result<(), StoreError> {
    match known.segment < segment {
        true => tx.write(row, &KnownId { segment, ..known }),
        false => Ok(()),
    }
}

fn number(id: &AccountId) -> Option<u64> {
    let text = id.as_str();
    let number = text.parse().ok().filter(|number| number & HASHED == 0)?;
    // Only a number that is printed as the same text may stand for the id.
    let canonical =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    canonical.then_some(number)
}

/// The same on every machine and in every version: keys are stored.
fn hash(network: &NetworkName, id: &AccountId) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(network.as_str().as_bytes());
    hasher.write_u8(0);
    hasher.write(id.as_str().as_bytes());
    hasher.finish() | HASHED
}

fn next(key: u64) -> u64 {
    key.wrapping_add(1) | HASHED
}
