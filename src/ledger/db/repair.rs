//! Removing unreadable rows: what can't be read now can't be read later either.
//!
//! Readers treat an unreadable row as missing, as they do a row that was removed in the meantime, so one never blocks
//! the others. Here such rows are removed, with one line in the log each, and what depended on a lost crawl is ended.
//! Only a damaged counter keeps a database from being opened.

use crate::ledger::Ledger;
use crate::ledger::db::rows;
use crate::ledger::requests::outcome::conclude;
use crate::ledger::requests::settle::settle;
use crate::model::{CrawlId, Outcome, Refusal, Task};
use crate::stores::{Row, StoreError};

/// Rows that are checked, and removed, in one transaction.
const BATCH: usize = 500;

/// After the keys of all kinds, which start with letters.
const END: &[u8] = &[u8::MAX];

impl Ledger {
    /// Removes the rows that can't be read, and ends what depended on them. Returns how many rows there were.
    pub async fn repair(&self) -> Result<u64, StoreError> {
        let removed = self.remove_unreadable().await?;
        self.end_lost_crawls().await?;
        Ok(removed)
    }

    async fn remove_unreadable(&self) -> Result<u64, StoreError> {
        let mut removed = 0;
        let mut from = Vec::new();
        loop {
            let rows = self.store.scan(&from, END, BATCH)?;
            let Some((last, _)) = rows.last() else {
                return Ok(removed);
            };
            from = last.clone();
            from.push(0);
            let damaged: Vec<Row> = rows
                .into_iter()
                .filter(|(key, value)| !rows::is_readable(key, value))
                .collect();
            for (key, value) in &damaged {
                tracing::error!(
                    row = %key.escape_ascii(),
                    bytes = value.len(),
                    "removed a row that can't be read"
                );
            }
            removed += damaged.len() as u64;
            if damaged.is_empty() {
                continue;
            }
            self.transact(move |tx| {
                for (key, value) in damaged {
                    // It may have been written since it was checked.
                    if tx.value(&key)? == Some(value) {
                        tx.remove_at(key);
                    }
                }
                Ok(())
            })
            .await?;
        }
    }

    /// Frees the places of crawls whose rows are gone, and tells the people who waited for them.
    async fn end_lost_crawls(&self) -> Result<(), StoreError> {
        let listed = [rows::all_live(), rows::all_active(), rows::all_queued()];
        for prefix in listed {
            for (key, id) in self.list(&prefix, usize::MAX)? {
                if self.crawl(id)?.is_none() {
                    tracing::error!(crawl = id.0, "a crawl is lost");
                    self.transact(move |tx| {
                        tx.remove_at(key);
                        Ok(())
                    })
                    .await?;
                    self.remove_tasks(id).await?;
                }
            }
        }
        for (_, analysis) in self.list(&rows::analyses(), usize::MAX)? {
            if analysis.outcome.is_none() && self.crawl_of(&analysis)?.is_none() {
                self.transact(move |tx| conclude(tx, analysis.id, Outcome::Refused(Refusal::Lost)))
                    .await?;
            }
        }
        for (_, comparison) in self.list(&rows::comparisons(), usize::MAX)? {
            self.transact(move |tx| settle(tx, comparison.person))
                .await?;
        }
        Ok(())
    }

    async fn remove_tasks(&self, crawl: CrawlId) -> Result<(), StoreError> {
        for prefix in [rows::ready_anywhere(), rows::waiting_anywhere()] {
            self.remove_where(&prefix, move |task: &Task| task.crawl == crawl)
                .await?;
        }
        Ok(())
    }
}
