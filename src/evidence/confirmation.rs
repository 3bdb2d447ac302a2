//! Whose followers are listed, so that whom they share with the target is counted.

use rustc_hash::FxHashSet;

use crate::evidence::{Evidence, places};
use crate::ledger::{KnownAs, Shared};
use crate::model::{AccountId, Overlap, Similar, Tally};
use crate::sampling::{
    Calibration, Contender, Follows, LISTED_AT_ONCE, confirmation_budget, next_confirmations,
};
use crate::stores::StoreError;

/// Whose followers to list next, and about how many requests are left until no place is in doubt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedLists {
    pub candidates: Vec<AccountId>,
    pub requests: u64,
}

/// What listing followers has come to.
pub(super) struct Confirmed {
    pub(super) wanted: WantedLists,
    /// Pages of the lists that count.
    pub(super) pages: u64,
    /// Requests for the lists of all whose place was in doubt at first.
    pub(super) in_doubt: u64,
    /// Who follows the rows, as far as lists were read, and what that says of all.
    pub(super) follows: Follows,
    pub(super) calibration: Calibration,
}

impl Evidence<'_> {
    /// Puts into the rows, which stand in order, what their own lists of followers say, as far as these are known, and
    /// what follows from that for the others. Which of them count is chosen anew each time, from the counts and from
    /// the lists chosen before, and not from what else happens to be known: so the choice is the same wherever the
    /// process was killed.
    pub(super) fn confirm(&self, rows: &mut [Similar]) -> Result<Confirmed, StoreError> {
        let mut contenders = self.contenders(rows);
        let follows = self.follows(rows)?;
        let calibration = self.calibrate(&mut contenders, &follows);
        let mut confirmed = Confirmed {
            wanted: WantedLists::default(),
            pages: 0,
            in_doubt: self.cost_of_doubts(&contenders, u64::MAX),
            follows,
            calibration,
        };
        if self.crawl.is_worth_confirming() {
            self.list(rows, &mut contenders, &mut confirmed)?;
        }
        for (row, contender) in rows.iter_mut().zip(contenders) {
            row.confirmed = contender.tally.confirmed;
            row.calibrated = contender.tally.calibrated;
            let overlap = Overlap::new(&self.sample, &row.tally());
            row.score = overlap.map_or(0.0, |overlap| self.measure.score(&overlap));
        }
        Ok(confirmed)
    }

    /// Looks lists through until no place is in doubt, or until there is one to be asked for.
    fn list(
        &self,
        rows: &[Similar],
        contenders: &mut [Contender],
        confirmed: &mut Confirmed,
    ) -> Result<(), StoreError> {
        let mut left = confirmation_budget(self.sample.read, self.limits().page);
        let followers = self.cx.ledger.follower_keys(self.crawl)?;
        loop {
            let places = next_confirmations(self.measure, &self.sample, contenders, left);
            for place in places.iter().copied().take(LISTED_AT_ONCE) {
                let (Some(row), Some(contender)) = (rows.get(place), contenders.get_mut(place))
                else {
                    continue;
                };
                match self.cx.ledger.shared(self.crawl, &row.id, &followers)? {
                    Shared::Unknown => confirmed.wanted.candidates.push(row.id.clone()),
                    Shared::Never => {
                        left = left.saturating_sub(contender.cost.unwrap_or(0));
                        contender.cost = None;
                    }
                    Shared::Counted { followers, pages } => {
                        left = left.saturating_sub(contender.cost.unwrap_or(0));
                        confirmed.pages = confirmed.pages.saturating_add(pages);
                        contender.tally.confirmed = Some(followers);
                    }
                }
            }
            if places.is_empty() || !confirmed.wanted.candidates.is_empty() {
                confirmed.wanted.requests = self.cost_of_doubts(contenders, left);
                return Ok(());
            }
            confirmed.calibration = self.calibrate(contenders, &confirmed.follows);
        }
    }

    /// Corrects what is estimated of the others by those that were counted.
    fn calibrate(&self, contenders: &mut [Contender], follows: &Follows) -> Calibration {
        let tallies: Vec<Tally> = contenders.iter().map(|contender| contender.tally).collect();
        let calibration = Calibration::new(&self.sample, &tallies, follows);
        for (place, contender) in contenders.iter_mut().enumerate() {
            contender.tally.calibrated = calibration.share(place);
        }
        calibration
    }

    /// Which of the followers read follow the first of these rows.
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

    /// Requests for the lists of those whose place is in doubt, as far as `left` go.
    fn cost_of_doubts(&self, contenders: &[Contender], left: u64) -> u64 {
        let places = next_confirmations(self.measure, &self.sample, contenders, left);
        let costs = places
            .into_iter()
            .filter_map(|place| contenders.get(place)?.cost);
        costs.fold(0, u64::saturating_add)
    }

    /// What can be asked about each row. A list is worth listing if the network shows it, and if it is known
    /// to be no longer than those that are listed of targets.
    fn contenders(&self, rows: &[Similar]) -> Vec<Contender> {
        let page = u64::from(self.limits().followers_page.max(1));
        let private: FxHashSet<&AccountId> = self
            .profiles
            .iter()
            .filter_map(|known| match known {
                KnownAs::Profile(profile) if profile.private => Some(&profile.id),
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
