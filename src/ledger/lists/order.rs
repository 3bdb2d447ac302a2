//! The order in which a crawl reads its followers: one record of their keys, in that order. A stretch is read again and
//! again, and costs no more than its own ids.

use std::ops::Range;

use crate::ledger::Ledger;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::lists::id_keys::key_for;
use crate::ledger::lists::packed;
use crate::model::{AccountId, Crawl, NetworkName, Pointer};
use crate::stores::StoreError;

impl Ledger {
    /// Returns the followers at these places of the reading order.
    pub fn reading_order(
        &self,
        crawl: &Crawl,
        places: Range<usize>,
    ) -> Result<Vec<AccountId>, StoreError> {
        let keys = self.ordered_keys(crawl)?;
        let end = places.end.min(keys.len());
        let keys = keys.get(places.start..end).unwrap_or_default();
        self.ids_of(&crawl.network, keys)
    }

    /// Returns the keys of all followers, in that order.
    pub(super) fn ordered_keys(&self, crawl: &Crawl) -> Result<Vec<u64>, StoreError> {
        let mut keys = Vec::new();
        if let Some(pointer) = crawl.reading_order {
            packed::decode(&self.store.record(pointer)?, &mut keys)?;
        }
        Ok(keys)
    }
}

/// Writes accounts, each once, as one record in the reading order. Returns how many there are, too.
pub(crate) fn append_order(
    tx: &mut Transaction<'_>,
    network: &NetworkName,
    mut ids: Vec<AccountId>,
) -> Result<(Pointer, usize), StoreError> {
    tx.order().sort(network, &mut ids);
    ids.dedup();
    let keys = ids.iter().map(|id| key_for(tx, network, id));
    let keys: Vec<u64> = keys.collect::<Result<_, _>>()?;
    Ok((tx.append(&packed::encode(&keys))?, keys.len()))
}
