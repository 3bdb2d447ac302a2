//! Queries. What they return may not be on disk yet: see [`Ledger::settle`].

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use serde::de::DeserializeOwned;

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, RowKey, RowPrefix};
use crate::ledger::db::transaction::{decode, readable};
use crate::ledger::requests::reuse::deeper_of;
use crate::ledger::tasks::turn::{fair_order, held};
use crate::model::{
    AccountId, Analysis, AnalysisId, Crawl, CrawlId, Handle, MeasureName, NetworkName, PersonId,
    Profile, Ranking, Shortlist, Status,
};
use crate::stores::StoreError;

/// Crawls that are read to tell a place in the queue.
const QUEUE_SHOWN: usize = 10_000;

/// What the cache has of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CachedProfile {
    Unknown,
    /// The account has none, or does not want it shown.
    Missing,
    Profile(Profile),
}

impl CachedProfile {
    /// Returns the profile, if there is one.
    pub fn profile(&self) -> Option<&Profile> {
        match self {
            CachedProfile::Profile(profile) => Some(profile),
            CachedProfile::Unknown | CachedProfile::Missing => None,
        }
    }
}

impl Ledger {
    pub fn analysis(&self, id: AnalysisId) -> Result<Option<Analysis>, StoreError> {
        self.get(&rows::analysis(id))
    }

    pub fn crawl(&self, id: CrawlId) -> Result<Option<Crawl>, StoreError> {
        self.get(&rows::crawl(id))
    }

    /// Returns the crawl that serves or has served an analysis.
    pub fn crawl_of(&self, analysis: &Analysis) -> Result<Option<Crawl>, StoreError> {
        Ok(analysis
            .crawl
            .map(|id| self.crawl(id))
            .transpose()?
            .flatten())
    }

    /// Returns the person who asked for a crawl first.
    pub fn asker(&self, crawl: &Crawl) -> Result<Option<PersonId>, StoreError> {
        let analyses = crawl.wanted_by.iter().map(|id| self.analysis(*id));
        let first = analyses.filter_map(Result::transpose).next().transpose()?;
        Ok(first.map(|analysis| analysis.person))
    }

    /// Returns the names of the measures in whose orders a crawl's list is to be complete besides its own: those that a
    /// person wants and has agreed to, and those in which it was complete before.
    pub fn orders_wanted(&self, crawl: &Crawl) -> Result<BTreeSet<MeasureName>, StoreError> {
        let before = crawl.reached.iter().flat_map(|reached| &reached.orders);
        let before = before.filter(|(_, coverage)| coverage.fetched);
        let mut wanted: BTreeSet<MeasureName> = before.map(|(name, _)| *name).collect();
        for id in &crawl.wanted_by {
            let analysis = self.analysis(*id)?.filter(|analysis| analysis.agreed);
            let order = analysis.and_then(|analysis| analysis.order);
            wanted.extend(order.map(|order| order.measure));
        }
        Ok(wanted)
    }

    /// Returns the crawl that serves an account of this name.
    pub fn crawl_named(
        &self,
        network: &NetworkName,
        handle: &Handle,
    ) -> Result<Option<Crawl>, StoreError> {
        let read = |id: Option<CrawlId>| id.map(|id| self.crawl(id)).transpose();
        let known = read(self.get(&rows::by_handle(network, handle))?)?.flatten();
        let earlier = read(known.as_ref().and_then(|known| known.replaces))?.flatten();
        let now = self.clock.now();
        Ok(known.map(|known| deeper_of(known, earlier, &self.rules, now)))
    }

    /// Returns a person's latest analyses, oldest first.
    pub fn analyses_of(&self, person: PersonId) -> Result<Vec<Analysis>, StoreError> {
        let ids = self.list(&rows::all_of_person(person), rows::OF_PERSON)?;
        let analyses = ids.into_iter().rev().map(|(_, id)| self.analysis(id));
        analyses.filter_map(Result::transpose).collect()
    }

    /// Returns the crawls that are not over, oldest first.
    pub fn live_crawls(&self) -> Result<Vec<Crawl>, StoreError> {
        let ids = self.list(&rows::all_live(), QUEUE_SHOWN)?;
        ids.into_iter()
            .map(|(_, id)| self.crawl(id))
            .filter_map(Result::transpose)
            .collect()
    }

    /// Returns the crawls in progress.
    pub fn active_crawls(&self) -> Result<Vec<Crawl>, StoreError> {
        let ids = self.list(&rows::all_active(), QUEUE_SHOWN)?;
        ids.into_iter()
            .map(|(_, id)| self.crawl(id))
            .filter_map(Result::transpose)
            .collect()
    }

    /// Returns the crawls that wait for a place, in the fair order of their turns. Every waiting bubble asks for them,
    /// so they are read only when the line has changed.
    pub fn line(&self) -> Result<Arc<[Crawl]>, StoreError> {
        let version = self.wakers.line.load(Ordering::Acquire);
        let mut known = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, line)) = known.as_ref().filter(|(of, _)| *of == version) {
            return Ok(line.clone());
        }
        let ids = self.list(&rows::all_queued(), QUEUE_SHOWN)?;
        let crawls = ids.into_iter().map(|(_, id)| self.crawl(id));
        let crawls: Vec<Crawl> = crawls
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?;
        let people: Vec<Option<PersonId>> = self.owners(&crawls)?;
        let active = self.active_crawls()?;
        let owners = self.owners(&active)?.into_iter();
        let held = held(
            &active
                .iter()
                .map(|crawl| crawl.id)
                .zip(owners)
                .collect::<Vec<_>>(),
        );
        let order = fair_order(&crawls, &people, held).into_iter();
        let line: Arc<[Crawl]> = order.filter_map(|at| crawls.get(at).cloned()).collect();
        *known = Some((version, line.clone()));
        Ok(line)
    }

    /// Returns the owners of these crawls' places; see [`crate::ledger::tasks::turn`].
    fn owners(&self, crawls: &[Crawl]) -> Result<Vec<Option<PersonId>>, StoreError> {
        crawls.iter().map(|crawl| self.asker(crawl)).collect()
    }

    /// Returns how many crawls are served up to a queued one, itself included; `None` if it is not queued.
    pub fn place_in_queue(&self, crawl: &Crawl) -> Result<Option<usize>, StoreError> {
        if crawl.status != Status::Queued {
            return Ok(None);
        }
        let line = self.line()?;
        let place = line.iter().position(|other| other.id == crawl.id);
        Ok(place.map(|index| index + 1))
    }

    /// Returns the accounts that most of the followers follow.
    pub fn shortlist(&self, crawl: &Crawl) -> Result<Shortlist, StoreError> {
        match crawl.candidate_list {
            Some(pointer) => decode(&self.store.record(pointer)?),
            None => Ok(Shortlist::default()),
        }
    }

    pub fn ranking(&self, crawl: &Crawl) -> Result<Option<Ranking>, StoreError> {
        crawl
            .ranking
            .map(|pointer| decode(&self.store.record(pointer)?))
            .transpose()
    }

    /// Returns whether a profile was cached before a crawl began.
    pub fn is_known_before(&self, crawl: &Crawl, id: &AccountId) -> Result<bool, StoreError> {
        let began_at = crawl.started_at.unwrap_or(crawl.created_at);
        let known = self.get(&rows::profile(&crawl.network, id))?;
        Ok(known.is_some_and(|known| known.at < began_at))
    }

    /// Returns what the cache has of a profile, if that is fresh enough for a crawl. The profile of an account that
    /// asks not to be shown counts as missing.
    pub fn known_profile(
        &self,
        crawl: &Crawl,
        id: &AccountId,
    ) -> Result<CachedProfile, StoreError> {
        let known = self.get(&rows::profile(&crawl.network, id))?;
        let since = self.fresh_since(crawl);
        let ours = |by: Option<CrawlId>| by.is_none_or(|by| by == crawl.id);
        let known = known.filter(|known| known.at >= since && ours(known.given_up_by));
        Ok(match known.map(|known| known.profile) {
            Some(Some(profile)) if !profile.opted_out => CachedProfile::Profile(profile),
            Some(_) => CachedProfile::Missing,
            None => CachedProfile::Unknown,
        })
    }

    /// Reads a row; `None` if there is none or it can't be read: see [`crate::ledger::db::repair`].
    pub(crate) fn get<T: DeserializeOwned>(
        &self,
        key: &RowKey<T>,
    ) -> Result<Option<T>, StoreError> {
        let value = self.store.get(&key.bytes)?;
        Ok(value.and_then(|value| decode(&value).ok()))
    }

    pub(crate) fn list<T: DeserializeOwned>(
        &self,
        prefix: &RowPrefix<T>,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
        self.range(&prefix.bytes, &prefix.end(), limit)
    }

    pub(crate) fn range<T: DeserializeOwned>(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
        readable(from, to, limit, |from, limit| {
            self.store.scan(from, to, limit)
        })
    }
}
