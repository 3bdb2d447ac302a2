//! Asking for an analysis, and no longer asking for it.

use chrono::{DateTime, Utc};

use crate::ledger::Rules;
use crate::ledger::consent::{go_as_deep, is_covered};
use crate::ledger::opt_outs::is_left_alone;
use crate::ledger::outbox::say;
use crate::ledger::own_keys::{choose_key, has_key};
use crate::ledger::pipeline::{conclude, deepest, end, enter, hand_over, is_agreed, reopen};
use crate::ledger::quota;
use crate::ledger::rows::{self, Number};
use crate::ledger::steering;
use crate::ledger::transaction::Transaction;
use crate::model::{
    Analysis, AnalysisId, ByStage, Crawl, CrawlId, Depth, Followers, Mode, NewAnalysis, Outcome,
    PersonId, Refusal, Say, StageName, Status,
};
use crate::stores::StoreError;

/// The latest analyses of one person that are looked at; those under way are among them.
pub(super) const OF_PERSON: usize = 1_000;

/// Takes a request in. What becomes of it at once (refused, joined to a crawl that is under way,
/// answered by a fresh result, or crawled anew) shows in its bubble.
pub(super) fn submit(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    new: &NewAnalysis,
    now: DateTime<Utc>,
) -> Result<AnalysisId, StoreError> {
    take_in(tx, rules, new, false, now)
}

/// The same, which may be for a comparison alone.
pub(super) fn take_in(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    new: &NewAnalysis,
    compared: bool,
    now: DateTime<Utc>,
) -> Result<AnalysisId, StoreError> {
    let id = AnalysisId(tx.next(Number::LastAnalysis)?);
    let mut analysis = Analysis {
        id,
        person: new.person,
        chat: new.chat,
        question: new.question,
        network: new.network.clone(),
        handle: new.handle.clone(),
        others: new.others.clone(),
        priority: new.priority,
        depth: new.depth,
        agreed: new.agreed,
        crawl: None,
        bubble: None,
        outcome: None,
        shared: None,
        compared,
        created_at: now,
    };
    let known = tx.read(&rows::by_handle(&new.network, &new.handle))?;
    let known = known
        .map(|crawl| tx.read(&rows::crawl(crawl)))
        .transpose()?
        .flatten();
    let is_there = |known: &Crawl| !new.refresh && is_there(known, rules, new.depth, now);
    let shown = known.as_ref().map_or(&new.handle, Crawl::shown_handle);
    let left_alone =
        is_left_alone(tx, &new.network, &new.handle)? || is_left_alone(tx, &new.network, shown)?;
    let refusal = match refusal(tx, rules, new)? {
        _ if left_alone => Some(Refusal::LeftAlone),
        None if known.as_ref().is_some_and(is_there) => None,
        None => no_new_work(tx, new, now)?,
        refusal => refusal,
    };
    tx.write(&rows::of_person(new.person, id), &id)?;
    if let Some(Refusal::AlreadyRunning(other)) = refusal {
        if new.agreed {
            deepen(tx, other, new.person, new.depth)?;
        }
        want_by_itself(tx, other)?;
    }
    if let Some(refusal) = refusal {
        tx.write(&rows::analysis(id), &analysis)?;
        conclude(tx, id, Outcome::Refused(refusal))?;
        return Ok(id);
    }
    match known {
        Some(mut crawl) if crawl.is_live() || !new.refresh && serves(&crawl, rules, now) => {
            analysis.crawl = Some(crawl.id);
            tx.write(&rows::analysis(id), &analysis)?;
            crawl.refresh |= new.refresh;
            want(tx, rules, &mut crawl, id, now)?;
            tx.write(&rows::crawl(crawl.id), &crawl)?;
        }
        known => {
            let replaces = known
                .filter(|known| known.status == Status::Finished)
                .map(|known| known.id);
            let crawl = begin(tx, rules, new, id, replaces, now)?;
            analysis.crawl = Some(crawl);
            tx.write(&rows::analysis(id), &analysis)?;
            say(tx, analysis.chat, Say::Bubble(id))?;
        }
    }
    Ok(id)
}

/// Drops an analysis; the crawl stops when nobody else wants it. Says whether there was one to drop.
pub(super) fn cancel(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    id: AnalysisId,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some((_, mut crawl)) = under_way(tx, id, person)? else {
        return Ok(false);
    };
    conclude(tx, id, Outcome::Cancelled)?;
    leave(tx, rules, &mut crawl, id, Status::Dropped, now)?;
    Ok(true)
}

/// Ends an analysis with the ranking that there is, if there is one. Says whether it did.
pub(super) fn take_what_there_is(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    id: AnalysisId,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some((_, mut crawl)) = under_way(tx, id, person)? else {
        return Ok(false);
    };
    if crawl.reached.is_none() {
        return Ok(false);
    }
    hand_over(tx, &mut crawl, id)?;
    leave(tx, rules, &mut crawl, id, Status::Finished, now)?;
    Ok(true)
}

/// Takes an analysis that is under way deeper.
pub(super) fn deepen(
    tx: &mut Transaction<'_>,
    id: AnalysisId,
    person: PersonId,
    depth: Depth,
) -> Result<(), StoreError> {
    let Some((mut analysis, mut crawl)) = under_way(tx, id, person)? else {
        return Ok(());
    };
    analysis.depth = analysis.depth.max(depth);
    crawl.depth = crawl.depth.max(depth);
    crawl.agreed = crawl.agreed.max(Some(depth));
    tx.write(&rows::analysis(id), &analysis)?;
    tx.write(&rows::crawl(crawl.id), &crawl)?;
    say(tx, analysis.chat, Say::Bubble(id))
}

/// An analysis that was for a comparison alone is wanted for its own sake too.
pub(super) fn want_by_itself(tx: &mut Transaction<'_>, id: AnalysisId) -> Result<(), StoreError> {
    let key = rows::analysis(id);
    let Some(mut analysis) = tx.read(&key)?.filter(|analysis| analysis.compared) else {
        return Ok(());
    };
    analysis.compared = false;
    tx.write(&key, &analysis)
}

/// A person's analysis that is not over, with its crawl.
pub(super) fn under_way(
    tx: &Transaction<'_>,
    id: AnalysisId,
    person: PersonId,
) -> Result<Option<(Analysis, Crawl)>, StoreError> {
    let analysis = tx.read(&rows::analysis(id))?;
    let Some(analysis) =
        analysis.filter(|analysis| analysis.person == person && analysis.outcome.is_none())
    else {
        return Ok(None);
    };
    let crawl = analysis
        .crawl
        .map(|crawl| tx.read(&rows::crawl(crawl)))
        .transpose()?
        .flatten();
    Ok(crawl.filter(Crawl::is_live).map(|crawl| (analysis, crawl)))
}

/// Goes on for the others who want a crawl, or ends it.
pub(super) fn leave(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    id: AnalysisId,
    status: Status,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    crawl.wanted_by.retain(|other| *other != id);
    // Nothing is spent on those who have not agreed to it.
    let was_asking = crawl.agreed.is_none();
    if !was_asking && !is_agreed(tx, crawl)? {
        for other in std::mem::take(&mut crawl.wanted_by) {
            conclude(tx, other, Outcome::Cancelled)?;
        }
    }
    if crawl.wanted_by.is_empty() {
        return end(tx, crawl, status, rules.max_active, now);
    }
    crawl.depth = deepest(tx, crawl)?;
    choose_key(tx, rules.max_active, crawl, now)?;
    tx.write(&rows::crawl(crawl.id), crawl)
}

/// Has a crawl serve an analysis: at once if its ranking is deep enough, else when it is. The caller
/// writes the crawl.
pub(super) fn want(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    id: AnalysisId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(analysis) = tx.read(&rows::analysis(id))? else {
        return Ok(());
    };
    let reached = crawl
        .reached
        .as_ref()
        .filter(|reached| !crawl.refresh && analysis.depth.is_reached(reached));
    if let Some(reached) = reached {
        let made_at = Some(reached.made_at);
        crawl.handed_over = true;
        return conclude(tx, id, Outcome::Delivered { made_at });
    }
    say(tx, analysis.chat, Say::Bubble(id))?;
    join(tx, crawl, id, analysis.priority)?;
    choose_key(tx, rules.max_active, crawl, now)?;
    if !crawl.is_live() {
        reopen(tx, crawl, now)?;
    }
    if !is_covered(&analysis, crawl) {
        return Ok(());
    }
    let depth = analysis.depth;
    if !analysis.agreed {
        let agreed = Analysis {
            agreed: true,
            ..analysis
        };
        tx.write(&rows::analysis(id), &agreed)?;
    }
    go_as_deep(tx, rules, crawl, depth, now)
}

/// Makes an analysis one of those that a crawl is for.
fn join(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    id: AnalysisId,
    priority: u32,
) -> Result<(), StoreError> {
    if !crawl.wanted_by.contains(&id) {
        crawl.wanted_by.push(id);
    }
    if priority > crawl.priority {
        if crawl.status == Status::Queued {
            tx.remove(&rows::queued(crawl.priority, crawl.id));
            tx.write(&rows::queued(priority, crawl.id), &crawl.id)?;
            tx.note_line();
        }
        crawl.priority = priority;
    }
    Ok(())
}

/// Whether a finished crawl is fresh enough to serve others, at once or by going deeper. What it has read
/// must still be there: it is kept for the retention time, and may be as old at its turn as is fresh.
pub(super) fn serves(crawl: &Crawl, rules: &Rules, now: DateTime<Utc>) -> bool {
    let turn = crawl.started_at.unwrap_or(crawl.created_at);
    crawl.status == Status::Finished
        && now - rules.retention < turn - rules.fresh_for
        && crawl
            .reached
            .as_ref()
            .is_some_and(|reached| now - rules.fresh_for <= reached.made_at)
}

/// Whether a crawl has a fresh result that is as deep as is wanted: then there is nothing to do.
fn is_there(crawl: &Crawl, rules: &Rules, depth: Depth, now: DateTime<Utc>) -> bool {
    let reached = crawl.reached.as_ref();
    let is_deep = reached.is_some_and(|reached| depth.is_reached(reached));
    is_deep && !crawl.refresh && (crawl.is_live() || serves(crawl, rules, now))
}

/// Why nothing new is begun for somebody.
fn no_new_work(
    tx: &Transaction<'_>,
    new: &NewAnalysis,
    now: DateTime<Utc>,
) -> Result<Option<Refusal>, StoreError> {
    if steering::mode(tx)? == Mode::Drains {
        return Ok(Some(Refusal::Draining));
    }
    quota::exceeded(tx, new, now)
}

fn refusal(
    tx: &Transaction<'_>,
    rules: &Rules,
    new: &NewAnalysis,
) -> Result<Option<Refusal>, StoreError> {
    let running = under_way_of(tx, new.person)?;
    if let Some(other) = running.iter().find(|other| is_same(other, new)) {
        return Ok(Some(Refusal::AlreadyRunning(other.id)));
    }
    let limit = rules.per_person;
    Ok((running.len() >= limit as usize).then_some(Refusal::TooMany { limit }))
}

/// What a person has under way, the newest first.
pub(super) fn under_way_of(
    tx: &Transaction<'_>,
    person: PersonId,
) -> Result<Vec<Analysis>, StoreError> {
    let ids = tx.first(&rows::all_of_person(person), OF_PERSON)?;
    let analyses = ids.into_iter().map(|(_, id)| tx.read(&rows::analysis(id)));
    let analyses = analyses.filter_map(Result::transpose);
    let is_open = |it: &Result<Analysis, StoreError>| {
        it.as_ref()
            .map_or(true, |analysis| analysis.outcome.is_none())
    };
    analyses.filter(is_open).collect()
}

/// Whether an analysis is of the account that is wanted, in the chat where it is wanted.
pub(super) fn is_same(analysis: &Analysis, wanted: &NewAnalysis) -> bool {
    analysis.network == wanted.network
        && analysis.chat == wanted.chat
        && analysis.handle.0.eq_ignore_ascii_case(&wanted.handle.0)
}

fn begin(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    new: &NewAnalysis,
    analysis: AnalysisId,
    replaces: Option<CrawlId>,
    now: DateTime<Utc>,
) -> Result<CrawlId, StoreError> {
    let id = CrawlId(tx.next(Number::LastCrawl)?);
    let mut crawl = Crawl {
        id,
        network: new.network.clone(),
        handle: new.handle.clone(),
        profile: None,
        suggested: Vec::new(),
        status: Status::Verifying,
        stage: StageName::Verify,
        priority: new.priority,
        wanted_by: vec![analysis],
        key_of: has_key(tx, new.person, &new.network)?.then_some(new.person),
        depth: new.depth,
        agreed: new.agreed.then_some(new.depth),
        refresh: new.refresh,
        replaces,
        created_at: now,
        since: now,
        started_at: None,
        progress_at: now,
        ended_at: None,
        round: 0,
        open: 0,
        followers: Followers::default(),
        max_following: rules.max_following,
        aim: 0,
        planned: 0,
        left_behind: false,
        candidates: 0,
        profiles_done: 0,
        profiles_missing: 0,
        to_confirm: 0,
        requests: ByStage::default(),
        answered: 0,
        capped: false,
        forced: Vec::new(),
        reading_order: None,
        candidate_list: None,
        ranking: None,
        reached: None,
        handed_over: false,
    };
    enter(tx, &mut crawl, StageName::Verify, now)?;
    tx.write(&rows::live(id), &id)?;
    tx.write(&rows::by_handle(&new.network, &new.handle), &id)?;
    tx.write(&rows::crawl(id), &crawl)?;
    Ok(id)
}
