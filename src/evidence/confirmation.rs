//! Which candidates' followers are listed, so that the followers they share with the target are counted.

use rustc_hash::FxHashSet;

use crate::evidence::{Evidence, places};
use crate::ledger::{CachedProfile, SharedFollowers};
use crate::model::{AccountId, Overlap, Similar};
use crate::sampling::{Calibration, Contender, Follows, OwnList, confirm, confirmation_budget};
use crate::stores::StoreError;

/// Whose followers to list next, and about how many requests remain until no place is in doubt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedLists {
    pub candidates: Vec<AccountId>,
    pub requests: u64,
}

/// What confirming has found so far.
pub(super) struct Confirmed {
    pub(super) wanted: WantedLists,
    /// Pages of the lists that count.
    pub(super) pages: u64,
    /// See [`crate::sampling::Confirmation::in_doubt`].
    pub(super) in_doubt: u64,
    /// Which of the followers read follow the rows, and what that says about all followers.
    pub(super) follows: Follows,
    pub(super) calibration: Calibration,
}

impl Evidence<'_> {
    /// Adds to the rows, which are in order, what their own follower lists say as far as these are known, and what
    /// follows from it for the others.
    pub(super) fn confirm(&self, rows: &mut [Similar]) -> Result<Confirmed, StoreError> {
        let mut contenders = self.contenders(rows);
        let follows = self.follows(rows)?;
        let budget = if self.crawl.is_worth_confirming() {
            confirmation_budget(self.sample.read, self.limits().page)
        } else {
            0
        };
        let followers = self.cx.ledger.follower_keys(self.crawl)?;
        let mut pages = 0u64;
        let own_list = |place: usize| {
            let Some(row) = rows.get(place) else {
                return Ok(OwnList::Never);
            };
            let shared = self
                .cx
                .ledger
                .shared_followers(self.crawl, &row.id, &followers)?;
            Ok::<OwnList, StoreError>(match shared {
                SharedFollowers::Unknown => OwnList::Unknown,
                SharedFollowers::Never => OwnList::Never,
                SharedFollowers::Counted {
                    followers,
                    pages: of_it,
                } => {
                    pages = pages.saturating_add(of_it);
                    OwnList::Counted(followers)
                }
            })
        };
        let confirmed = confirm(
            self.measure,
            &self.sample,
            &mut contenders,
            &follows,
            budget,
            own_list,
        )?;
        let wanted = confirmed.wanted.iter().filter_map(|place| rows.get(*place));
        let wanted = WantedLists {
            candidates: wanted.map(|row| row.id.clone()).collect(),
            requests: confirmed.requests,
        };
        for (row, contender) in rows.iter_mut().zip(contenders) {
            row.confirmed = contender.tally.confirmed;
            row.calibrated = contender.tally.calibrated;
            let overlap = Overlap::new(&self.sample, &row.tally());
            row.score = overlap.map_or(0.0, |overlap| self.measure.score(&overlap));
        }
        Ok(Confirmed {
            wanted,
            pages,
            in_doubt: confirmed.in_doubt,
            follows,
            calibration: confirmed.calibration,
        })
    }

    /// Returns which of the followers read follow the first of these rows.
    fn follows(&self, rows: &[Similar]) -> Result<Follows, StoreError> {
        let lists = self
            .cx
            .ledger
            .lists(self.crawl, self.crawl.most_followed())?;
        let rows = rows.iter().take(Follows::MOST);
        let places = places(&lists, rows.clone().map(|row| &row.id))?;
        let mut follows = Follows::new(rows.len());
        lists
            .for_each(|list| follows.add(list.iter().filter_map(|key| places.get(key).copied())))?;
        Ok(follows)
    }

    /// Returns what can be asked about each row. A list is worth fetching if the network shows it, and if it is known
    /// to be no longer than the cap for targets.
    fn contenders(&self, rows: &[Similar]) -> Vec<Contender> {
        let page = u64::from(self.limits().followers_page.max(1));
        let private: FxHashSet<&AccountId> = self
            .profiles
            .iter()
            .filter_map(|known| match known {
                CachedProfile::Profile(profile) if profile.private => Some(&profile.id),
                _ => None,
            })
            .collect();
        let cap = self.cx.settings.followers_cap;
        let length = |row: &Similar| {
            let length = row.followers.filter(|followers| *followers <= cap);
            length.filter(|_| !private.contains(&row.id))
        };
        rows.iter()
            .map(|row| Contender {
                tally: row.tally(),
                cost: length(row).map(|followers| followers.div_ceil(page).max(1)),
            })
            .collect()
    }
}
