//! What is known of the accounts that a crawl's followers follow, and what follows from it: whose profiles
//! to fetch, whose followers to list, and the ranking. Reads the ledger; the judgement is
//! [`crate::sampling`]'s.

mod audiences;
mod choice;
mod cohort;
mod confirmation;

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use crate::context::Context;
use crate::ledger::{KnownAs, Lists};
use crate::measures::{self, Measure, order, order_by};
use crate::model::{
    AccountId, Candidate, Certainty, Crawl, Followers, ListEnd, Overlap, Profile, Ranking, Sample,
    Similar, StageName, Tally,
};
use crate::networks::Limits;
use crate::sampling::{Marks, SURE, over_representation, precision};
use crate::stores::StoreError;

use choice::Choice;

pub use audiences::{Audience, Audiences, Compared, compare};
pub use confirmation::WantedLists;

/// The candidates of a crawl with what is known of each.
pub struct Evidence<'a> {
    cx: &'a Context,
    crawl: &'a Crawl,
    /// As they were when the candidates were counted.
    followers: Followers,
    measure: &'static dyn Measure,
    /// The measures whose orders are to be complete too.
    others: Vec<&'static dyn Measure>,
    sample: Sample,
    candidates: Vec<Candidate>,
    profiles: Vec<KnownAs>,
    over_represented: Vec<f64>,
    complete: bool,
}

impl<'a> Evidence<'a> {
    pub fn gather(cx: &'a Context, crawl: &'a Crawl) -> Result<Self, StoreError> {
        let shortlist = cx.ledger.shortlist(crawl)?;
        // What was read since the candidates were counted belongs to no look.
        let before = match crawl.again {
            true => cx.ledger.ranking(crawl)?,
            false => None,
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
        let profiles: Vec<KnownAs> = profiles.collect::<Result<_, _>>()?;
        let mut known = profiles.iter().filter_map(KnownAs::profile).peekable();
        // Where the network tells no sizes, there is nothing else to go by.
        let tells_sizes = known.peek().is_none() || known.any(|it| it.followers.is_some());
        let measure = match tells_sizes {
            true => cx.settings.measure(),
            false => measures::by_count(),
        };
        let wanted = cx.ledger.orders_wanted(crawl)?;
        let is_wanted = |other: &&dyn Measure| {
            tells_sizes && other.name() != measure.name() && wanted.contains(other.name())
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

    /// Whose profiles to fetch next; nobody's, once that is of no use any more.
    pub fn wanted_profiles(&self) -> Vec<AccountId> {
        let mut wanted = self.choose().missing;
        wanted.retain(|place| self.profiles.get(*place) == Some(&KnownAs::Unknown));
        let candidates = wanted
            .into_iter()
            .filter_map(|place| self.candidates.get(place));
        candidates.map(|candidate| candidate.id.clone()).collect()
    }

    /// Whose followers to list next; nobody's, once that is of no use any more.
    pub fn wanted_lists(&self) -> Result<WantedLists, StoreError> {
        let Choice { chosen, .. } = self.choose();
        Ok(self.confirm(&mut self.rows(&chosen))?.wanted)
    }

    /// The chosen candidates, most similar first.
    pub fn ranking(&self) -> Result<Ranking, StoreError> {
        let Choice {
            chosen,
            undecided,
            fetched,
            ..
        } = self.choose();
        let mut rows = self.rows(&chosen);
        let confirmed = self.confirm(&mut rows)?;
        rows.sort_by(order);
        let requests = StageName::ALL.map(|stage| self.crawl.requests[stage]);
        let reused = self.known_before(&rows)?;
        let at_once = self.limits().profiles_at_once;
        let listed = confirmed.pages.saturating_sub(self.crawl.requests.confirm);
        let mut ranking = Ranking {
            measure: self.measure.name().to_owned(),
            precision: self.precision(self.measure, &rows, &chosen),
            certainty: BTreeMap::new(),
            cohort: self.cohort(&rows)?,
            reordered: false,
            rows,
            sample: self.sample,
            followers: self.followers,
            undecided: undecided as u64,
            in_doubt: confirmed.in_doubt,
            requests: requests.into_iter().fold(0, u64::saturating_add),
            saved: self.crawl.followers.saved + reused / u64::from(at_once.max(1)) + listed,
            made_at: self.cx.clock.now(),
        };
        let marks = match ranking.is_preliminary() {
            true => None,
            false => Some(self.marks(&ranking.rows)?),
        };
        ranking.certainty = measures::ALL
            .into_iter()
            .map(|measure| {
                let mut certainty = self.certainty(measure, &ranking, &chosen, marks.as_ref());
                certainty.fetched = fetched.contains(measure.name());
                (measure.name().to_owned(), certainty)
            })
            .collect();
        if let Some(own) = ranking.certainty.get(self.measure.name()) {
            for row in &mut ranking.rows {
                row.sure = own.sure.contains(&row.id);
            }
        }
        Ok(ranking)
    }

    /// What can be said of these rows in the order by a measure.
    fn certainty(
        &self,
        measure: &dyn Measure,
        ranking: &Ranking,
        chosen: &[bool],
        marks: Option<&Marks>,
    ) -> Certainty {
        let is_own = measure.name() == self.measure.name();
        let undecided = match is_own {
            true => ranking.undecided,
            false => self.undecided(measure, chosen) as u64,
        };
        let mut rows = ranking.rows.clone();
        let tallies: Vec<Tally> = rows.iter().map(Similar::tally).collect();
        // Of what was not chosen for this order, others may take any of its places.
        let marks = marks.filter(|_| is_own || undecided == 0);
        let parts = marks.map(|marks| marks.part_in_top(measure, &self.sample, &tallies));
        let sure = rows.iter().zip(parts.into_iter().flatten());
        let sure = sure.filter(|(_, part)| *part >= SURE);
        let sure = sure.map(|(row, _)| row.id.clone()).collect();
        order_by(measure, &self.sample, &mut rows);
        Certainty {
            undecided,
            precision: self.precision(measure, &rows, chosen),
            sure,
            fetched: false,
        }
    }

    /// How many of these rows' profiles were there before the crawl began.
    fn known_before(&self, rows: &[Similar]) -> Result<u64, StoreError> {
        let mut known = 0;
        for row in rows {
            known += u64::from(self.cx.ledger.is_known_before(self.crawl, &row.id)?);
        }
        Ok(known)
    }

    fn rows(&self, chosen: &[bool]) -> Vec<Similar> {
        let pairs = self.candidates.iter().zip(&self.profiles).zip(chosen);
        let rows = pairs.filter_map(|((candidate, profile), chosen)| match profile {
            KnownAs::Profile(profile) if *chosen => self.row(candidate, profile),
            _ => None,
        });
        rows.collect()
    }

    /// What the network gives in one answer.
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
            },
        }
    }

    fn precision(&self, measure: &dyn Measure, rows: &[Similar], chosen: &[bool]) -> f64 {
        let others = self.candidates.iter().zip(chosen);
        let unknown = others
            .filter(|(_, chosen)| !**chosen)
            .map(|(candidate, _)| candidate.shared)
            .max();
        let beyond = self.candidates.last().map(|last| last.shared);
        let unseen = unknown.max(beyond.filter(|_| !self.complete));
        precision(
            measure,
            &self.sample,
            rows.iter().map(Similar::tally),
            unseen,
            self.candidates.len(),
        )
    }

    /// The counts of rows in resamples of the followers.
    fn marks(&self, rows: &[Similar]) -> Result<Marks, StoreError> {
        let limit = self.crawl.most_followed();
        let lists = self.cx.ledger.lists(self.crawl, limit)?;
        let places = places(&lists, rows.iter().map(|row| &row.id))?;
        let mut marks = Marks::new(rows.len());
        lists.for_each(|list| {
            let found = list.iter().filter_map(|key| places.get(key).copied());
            marks.add(draw(list), found);
        })?;
        Ok(marks)
    }

    fn row(&self, candidate: &Candidate, profile: &Profile) -> Option<Similar> {
        let tally = Tally {
            counted: candidate.shared,
            confirmed: None,
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
            shared: candidate.shared,
            confirmed: None,
            score: self.measure.score(&overlap),
            sure: false,
        })
    }
}

/// The places of accounts, by their keys in these lists.
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

/// What a crawl's counts rest on. A list that was cut by the cap shows the newest followers only: then
/// that window is the audience.
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

/// A number of a list's own, as if at random: the same whenever and wherever the list is read.
fn draw(list: &[u64]) -> u64 {
    let mut hasher = FxHasher::default();
    list.hash(&mut hasher);
    fastrand::Rng::with_seed(hasher.finish()).u64(..)
}
