//! How long it will take, from what is left to ask and the pace at which it may be asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::context::Context;
use crate::crawl::fair_queue::{Job, time_until_done};
use crate::crawl::remaining_work::{
    Bound, RemainingWork, failure_rate, remaining_work, to_complete,
};
use crate::model::{Cost, Crawl, Depth, MeasureName, Rate, Spent, StageName, Status};
use crate::networks::Entry;
use crate::stores::StoreError;

/// The last requests of a round. If one of them fails, everything waits until it is tried again.
const LAST_OF_A_ROUND: i32 = 10;

/// So many of those who wait in line may get their turn before a crawl is done that is ahead of them.
const BEHIND: usize = 50;

/// The time until a crawl's result. Both are the same, unless that is up to chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    pub earliest: Duration,
    pub latest: Duration,
}

/// What the expected time of a crawl at work rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Requests so far, and how many it will be in all.
    pub done: u64,
    pub all: u64,
    /// What may be asked, by all searches that share the budget.
    pub rate: Rate,
    /// So many others share it at the moment.
    pub others: usize,
}

/// What a crawl's expected time rests on; nothing, while its account is not known or it is not its turn.
pub fn effort(cx: &Context, crawl: &Crawl) -> Option<Effort> {
    let is_at_work = crawl.status == Status::Active;
    let rate = cx.networks.get(&crawl.network).filter(|_| is_at_work)?.rate;
    let work = job(cx, crawl, Bound::Upper)?;
    let left = work.requests.ceil() as u64;
    let done = crawl.asked().requests;
    let (active, _) = competing(cx, crawl).ok()?;
    let others = active.iter().filter(|other| {
        let at_work = other.id != crawl.id && other.status == Status::Active;
        at_work && other.network == crawl.network && other.key_of == crawl.key_of
    });
    Some(Effort {
        done,
        all: done.saturating_add(left),
        rate: rate.for_weight(work.taken / work.requests.max(1.0)),
        others: others.count(),
    })
}

/// The time until a crawl's result, its wait in the queue included. `None` while that is anybody's
/// guess.
pub fn expected(cx: &Context, crawl: &Crawl) -> Option<Expected> {
    let rate = cx.networks.get(&crawl.network)?.rate;
    let pace = f64::from(rate.count.get()) / rate.window.as_secs_f64();
    job(cx, crawl, Bound::Lower)?;
    let (active, waiting) = competing(cx, crawl).ok()?;
    let line = active.iter().chain(waiting.iter());
    let line: Vec<&Crawl> = line
        .filter(|other| other.network == crawl.network && other.key_of == crawl.key_of)
        .collect();
    let place = line.iter().position(|other| other.id == crawl.id)?;
    let ahead_and_next = &line[..line.len().min(place + 1 + BEHIND)];
    let room = match crawl.key_of {
        Some(_) => line.len(),
        None => cx.ledger.rules().max_active as usize,
    };
    let until = |bound: Bound| {
        let work = |other: &&Crawl| job(cx, other, bound).unwrap_or(Job::NONE);
        let line = ahead_and_next.iter().map(work).collect();
        Duration::try_from_secs_f64(time_until_done(line, place, room, pace)).ok()
    };
    let latest = until(Bound::Upper)?;
    Some(Expected {
        earliest: until(Bound::Lower)?.min(latest),
        latest,
    })
}

/// The crawls at work that may go by the same key, and those that wait for their turn.
fn competing(cx: &Context, crawl: &Crawl) -> Result<(Vec<Crawl>, Arc<[Crawl]>), StoreError> {
    let Some(person) = crawl.key_of else {
        return Ok((cx.ledger.active_crawls()?, cx.ledger.line()?));
    };
    let mut crawls = BTreeMap::new();
    for analysis in cx.ledger.analyses_of(person)? {
        let running = analysis.outcome.is_none();
        if let Some(crawl) = cx.ledger.crawl_of(&analysis)?.filter(|_| running) {
            crawls.insert(crawl.id, crawl);
        }
    }
    Ok((crawls.into_values().collect(), Arc::default()))
}

/// What it costs to take a crawl so deep from where it is; `None` where nothing is charged, or while its
/// account is not known.
pub fn cost(cx: &Context, crawl: &Crawl, depth: Depth) -> Option<Cost> {
    let entry = cx.networks.get(&crawl.network)?;
    let limits = entry.network.limits();
    let mut deeper = crawl.clone();
    deeper.depth = depth;
    deeper.stage = match crawl.reading_order {
        Some(_) => StageName::Subscriptions,
        None => StageName::Followers,
    };
    // Nobody is to pay more than was said.
    let left = remaining_work(cx, &deeper, &limits, Bound::Upper)?;
    price(entry, crawl, left)
}

/// What it costs to fetch the profiles that a crawl's order by a measure lacks; `None` where nothing is charged, or
/// none are lacking.
pub fn cost_to_complete(cx: &Context, crawl: &Crawl, measure: MeasureName) -> Option<Cost> {
    let entry = cx.networks.get(&crawl.network)?;
    let left = to_complete(cx, crawl, &entry.network.limits(), measure)?;
    price(entry, crawl, left)
}

fn price(entry: &Entry, crawl: &Crawl, left: RemainingWork) -> Option<Cost> {
    let answered = 1.0 - failure_rate(crawl, &entry.network.limits());
    let spent = Spent {
        requests: (left.answers / answered).ceil() as u64,
        accounts: left.accounts.ceil() as u64,
    };
    Some(entry.price?.of(spent))
}

/// What is left until a crawl's result; `None` while its account is not known.
fn job(cx: &Context, crawl: &Crawl, bound: Bound) -> Option<Job> {
    let limits = cx.networks.get(&crawl.network)?.network.limits();
    let queues = cx.settings.queues.get(&crawl.network)?;
    let left = remaining_work(cx, crawl, &limits, bound)?;
    let answered = 1.0 - failure_rate(crawl, &limits);
    let waiting_rounds = left.rounds * (1.0 - answered.powi(LAST_OF_A_ROUND));
    let failing_pages = left.one_by_one * (1.0 - answered) / answered;
    let back_off = queues.subscriptions.min_backoff.as_secs_f64();
    Some(Job {
        requests: left.answers / answered,
        taken: left.taken / answered,
        waits: (waiting_rounds + failing_pages) * back_off,
        weight: f64::from(crawl.priority.max(1)),
    })
}
