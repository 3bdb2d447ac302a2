//! What is known about the accounts that a crawl's followers follow, and what to do with it: whose profiles to fetch,
//! whose followers to list, and the ranking. Reads the ledger; [`crate::sampling`] does the maths.

mod audiences;
mod cohort;
mod confirmation;
mod profile_choice;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::context::Context;
use crate::ledger::{CachedProfile, Lists};
use crate::measures::{self, Measure, order};
use crate::model::{
    AccountId, Candidate, Certainty, Crawl, Followers, KindTeller, ListEnd, MeasureName, Overlap,
    Profile, Ranking, Sample, Similar, StageName, Tally, ToldKind,
};
use crate::networks::Limits;
use crate::sampling::{PossibleOrders, over_representation};
use crate::stores::StoreError;

use confirmation::Confirmed;
use profile_choice::ProfileChoice;

pub use audiences::compare;
pub use confirmation::WantedLists;

/// The candidates of a crawl and what is known about each.
pub struct Evidence<'a> {
    cx: &'a Context,
    crawl: &'a Crawl,
    /// As they were when the candidates were counted.
    followers: Followers,
    measure: &'static dyn Measure,
    /// The other measures whose orders are to be complete too.
    others: Vec<&'static dyn Measure>,
    sample: Sample,
    candidates: Vec<Candidate>,
    profiles: Vec<CachedProfile>,
    over_represented: Vec<f64>,
    complete: bool,
}

impl<'a> Evidence<'a> {
    pub fn gather(cx: &'a Context, crawl: &'a Crawl) -> Result<Self, StoreError> {
        let shortlist = cx.ledger.shortlist(crawl)?;
        // Whatever was read since the candidates were counted belongs to the next look.
        let before = if crawl.again {
            cx.ledger.ranking(crawl)?
        } else {
            None
        };
        let before = before.filter(|before| before.sample.read == shortlist.read);
        let followers = before.map_or(crawl.followers, |before| before.followers);
        let sample = sample(crawl, &followers, shortlist.read);
        let candidates = shortlist.candidates;
        let profiles = candidates
            .iter()
            .map(|candidate| cx.ledger.known_profile(crawl, &candidate.id));
        let over_represented =
            candidates
                .iter()
                .zip(shortlist.elsewhere)
                .map(|(candidate, elsewhere)| {
                    let counted = candidate.shared;
                    over_representation(counted, sample.read, elsewhere, shortlist.elsewhere_read)
                });
        let profiles: Vec<CachedProfile> = profiles.collect::<Result<_, _>>()?;
        let mut known = profiles
            .iter()
            .filter_map(CachedProfile::profile)
            .peekable();
        // Without follower counts there is nothing else to order by.
        let tells_sizes = known.peek().is_none() || known.any(|it| it.followers.is_some());
        let measure = if tells_sizes {
            cx.settings.measure()
        } else {
            measures::by_count()
        };
        let wanted = cx.ledger.orders_wanted(crawl)?;
        let is_wanted = |other: &&dyn Measure| {
            tells_sizes && other.name() != measure.name() && wanted.contains(&other.name())
        };
        Ok(Self {
            cx,
            crawl,
            followers,
            measure,
            others: measures::ALL.into_iter().filter(is_wanted).collect(),
            sample,
            profiles,
            over_represented: over_represented.collect(),
            complete: shortlist.complete,
            candidates,
        })
    }

    /// Returns whose profiles to fetch next; none once no more are needed.
    pub fn wanted_profiles(&self) -> Vec<AccountId> {
        let mut wanted = self.choose().missing;
        wanted.retain(|place| self.profiles.get(*place) == Some(&CachedProfile::Unknown));
        let candidates = wanted
            .into_iter()
            .filter_map(|place| self.candidates.get(place));
        candidates.map(|candidate| candidate.id.clone()).collect()
    }

    /// Returns whose followers to list next; none once no place is in doubt.
    pub fn wanted_lists(&self) -> Result<WantedLists, StoreError> {
        if !self.crawl.is_worth_confirming() {
            return Ok(WantedLists::default());
        }
        let ProfileChoice { chosen, .. } = self.choose();
        Ok(self.confirm(&mut self.rows(&chosen))?.wanted)
    }

    /// Returns the chosen candidates, most similar first.
    pub fn ranking(&self) -> Result<Ranking, StoreError> {
        let ProfileChoice {
            chosen,
            undecided,
            fetched,
            ..
        } = self.choose();
        let mut rows = self.rows(&chosen);
        let confirmed = self.confirm(&mut rows)?;
        let certainty = measures::ALL.into_iter().map(|measure| {
            let undecided = if measure.name() == self.measure.name() {
                undecided
            } else {
                self.undecided(measure, &chosen)
            };
            let certainty = Certainty {
                fetched: fetched.contains(&measure.name()),
                ..self.certainty(measure, &rows, undecided, &confirmed)
            };
            (measure.name(), certainty)
        });
        let certainty: BTreeMap<MeasureName, Certainty> = certainty.collect();
        let own = certainty.get(&self.measure.name());
        let own = own.cloned().unwrap_or_default();
        for row in &mut rows {
            row.sure = own.sure.contains(&row.id);
        }
        rows.sort_by(order);
        let requests = StageName::ALL.map(|stage| self.crawl.requests[stage]);
        let reused = self.known_before(&rows)?;
        let at_once = self.limits().profiles_at_once;
        let listed = confirmed.pages.saturating_sub(self.crawl.requests.confirm);
        Ok(Ranking {
            measure: self.measure.name(),
            precision: own.precision,
            certainty,
            cohort: self.cohort(&rows)?,
            reordered: false,
            rows,
            sample: self.sample,
            followers: self.followers,
            undecided: own.undecided,
            in_doubt: confirmed.in_doubt,
            requests: requests.into_iter().fold(0, u64::saturating_add),
            saved: self.crawl.followers.saved + reused / u64::from(at_once.max(1)) + listed,
            made_at: self.cx.clock.now(),
        })
    }

    /// Returns how certain the order of these rows by a measure is.
    fn certainty(
        &self,
        measure: &dyn Measure,
        rows: &[Similar],
        undecided: usize,
        confirmed: &Confirmed,
    ) -> Certainty {
        // Others may take any of the places.
        if undecided > 0 {
            return Certainty {
                undecided: undecided as u64,
                precision: 1.0,
                ..Certainty::default()
            };
        }
        let tallies: Vec<Tally> = rows.iter().map(Similar::tally).collect();
        let Confirmed {
            follows,
            calibration,
            ..
        } = confirmed;
        let orders = PossibleOrders::new(measure, &self.sample, &tallies, calibration, follows);
        let sure = if self.sample.is_preliminary() {
            Vec::new()
        } else {
            orders.sure()
        };
        let sure = sure.into_iter().filter_map(|place| rows.get(place));
        Certainty {
            precision: orders.precision(),
            sure: sure.map(|row| row.id.clone()).collect(),
            ..Certainty::default()
        }
    }

    /// Returns how many of these rows' profiles were cached before the crawl began.
    fn known_before(&self, rows: &[Similar]) -> Result<u64, StoreError> {
        let mut known = 0;
        for row in rows {
            known += u64::from(self.cx.ledger.is_known_before(self.crawl, &row.id)?);
        }
        Ok(known)
    }

    /// Returns the chosen candidates, in order of their counts.
    fn rows(&self, chosen: &[bool]) -> Vec<Similar> {
        let pairs = self.candidates.iter().zip(&self.profiles).zip(chosen);
        let rows = pairs.filter_map(|((candidate, profile), chosen)| match profile {
            CachedProfile::Profile(profile) if *chosen => self.row(candidate, profile),
            _ => None,
        });
        let mut rows: Vec<Similar> = rows.collect();
        rows.sort_by(order);
        rows
    }

    /// Returns what the network allows in one answer.
    fn limits(&self) -> Limits {
        let network = self.cx.networks.get(&self.crawl.network);
        match network {
            Some(entry) => entry.network.limits(),
            None => Limits {
                page: 1,
                followers_page: 1,
                largest_page: 1,
                longest_id: 1,
                profiles_at_once: 1,
                lists_tell_profiles: false,
                suggests: false,
                searches: false,
            },
        }
    }

    fn row(&self, candidate: &Candidate, profile: &Profile) -> Option<Similar> {
        let tally = Tally {
            counted: candidate.shared,
            confirmed: None,
            calibrated: None,
            followers: profile.followers.unwrap_or(u64::MAX),
        };
        let overlap = Overlap::new(&self.sample, &tally)?;
        Some(Similar {
            id: profile.id.clone(),
            handle: profile.handle.clone(),
            name: profile.name.clone(),
            bio: profile.bio.clone(),
            picture: profile.picture.clone(),
            followers: profile.followers.map(|_| overlap.candidate as u64),
            verified: profile.verified,
            told_kind: profile.kind.map(|kind| ToldKind {
                kind,
                by: KindTeller::Network,
            }),
            shared: candidate.shared,
            confirmed: None,
            calibrated: None,
            score: self.measure.score(&overlap),
            sure: false,
        })
    }
}

/// Returns the places of accounts, by their keys in these lists.
pub fn places<'a>(
    lists: &Lists<'_>,
    ids: impl Iterator<Item = &'a AccountId>,
) -> Result<FxHashMap<u64, usize>, StoreError> {
    let mut places = FxHashMap::default();
    for (place, id) in ids.enumerate() {
        places.extend(lists.key_of(id)?.map(|key| (key, place)));
    }
    Ok(places)
}

/// Returns what a crawl's counts are based on. A list that was cut by the cap shows the newest followers only: then
/// these are the audience.
fn sample(crawl: &Crawl, followers: &Followers, read: u64) -> Sample {
    Sample {
        audience: match crawl.followers.end {
            Some(ListEnd::Capped) => crawl.followers.listed,
            _ => crawl.followers_total(),
        },
        listed: crawl.followers.listed,
        readable: followers.readable(),
        read,
    }
}
