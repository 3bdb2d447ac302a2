//! Opt-outs: accounts whose owners want them left alone. They are neither analysed nor shown.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::tasks::end::refuse;
use crate::ledger::{Ledger, Rules};
use crate::model::{Crawl, Handle, NetworkName, OptOut, Refusal};
use crate::stores::StoreError;

/// The accounts of one network that have opted out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftAlone(HashSet<String>);

impl LeftAlone {
    pub fn is(&self, handle: &Handle) -> bool {
        !self.0.is_empty() && self.0.contains(&handle.0.to_lowercase())
    }
}

impl Ledger {
    pub fn left_alone(&self, network: &NetworkName) -> Result<LeftAlone, StoreError> {
        let rows = self.list(&rows::opt_outs_of(network), usize::MAX)?;
        let handles = rows.into_iter().map(|(_, row)| row.handle.0.to_lowercase());
        Ok(LeftAlone(handles.collect()))
    }

    /// Returns all accounts that have opted out.
    pub fn opt_outs(&self) -> Result<Vec<OptOut>, StoreError> {
        let rows = self.list(&rows::opt_outs(), usize::MAX)?;
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    /// Takes over the accounts in the settings, in place of those that stood there before.
    pub async fn opt_out_by_settings(
        &self,
        accounts: Vec<(NetworkName, Handle)>,
    ) -> Result<(), StoreError> {
        let (rules, now) = (self.rules, self.clock.now());
        self.transact(move |tx| {
            for (key, row) in tx.first(&rows::opt_outs(), usize::MAX)? {
                if row.by_settings {
                    tx.remove_at(key);
                }
            }
            for (network, handle) in accounts {
                // An operator's command outlives the settings.
                if tx.read(&rows::opt_out(&network, &handle))?.is_some() {
                    continue;
                }
                let row = OptOut {
                    network,
                    handle,
                    by_settings: true,
                };
                opt_out(tx, &rules, &row, now)?;
            }
            Ok(())
        })
        .await
    }
}

/// Opts an account out; a search for it in progress ends.
pub(crate) fn opt_out(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    row: &OptOut,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.write(&rows::opt_out(&row.network, &row.handle), row)?;
    for (_, id) in tx.first(&rows::all_live(), usize::MAX)? {
        let crawl = tx.read(&rows::crawl(id))?;
        let is_it = |crawl: &Crawl| {
            let same = |handle: &Handle| handle.0.eq_ignore_ascii_case(&row.handle.0);
            crawl.network == row.network && (same(&crawl.handle) || same(crawl.shown_handle()))
        };
        if let Some(mut crawl) = crawl.filter(is_it) {
            refuse(tx, &mut crawl, &Refusal::LeftAlone, rules.max_active, now)?;
        }
    }
    Ok(())
}

/// Treats an opted-out account like any other again.
pub(crate) fn opt_in(tx: &mut Transaction<'_>, network: &NetworkName, handle: &Handle) {
    tx.remove(&rows::opt_out(network, handle));
}

pub(crate) fn is_left_alone(
    tx: &Transaction<'_>,
    network: &NetworkName,
    handle: &Handle,
) -> Result<bool, StoreError> {
    Ok(tx.read(&rows::opt_out(network, handle))?.is_some())
}
