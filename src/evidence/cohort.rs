//! What is stored with a ranking, so that the next one can be compared with it follower by follower.

use rustc_hash::FxHashMap;

use crate::evidence::Evidence;
use crate::model::{AccountId, Cohort, Members, Ranking, Similar};
use crate::sampling::TOP;
use crate::stores::StoreError;

/// Followers whose follows are stored. With at most [`ROWS`] and [`TOP`] accounts that is 41 kB of information, about
/// 110 kB as stored; after 800 followers 10 kB and 30 kB.
const MOST: usize = 3_200;

/// Rows of a ranking whose followers are stored.
const ROWS: usize = 50;

impl Evidence<'_> {
    /// Returns the followers read first, and which of them follow the first of these rows, or those at the top of the
    /// previous result.
    pub(super) fn cohort(&self, rows: &[Similar]) -> Result<Cohort, StoreError> {
        let (ledger, network) = (&self.cx.ledger, &self.crawl.network);
        let before = self.before()?;
        let earlier = before.iter().flat_map(|before| &before.rows).take(TOP);
        let accounts = rows.iter().take(ROWS).chain(earlier);
        let accounts: Vec<&AccountId> = accounts.map(|row| &row.id).collect();
        let mut by_key: FxHashMap<u64, &AccountId> = FxHashMap::default();
        for id in &accounts {
            let key = ledger.key_of(network, id)?;
            by_key.extend(key.map(|key| (key, *id)));
        }
        let none = |id: &&AccountId| ((*id).clone(), Members::default());
        let mut cohort = Cohort {
            follow: accounts.iter().map(none).collect(),
            ..Cohort::default()
        };
        let made_at = before.as_ref().map(|before| before.made_at);
        let limit = self.crawl.most_followed();
        ledger.first_lists(self.crawl, limit, MOST, |place, read_at, keys| {
            let found = keys.iter().filter_map(|key| by_key.get(key).copied());
            let newly_read = made_at.is_none_or(|made_at| read_at > made_at);
            // The followers read first share their high bits.
            cohort.add(place as u32, newly_read, found);
        })?;
        Ok(cohort)
    }

    /// Returns the result that this one replaces; `None` if it can no longer be read.
    fn before(&self) -> Result<Option<Ranking>, StoreError> {
        let ledger = &self.cx.ledger;
        let before = self.crawl.replaces.map(|before| ledger.crawl(before));
        let Some(before) = before.transpose()?.flatten() else {
            return Ok(None);
        };
        match ledger.ranking(&before) {
            Err(error @ (StoreError::Corrupt(_) | StoreError::Io(_))) => {
                tracing::error!(crawl = before.id.0, %error, "a result can't be read");
                Ok(None)
            }
            other => other,
        }
    }
}
