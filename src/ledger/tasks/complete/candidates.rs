//! The accounts that may come into the ranking, from the shortlist to the ranking.
//!
//! 1. `aggregate` counts the lists, and keeps the most followed accounts as the shortlist.
//! 2. `profiles` fetches their profiles a batch at a time, and opens again until no other could change the first.
//! 3. `confirm` lists the followers of candidates whose place is in doubt, and opens again until none is left.
//! 4. `rank` stores the ranking; `deliver` sends it.
//! 5. If more is to be read, the crawl goes back to `subscriptions`.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows::{self, KnownProfile};
use crate::ledger::db::transaction::{Transaction, encode};
use crate::ledger::lists::{Added, ListPage, add_to_list, give_up_list};
use crate::ledger::tasks::complete::from_the_start;
use crate::ledger::tasks::complete::reached::reached;
use crate::ledger::tasks::stage::add_task;
use crate::model::{AccountId, Crawl, Onward, Profile, Ranking, Relation, Shortlist, Unreadable};
use crate::stores::StoreError;

/// Stores the accounts that most of the followers follow.
pub(super) fn shortlist(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    shortlist: &Shortlist,
) -> Result<(), StoreError> {
    crawl.candidates = shortlist.candidates.len() as u32;
    crawl.candidate_list = Some(tx.append(&encode(shortlist)?)?);
    Ok(())
}

/// Caches the profiles that were fetched, and which accounts have none; `given_up` if the network has not said so.
pub(super) fn note_fetched(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    (found, missing): (Vec<Profile>, Vec<AccountId>),
    given_up: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let count = |more: usize, to: u32| to.saturating_add(more as u32);
    crawl.profiles_done = count(found.len(), crawl.profiles_done);
    crawl.profiles_missing = count(missing.len(), crawl.profiles_missing);
    let given_up_by = given_up.then_some(crawl.id);
    let found = found
        .into_iter()
        .map(|profile| (profile.id.clone(), Some(profile)));
    let missing = missing.into_iter().map(|id| (id, None));
    for (id, profile) in found.chain(missing) {
        let row = KnownProfile {
            profile,
            at: now,
            given_up_by,
        };
        tx.write_fact(&rows::profile(&crawl.network, &id), &row)?;
    }
    Ok(())
}

/// Adds a page of a candidate's followers, which says nothing of the crawl itself.
pub(super) fn add_page(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    page: ListPage<'_>,
) -> Result<(), StoreError> {
    let candidate = page.account.clone();
    let goes_on = matches!(page.onward, Onward::Next(_));
    match add_to_list(tx, &crawl.network, page, crawl.progress_at)? {
        Added::Nothing if !goes_on => add_task(tx, crawl, from_the_start(candidate)),
        Added::Nothing | Added::More | Added::Whole { .. } => Ok(()),
    }
}

/// Notes that the followers of a candidate can't be listed.
pub(super) fn give_up(
    tx: &mut Transaction<'_>,
    crawl: &Crawl,
    candidate: &AccountId,
    why: Unreadable,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let by = (crawl.id, now);
    give_up_list(tx, &crawl.network, Relation::Followers, candidate, why, by)
}

/// Stores the ranking, and how far the crawl has come with it.
pub(super) fn rank(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    ranking: &Ranking,
) -> Result<(), StoreError> {
    crawl.suggested.clear();
    crawl.reached = Some(reached(crawl, ranking));
    // It is as new as was wished.
    crawl.refresh = false;
    crawl.ranking = Some(tx.append(&encode(ranking)?)?);
    Ok(())
}
