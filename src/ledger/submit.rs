//! Asking for an analysis, and no longer asking for it.

use chrono::{DateTime, Utc};

use crate::ledger::Rules;
use crate::ledger::outbox::say;
use crate::ledger::pipeline::{conclude, end, enter};
use crate::ledger::rows::{self, Number};
use crate::ledger::transaction::Transaction;
use crate::model::{
    Analysis, AnalysisId, ByStage, Crawl, CrawlId, Followers, NewAnalysis, Outcome, PersonId,
    Refusal, Say, StageName, Status,
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
    let id = AnalysisId(tx.next(Number::LastAnalysis)?);
    let mut analysis = Analysis {
        id,
        person: new.person,
        chat: new.chat,
        question: new.question,
        network: new.network.clone(),
        handle: new.handle.clone(),
        priority: new.priority,
        crawl: None,
        bubble: None,
        outcome: None,
        created_at: now,
    };
    let refusal = refusal(tx, rules, new)?;
    tx.write(&rows::of_person(new.person, id), &id)?;
    if let Some(refusal) = refusal {
        tx.write(&rows::analysis(id), &analysis)?;
        conclude(tx, id, Outcome::Refused(refusal))?;
        return Ok(id);
    }
    let known = tx.read(&rows::by_handle(&new.network, &new.handle))?;
    let known = known
        .map(|crawl| tx.read(&rows::crawl(crawl)))
        .transpose()?
        .flatten();
    match known {
        Some(mut crawl) if crawl.is_live() => {
            analysis.crawl = Some(crawl.id);
            tx.write(&rows::analysis(id), &analysis)?;
            say(tx, analysis.chat, Say::Bubble(id))?;
            join(tx, &mut crawl, id, new.priority)?;
            crawl.refresh |= new.refresh;
            tx.write(&rows::crawl(crawl.id), &crawl)?;
        }
        Some(crawl) if !new.refresh && is_fresh(&crawl, rules, now) => {
            analysis.crawl = Some(crawl.id);
            tx.write(&rows::analysis(id), &analysis)?;
            conclude(
                tx,
                id,
                Outcome::Delivered {
                    made_at: crawl.ended_at,
                },
            )?;
        }
        known => {
            let replaces = known
                .filter(|known| known.status == Status::Finished)
                .map(|known| known.id);
            let crawl = begin(tx, new, id, replaces, now)?;
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
    let analysis = tx.read(&rows::analysis(id))?;
    let Some(analysis) =
        analysis.filter(|analysis| analysis.person == person && analysis.outcome.is_none())
    else {
        return Ok(false);
    };
    conclude(tx, id, Outcome::Cancelled)?;
    let crawl = analysis
        .crawl
        .map(|crawl| tx.read(&rows::crawl(crawl)))
        .transpose()?
        .flatten();
    let Some(mut crawl) = crawl.filter(Crawl::is_live) else {
        return Ok(true);
    };
    crawl.wanted_by.retain(|other| *other != id);
    if crawl.wanted_by.is_empty() {
        end(tx, &mut crawl, Status::Dropped, rules.max_active, now)?;
    } else {
        tx.write(&rows::crawl(crawl.id), &crawl)?;
    }
    Ok(true)
}

/// Makes an analysis one of those that a live crawl is for.
pub(super) fn join(
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

pub(super) fn is_fresh(crawl: &Crawl, rules: &Rules, now: DateTime<Utc>) -> bool {
    crawl.status == Status::Finished
        && crawl
            .ended_at
            .is_some_and(|ended_at| now - rules.fresh_for <= ended_at)
}

fn refusal(
    tx: &Transaction<'_>,
    rules: &Rules,
    new: &NewAnalysis,
) -> Result<Option<Refusal>, StoreError> {
    let mut running = 0;
    for (_, id) in tx.first(&rows::all_of_person(new.person), OF_PERSON)? {
        let Some(other) = tx
            .read(&rows::analysis(id))?
            .filter(|other| other.outcome.is_none())
        else {
            continue;
        };
        let same =
            other.handle.0.eq_ignore_ascii_case(&new.handle.0) && other.network == new.network;
        if same && other.chat == new.chat {
            return Ok(Some(Refusal::AlreadyRunning(other.id)));
        }
        running += 1;
    }
    Ok((running >= rules.per_person).then_some(Refusal::TooMany {
        limit: rules.per_person,
    }))
}

fn begin(
    tx: &mut Transaction<'_>,
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
        status: Status::Verifying,
        stage: StageName::Verify,
        priority: new.priority,
        wanted_by: vec![analysis],
        refresh: new.refresh,
        replaces,
        created_at: now,
        started_at: None,
        progress_at: now,
        ended_at: None,
        open: 0,
        followers: Followers::default(),
        candidates: 0,
        profiles_done: 0,
        profiles_missing: 0,
        requests: ByStage::default(),
        forced: Vec::new(),
        reading_order: None,
        candidate_list: None,
        ranking: None,
    };
    enter(tx, &mut crawl, StageName::Verify, now)?;
    tx.write(&rows::live(id), &id)?;
    tx.write(&rows::by_handle(&new.network, &new.handle), &id)?;
    tx.write(&rows::crawl(id), &crawl)?;
    Ok(id)
}
