//! The places of crawls at work: `MAX_ACTIVE` for all crawls that the shared key pays for. They are fair between
//! people, not between crawls: a person with fewer places goes first, and one who holds two more than a person who
//! waits gives one back. A crawl paid by its owner's own key needs none.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::tasks::stage::{enter, go_on};
use crate::model::{Analysis, Crawl, CrawlId, PersonId, StageName, Status};
use crate::stores::StoreError;

/// Crawls in line among which the fairest is chosen; those further back have their turn later.
const LOOKED_AT: usize = 500;

/// The number of places of each person.
type PlacesHeld = BTreeMap<Option<PersonId>, usize>;

/// Puts a crawl in line for its turn, which may be at once.
pub(crate) fn line_up(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if crawl.key_of.is_some() {
        take_turn(tx, crawl, now)?;
        return tx.write(&rows::crawl(crawl.id), crawl);
    }
    enqueue(tx, crawl)?;
    tx.write(&rows::crawl(crawl.id), crawl)?;
    start_waiting(tx, max_active, now)?;
    if is_queued(tx, crawl.id)? && give_back(tx, crawl, max_active)? {
        start_waiting(tx, max_active, now)?;
    }
    // It may have been the one to start.
    if let Some(started) = tx.read(&rows::crawl(crawl.id))? {
        *crawl = started;
    }
    Ok(())
}

/// Starts waiting crawls while there is room. Returns how many started.
pub(crate) fn start_waiting(
    tx: &mut Transaction<'_>,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<u32, StoreError> {
    let mut started = 0;
    loop {
        let active = active(tx)?;
        if active.len() >= max_active as usize {
            return Ok(started);
        }
        let line = tx.first(&rows::all_queued(), LOOKED_AT)?;
        if line.is_empty() {
            return Ok(started);
        }
        let mut waiting = Vec::new();
        for (key, id) in line {
            match tx.read(&rows::crawl(id))? {
                Some(crawl) if crawl.status == Status::Queued => waiting.push(crawl),
                _ => tx.remove_at(key),
            }
        }
        let people = people_of(tx, &waiting)?;
        let order = fair_order(&waiting, &people, held(&active));
        let Some(mut crawl) = order.first().map(|first| waiting.swap_remove(*first)) else {
            continue;
        };
        tx.remove(&rows::queued(crawl.priority, crawl.id));
        tx.note_line_changed();
        take_turn(tx, &mut crawl, now)?;
        tx.write(&rows::crawl(crawl.id), &crawl)?;
        started += 1;
    }
}

/// Starts a crawl, or lets it go on from where it was. The caller writes the crawl.
pub(crate) fn take_turn(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    crawl.status = Status::Active;
    if crawl.key_of.is_none() {
        tx.write(&rows::active(crawl.id), &crawl.id)?;
    }
    if std::mem::take(&mut crawl.suspended) {
        crawl.progress_at = now;
        tx.note_ready(&crawl.queue());
        return Ok(());
    }
    if crawl.started_at.is_none() {
        crawl.started_at = Some(now);
        return enter(tx, crawl, StageName::Followers, now);
    }
    go_on(tx, crawl, now)
}

/// Takes a crawl out of its place, or out of line, anywhere in its stage. Its leased tasks are finished; no more are
/// leased. The caller sets the status, and writes the crawl.
pub(crate) fn suspend(tx: &mut Transaction<'_>, crawl: &mut Crawl) {
    let is_midway = crawl.suspended || crawl.status == Status::Active;
    crawl.suspended = is_midway && crawl.open > 0;
    tx.remove(&rows::active(crawl.id));
    tx.remove(&rows::queued(crawl.priority, crawl.id));
    tx.note_line_changed();
}

/// Returns the order in which crawls get their turn, as places in `waiting`: higher priority first, then the owner with
/// fewer places, then the older.
pub(crate) fn fair_order(
    waiting: &[Crawl],
    people: &[Option<PersonId>],
    mut held: PlacesHeld,
) -> Vec<usize> {
    let mut by_age: Vec<usize> = (0..waiting.len().min(people.len())).collect();
    by_age.sort_by_key(|at| waiting[*at].id);
    let mut order: Vec<_> = by_age
        .into_iter()
        .map(|at| {
            let held = held.entry(people[at]).or_default();
            *held += 1;
            (Reverse(waiting[at].priority), *held, waiting[at].id, at)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(.., at)| at).collect()
}

/// Returns the number of places of each person, from the crawls at work and their owners.
pub(crate) fn held(active: &[(CrawlId, Option<PersonId>)]) -> PlacesHeld {
    let mut held = PlacesHeld::new();
    for (_, person) in active {
        *held.entry(*person).or_default() += 1;
    }
    held
}

fn enqueue(tx: &mut Transaction<'_>, crawl: &mut Crawl) -> Result<(), StoreError> {
    crawl.status = Status::Queued;
    tx.note_line_changed();
    tx.write(&rows::queued(crawl.priority, crawl.id), &crawl.id)
}

fn is_queued(tx: &Transaction<'_>, id: CrawlId) -> Result<bool, StoreError> {
    let crawl = tx.read(&rows::crawl(id))?;
    Ok(crawl.is_some_and(|crawl| crawl.status == Status::Queued))
}

/// Takes a place back from a person who holds at least two more than the owner of a crawl that waits. Returns whether
/// there was one.
fn give_back(
    tx: &mut Transaction<'_>,
    waiting: &Crawl,
    max_active: u32,
) -> Result<bool, StoreError> {
    let active = active(tx)?;
    if active.len() < max_active as usize {
        return Ok(false);
    }
    let held = held(&active);
    let has = |person: &Option<PersonId>| held.get(person).copied().unwrap_or(0);
    let own = has(&owner(tx, waiting)?);
    let most = held.values().copied().max().unwrap_or(0);
    if most < own + 2 {
        return Ok(false);
    }
    // The newest of theirs.
    for (id, person) in active.iter().rev() {
        let crawl = tx.read(&rows::crawl(*id))?;
        let gives = |crawl: &Crawl| has(person) == most && crawl.priority <= waiting.priority;
        if let Some(mut crawl) = crawl.filter(gives) {
            suspend(tx, &mut crawl);
            enqueue(tx, &mut crawl)?;
            tx.write(&rows::crawl(crawl.id), &crawl)?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the crawls that hold places, and their owners.
fn active(tx: &Transaction<'_>) -> Result<Vec<(CrawlId, Option<PersonId>)>, StoreError> {
    let ids = tx.first(&rows::all_active(), usize::MAX)?;
    let with_owner = |(_, id): (Vec<u8>, CrawlId)| {
        let crawl = tx.read(&rows::crawl(id))?;
        let owner = crawl.map(|crawl| owner(tx, &crawl)).transpose()?;
        Ok((id, owner.flatten()))
    };
    ids.into_iter().map(with_owner).collect()
}

fn people_of(tx: &Transaction<'_>, crawls: &[Crawl]) -> Result<Vec<Option<PersonId>>, StoreError> {
    crawls.iter().map(|crawl| owner(tx, crawl)).collect()
}

/// Returns the owner of a crawl's place: the person who wanted it first.
fn owner(tx: &Transaction<'_>, crawl: &Crawl) -> Result<Option<PersonId>, StoreError> {
    Ok(first_wanting(tx, crawl)?.map(|analysis| analysis.person))
}

/// Returns the first of the analyses that want a crawl.
fn first_wanting(tx: &Transaction<'_>, crawl: &Crawl) -> Result<Option<Analysis>, StoreError> {
    let mut analyses = crawl
        .wanted_by
        .iter()
        .map(|id| tx.read(&rows::analysis(*id)));
    analyses.find_map(Result::transpose).transpose()
}
