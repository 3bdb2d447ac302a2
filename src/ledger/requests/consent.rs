//! Consent to costs: a crawl on a network that charges starts when a person has agreed to the cost, and goes no deeper
//! than was agreed.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say;
use crate::ledger::requests::terms::update_terms;
use crate::ledger::requests::under_way::under_way;
use crate::ledger::tasks::end::{abandon_stage, refuse};
use crate::ledger::tasks::stage::wants_reading;
use crate::ledger::tasks::turn::{line_up, start_waiting, suspend};
use crate::ledger::{Ledger, Rules};
use crate::model::{
    AnalysisId, Cost, Crawl, CrawlId, Depth, PersonId, Refusal, Say, StageName, Status,
};
use crate::stores::StoreError;

impl Ledger {
    /// Refuses a crawl that costs more than the limit, unless a person has agreed to it meanwhile.
    pub async fn refuse_too_dear(
        &self,
        id: CrawlId,
        cost: Cost,
        most: Cost,
    ) -> Result<(), StoreError> {
        let (max_active, now) = (self.rules.max_active, self.clock.now());
        self.transact(move |tx| {
            let asking = |crawl: &Crawl| crawl.status == Status::Asking;
            match tx.read(&rows::crawl(id))?.filter(asking) {
                Some(mut crawl) => {
                    let refusal = Refusal::TooDear { cost, most };
                    refuse(tx, &mut crawl, &refusal, max_active, now)
                }
                None => Ok(()),
            }
        })
        .await
    }
}

/// Notes that a person agrees to the cost of taking an analysis to a depth.
pub(crate) fn agree(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    id: AnalysisId,
    person: PersonId,
    depth: Depth,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some((mut analysis, mut crawl)) = under_way(tx, id, person)? else {
        return Ok(());
    };
    // An old button takes nothing back.
    if analysis.agreed && depth <= analysis.depth {
        return Ok(());
    }
    analysis.agreed = true;
    analysis.depth = depth;
    tx.write(&rows::analysis(id), &analysis)?;
    say(tx, analysis.chat, Say::Bubble(id))?;
    update_terms(tx, &mut crawl)?;
    proceed(tx, rules, &mut crawl, now)?;
    tx.write(&rows::crawl(crawl.id), &crawl)
}

/// Lets a crawl go on that has waited for someone to agree. The caller writes the crawl.
pub(crate) fn proceed(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if crawl.status != Status::Asking {
        return Ok(());
    }
    // Nothing is read that nobody has agreed to, even if it was begun.
    let is_fetching = crawl.suspended && crawl.again;
    if !is_fetching && !wants_reading(tx, crawl)? {
        abandon_stage(tx, crawl)?;
        (crawl.stage, crawl.again) = (StageName::Profiles, true);
    }
    line_up(tx, crawl, rules.max_active, now)
}

/// Suspends a crawl, anywhere in its life, until a person agrees to what more it costs. The caller writes the crawl.
pub(crate) fn ask_for_consent(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    suspend(tx, crawl);
    crawl.status = Status::Asking;
    crawl.progress_at = now;
    tx.write(&rows::crawl(crawl.id), crawl)?;
    for id in crawl.wanted_by.clone() {
        if let Some(analysis) = tx.read(&rows::analysis(id))? {
            say(tx, analysis.chat, Say::Bubble(id))?;
        }
    }
    start_waiting(tx, max_active, now).map(drop)
}

/// Takes an analysis in progress deeper, for a person who has agreed to the cost. Returns whether it goes deeper than
/// before.
pub(crate) fn deepen(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    id: AnalysisId,
    person: PersonId,
    depth: Depth,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    match under_way(tx, id, person)? {
        Some((analysis, _)) if depth > analysis.depth => {
            agree(tx, rules, id, person, depth, now)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}
