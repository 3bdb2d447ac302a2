//! Submitting a request for an analysis.

use chrono::{DateTime, Utc};

use crate::ledger::Rules;
use crate::ledger::db::rows::{self, DbNumber};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::mode;
use crate::ledger::outbox::say;
use crate::ledger::people::opt_outs::is_left_alone;
use crate::ledger::people::own_keys::{own_crawl, payer};
use crate::ledger::people::quota;
use crate::ledger::requests::consent::{deepen, proceed};
use crate::ledger::requests::outcome::conclude;
use crate::ledger::requests::reuse::{has_fresh_result, serves, serving_crawl};
use crate::ledger::requests::settle::report_by_itself;
use crate::ledger::requests::terms::{is_covered, update_terms};
use crate::ledger::requests::under_way::{is_same, under_way_of};
use crate::ledger::tasks::end::reopen;
use crate::ledger::tasks::stage::enter;
use crate::model::{
    Analysis, AnalysisId, By, ByStage, Crawl, CrawlId, Followers, Handle, Mode, NewAnalysis,
    Outcome, PersonId, Reached, Refusal, Say, Spent, StageName, Status, Stopped,
};
use crate::stores::StoreError;

/// Takes a request in. What becomes of it at once (refused, joined to a crawl in progress, answered by a fresh result,
/// or crawled) shows in its bubble.
pub(crate) fn submit(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    new: &NewAnalysis,
    now: DateTime<Utc>,
) -> Result<AnalysisId, StoreError> {
    take_in(tx, rules, new, false, now)
}

/// The same, which may be for a comparison alone.
pub(crate) fn take_in(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    new: &NewAnalysis,
    compared: bool,
    now: DateTime<Utc>,
) -> Result<AnalysisId, StoreError> {
    let id = AnalysisId(tx.next(DbNumber::LastAnalysis)?);
    let key_of = payer(tx, new.person, &new.network)?;
    let mut analysis = Analysis {
        id,
        person: new.person,
        chat: new.chat,
        question: new.question,
        topic: new.topic,
        network: new.network.clone(),
        handle: new.handle.clone(),
        by: new.by,
        others: new.others.clone(),
        priority: new.priority,
        depth: new.depth,
        order: new.order.clone(),
        agreed: new.agreed,
        charged: new.charged && key_of.is_none(),
        crawl: None,
        bubble: None,
        outcome: None,
        guesses: Vec::new(),
        shared: None,
        compared,
        created_at: now,
    };
    let known = match new.by {
        By::Handle => serving_crawl(tx, &rows::by_handle(&new.network, &new.handle), rules, now)?,
        By::Name | By::NameAtCost => None,
    };
    let as_is = match &known {
        Some(known) if new.as_is => was_ended_by(tx, known, new.person)?,
        _ => false,
    };
    let serves_it = |reached: &Reached| as_is || reached.serves(new.depth, new.order.as_ref());
    let is_there = |known: &Crawl| !new.refresh && has_fresh_result(known, rules, serves_it, now);
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
    let refusal = match refusal {
        Some(Refusal::AlreadyRunning(other)) => {
            report_by_itself(tx, other)?;
            let is_deeper = new.agreed && deepen(tx, rules, other, new.person, new.depth, now)?;
            Some(match is_deeper {
                true => Refusal::TakenDeeper(other),
                false => Refusal::AlreadyRunning(other),
            })
        }
        refusal => refusal,
    };
    if let Some(refusal) = refusal {
        tx.write(&rows::analysis(id), &analysis)?;
        conclude(tx, id, Outcome::Refused(refusal))?;
        return Ok(id);
    }
    quota::count(tx, new.person, now)?;
    let joined = match key_of {
        None => known
            .clone()
            .filter(|known| known.is_live() || !new.refresh && serves(known, rules, now)),
        // Of other people's crawls only a result that is there already.
        Some(person) => match known.clone().filter(is_there) {
            Some(known) => Some(known),
            None => own_crawl(tx, person, &new.network, |own| {
                let same = |handle: &Handle| handle.0.eq_ignore_ascii_case(&new.handle.0);
                let is_account = own.by == By::Handle && new.by == By::Handle;
                is_account && (same(&own.handle) || same(own.shown_handle()))
            })?,
        },
    };
    match joined {
        Some(mut crawl) => {
            analysis.crawl = Some(crawl.id);
            // The price that was agreed to for an order was that of fetching profiles, not of reading.
            let is_read = |reached: &Reached| reached.is_deep_enough(new.depth, new.order.as_ref());
            let only_fetches = crawl.reached.as_ref().is_some_and(is_read);
            analysis.agreed &= new.order.is_none() || only_fetches || !new.charged;
            tx.write(&rows::analysis(id), &analysis)?;
            crawl.refresh |= new.refresh;
            match crawl.reached.as_ref().filter(|_| as_is) {
                Some(reached) => {
                    let made_at = Some(reached.made_at);
                    conclude(tx, id, Outcome::Delivered { made_at })?;
                }
                None => want(tx, rules, &mut crawl, id, now)?,
            }
            tx.write(&rows::crawl(crawl.id), &crawl)?;
        }
        None => {
            let replaces = known
                .filter(|known| known.status == Status::Finished)
                .filter(|known| new.refresh || !serves(known, rules, now))
                .map(|known| known.id);
            // The price that was agreed to was that of going on from an earlier result.
            analysis.agreed = new.agreed && !new.charged;
            let crawl = begin(tx, rules, new, id, (key_of, replaces), now)?;
            analysis.crawl = Some(crawl);
            tx.write(&rows::analysis(id), &analysis)?;
            say(tx, analysis.chat, Say::Bubble(id))?;
        }
    }
    Ok(id)
}

/// Lets a crawl serve an analysis: at once if its ranking is deep enough, otherwise later. The caller writes the crawl.
pub(crate) fn want(
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
        .filter(|reached| !crawl.refresh && analysis.is_served_by(reached));
    if let Some(reached) = reached {
        let made_at = Some(reached.made_at);
        crawl.handed_over = true;
        return conclude(tx, id, Outcome::Delivered { made_at });
    }
    say(tx, analysis.chat, Say::Bubble(id))?;
    if !crawl.wanted_by.contains(&id) {
        crawl.wanted_by.push(id);
    }
    if !crawl.is_live() {
        reopen(tx, crawl, now)?;
    }
    update_terms(tx, crawl)?;
    if !is_covered(&analysis, crawl) {
        return Ok(());
    }
    proceed(tx, rules, crawl, now)
}

/// Returns whether a crawl has ended since this person had enough.
fn was_ended_by(tx: &Transaction<'_>, crawl: &Crawl, person: PersonId) -> Result<bool, StoreError> {
    if crawl.is_live() || crawl.stopped() != Some(Stopped::Enough) {
        return Ok(false);
    }
    for (_, id) in tx.first(&rows::all_of_person(person), rows::OF_PERSON)? {
        let analysis = tx.read(&rows::analysis(id))?;
        let has_it = |it: &Analysis| {
            it.crawl == Some(crawl.id) && matches!(it.outcome, Some(Outcome::Delivered { .. }))
        };
        if analysis.is_some_and(|analysis| has_it(&analysis)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns why nothing new is begun for a person; `None` if it may be.
fn no_new_work(
    tx: &Transaction<'_>,
    new: &NewAnalysis,
    now: DateTime<Utc>,
) -> Result<Option<Refusal>, StoreError> {
    if mode::mode(tx)? == Mode::Drains {
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

fn begin(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    new: &NewAnalysis,
    analysis: AnalysisId,
    (key_of, replaces): (Option<PersonId>, Option<CrawlId>),
    now: DateTime<Utc>,
) -> Result<CrawlId, StoreError> {
    let id = CrawlId(tx.next(DbNumber::LastCrawl)?);
    let mut crawl = Crawl {
        id,
        network: new.network.clone(),
        handle: new.handle.clone(),
        by: new.by,
        profile: None,
        suggested: Vec::new(),
        status: Status::Verifying,
        stage: StageName::Verify,
        priority: new.priority,
        wanted_by: vec![analysis],
        key_of,
        depth: new.depth,
        agreed: (new.agreed && !new.charged).then_some(new.depth),
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
        reads_long: false,
        aim: 0,
        planned: 0,
        left_behind: false,
        again: false,
        candidates: 0,
        profiles_done: 0,
        profiles_missing: 0,
        to_confirm: 0,
        requests: ByStage::default(),
        answered: 0,
        late: Spent::default(),
        free: Spent::default(),
        capped: false,
        stored: 0,
        full: false,
        forced: Vec::new(),
        suspended: false,
        reading_order: None,
        candidate_list: None,
        ranking: None,
        reached: None,
        handed_over: false,
        percent: 0,
    };
    enter(tx, &mut crawl, StageName::Verify, now)?;
    tx.write(&rows::live(id), &id)?;
    if key_of.is_none() && new.by == By::Handle {
        tx.write(&rows::by_handle(&new.network, &new.handle), &id)?;
    }
    tx.write(&rows::crawl(id), &crawl)?;
    Ok(id)
}
