//! Watches: accounts that are searched again at intervals.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::mode;
use crate::ledger::requests::submit::submit;
use crate::ledger::requests::under_way::under_way_of;
use crate::ledger::{Ledger, Rules};
use crate::model::{Mode, NetworkName, NewAnalysis, PersonId, Watch};
use crate::stores::StoreError;

impl Ledger {
    /// Returns a person's watches, by network and handle.
    pub fn watches_of(&self, person: PersonId) -> Result<Vec<Watch>, StoreError> {
        let watches = self.list(&rows::watches_of(person), usize::MAX)?;
        Ok(watches.into_iter().map(|(_, watch)| watch).collect())
    }

    /// Ends the watches for which `is_over` returns true, as for a chat that can't be written to any more.
    pub async fn unwatch_where(
        &self,
        is_over: impl Fn(&Watch) -> bool + Send + 'static,
    ) -> Result<(), StoreError> {
        self.transact(move |tx| {
            for (key, watch) in tx.first(&rows::watches(), usize::MAX)? {
                if is_over(&watch) {
                    tx.remove_at(key);
                }
            }
            Ok(())
        })
        .await
    }

    /// Begins the searches that are due, as far as their people may have more in progress; the others are due until
    /// they may. On a network that charges the cost has to be agreed to each time. Returns how many were begun.
    pub async fn begin_watched(
        &self,
        charges: impl Fn(&NetworkName) -> bool,
    ) -> Result<u64, StoreError> {
        let (rules, now) = (self.rules, self.clock.now());
        let mut begun = 0;
        for (_, watch) in self.list(&rows::watches(), usize::MAX)? {
            if watch.next_at > now {
                continue;
            }
            let charged = charges(&watch.network);
            let is_due = self
                .transact(move |tx| begin(tx, &rules, &watch, charged, now))
                .await?;
            begun += u64::from(is_due);
        }
        Ok(begun)
    }
}

/// Watches an account, or changes how it is watched.
pub(crate) fn watch(tx: &mut Transaction<'_>, watch: &Watch) -> Result<(), StoreError> {
    let key = rows::watch(watch.person, &watch.network, &watch.handle);
    tx.write(&key, watch)
}

fn begin(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    seen: &Watch,
    charged: bool,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let key = rows::watch(seen.person, &seen.network, &seen.handle);
    // It may have been changed or ended since it was read.
    let Some(mut watch) = tx.read(&key)?.filter(|watch| watch == seen) else {
        return Ok(false);
    };
    let under_way = under_way_of(tx, watch.person)?.len();
    if under_way >= rules.per_person as usize || mode::mode(tx)? == Mode::Drains {
        return Ok(false);
    }
    // However long no process ran, once is enough.
    while watch.next_at <= now {
        watch.next_at += watch.every.length();
    }
    tx.write(&key, &watch)?;
    let new = NewAnalysis {
        person: watch.person,
        chat: watch.chat,
        question: None,
        topic: watch.topic,
        network: watch.network,
        handle: watch.handle,
        others: Vec::new(),
        priority: watch.priority,
        depth: watch.depth,
        order: None,
        agreed: !charged,
        charged,
        refresh: true,
        // The number of watches is limited already.
        quota: None,
    };
    submit(tx, rules, &new, now)?;
    Ok(true)
}
