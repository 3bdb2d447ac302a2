//! Watches: accounts that are searched again at intervals.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::mode;
use crate::ledger::people::promises::{is_named, names, promise, promise_waiting};
use crate::ledger::requests::reuse::serving_crawl;
use crate::ledger::requests::submit::submit;
use crate::ledger::requests::under_way::under_way_of;
use crate::ledger::{Ledger, Rules};
use crate::model::{
    Analysis, By, Crawl, Every, Handle, Mode, NetworkName, NewAnalysis, Outcome, PersonId, Watch,
};
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
            if watch.unpromised.is_some() || watch.next_at > now {
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

/// Watches an account, or changes how it is watched. It is searched for `first` if the person has no result for it: with
/// none, there would be no changes to tell. The watch is promised once its account has been found.
pub(crate) fn watch(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    watch: Watch,
    first: Option<&NewAnalysis>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let key = rows::watch(watch.person, &watch.network, &watch.handle);
    let is_promised = tx.read(&key)?.is_some_and(|it| it.unpromised.is_none());
    tx.write(&key, &watch)?;
    let there = search_of(tx, &watch)?;
    let found = there.as_ref().and_then(|crawl| crawl.profile.as_ref());
    if first.is_none() || is_promised || found.is_some() {
        promise(tx, watch, found, now)?;
    }
    let Some(first) = first.filter(|_| there.is_none()) else {
        return Ok(());
    };
    let id = submit(tx, rules, first, now)?;
    let Some(analysis) = tx.read(&rows::analysis(id))? else {
        return Ok(());
    };
    // Others may have had it found already.
    let crawl = crawl_of(tx, &analysis)?;
    let found = crawl.as_ref().and_then(|crawl| crawl.profile.as_ref());
    match crawl.as_ref().zip(found) {
        Some((crawl, found)) => promise_waiting(tx, &analysis, crawl, found, now),
        None => Ok(()),
    }
}

/// Changes how often an account is watched, from now on.
pub(crate) fn watch_every(
    tx: &mut Transaction<'_>,
    (person, network, handle): (PersonId, &NetworkName, &Handle),
    every: Every,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let key = rows::watch(person, network, handle);
    let Some(mut watch) = tx.read(&key)? else {
        return Ok(());
    };
    watch.every = every;
    watch.next_at = now + every.length();
    tx.write(&key, &watch)
}

/// Returns the crawl of the person's result for a watched account or, in the same chat, of a search for it.
fn search_of(tx: &Transaction<'_>, watch: &Watch) -> Result<Option<Crawl>, StoreError> {
    let is_private = watch.chat.0 > 0;
    for (_, id) in tx.first(&rows::all_of_person(watch.person), rows::OF_PERSON)? {
        let analysis = tx.read(&rows::analysis(id))?;
        let is_one = |analysis: &Analysis| {
            let is_here = analysis.chat == watch.chat;
            analysis.network == watch.network
                && match analysis.outcome {
                    None => is_here && analysis.order.is_none(),
                    // A group is shown only what was asked for in it.
                    Some(Outcome::Delivered { .. }) => is_here || is_private,
                    Some(_) => false,
                }
        };
        let Some(analysis) = analysis.filter(is_one) else {
            continue;
        };
        let crawl = crawl_of(tx, &analysis)?;
        if is_named(watch, &names(&analysis, crawl.as_ref(), None)) && crawl.is_some() {
            return Ok(crawl);
        }
    }
    Ok(None)
}

fn crawl_of(tx: &Transaction<'_>, analysis: &Analysis) -> Result<Option<Crawl>, StoreError> {
    let crawl = analysis.crawl.map(|crawl| tx.read(&rows::crawl(crawl)));
    Ok(crawl.transpose()?.flatten())
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
    // A shallower one would take the place of the result that is there.
    let there = serving_crawl(
        tx,
        &rows::by_handle(&watch.network, &watch.handle),
        rules,
        now,
    )?;
    let there = there.and_then(|crawl| crawl.depth_to_repeat());
    let new = NewAnalysis {
        person: watch.person,
        chat: watch.chat,
        question: None,
        topic: watch.topic,
        network: watch.network,
        handle: watch.handle,
        by: By::Handle,
        others: Vec::new(),
        priority: watch.priority,
        depth: there.map_or(watch.depth, |depth| depth.max(watch.depth)),
        order: None,
        agreed: !charged,
        charged,
        refresh: true,
        as_is: false,
        // The number of watches is limited already.
        quota: None,
    };
    submit(tx, rules, &new, now)?;
    Ok(true)
}
