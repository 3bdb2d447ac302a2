//! Statistics for the operators.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, DbNumber};
use crate::model::{Analysis, AnalysisId};
use crate::stores::StoreError;

/// Analyses that are read at once.
const BATCH: u64 = 500;

/// Requests since some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecentUsage {
    pub people: usize,
    pub analyses: usize,
}

impl Ledger {
    /// Returns how many people have asked since then, and for how many analyses.
    pub fn recent_usage(&self, since: DateTime<Utc>) -> Result<RecentUsage, StoreError> {
        let (mut people, mut analyses) = (HashSet::new(), 0);
        let mut end = self
            .get(&rows::number(DbNumber::LastAnalysis))?
            .unwrap_or(0);
        // From the newest on, so that the old ones are not read.
        while end > 0 {
            let begin = end.saturating_sub(BATCH);
            let place = |id: u64| rows::analysis(AnalysisId(id)).bytes;
            let rows = self.range::<Analysis>(&place(begin + 1), &place(end + 1), usize::MAX)?;
            let late = rows.iter().map(|(_, row)| row);
            let late: Vec<&Analysis> = late.filter(|row| row.created_at > since).collect();
            analyses += late.len();
            people.extend(late.iter().map(|row| row.person));
            if !rows.is_empty() && late.is_empty() {
                break;
            }
            end = begin;
        }
        Ok(RecentUsage {
            people: people.len(),
            analyses,
        })
    }

    /// Returns the number of commits since the start.
    pub fn commits(&self) -> u64 {
        self.wakers.commits.load(Ordering::Relaxed)
    }

    /// Returns the number of messages that Telegram has not taken yet.
    pub fn outbox_length(&self) -> Result<usize, StoreError> {
        let all = rows::all_outgoing();
        Ok(self.store.scan(&all.bytes, &all.end(), usize::MAX)?.len())
    }
}
