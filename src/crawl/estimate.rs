//! How long a crawl will take, from its remaining requests and the rate at which they may be sent.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::context::Context;
use crate::crawl::fair_queue::{Workload, time_until_done};
use crate::crawl::remaining_work::{
    Bound, RemainingWork, failure_rate, remaining_work, to_complete,
};
use crate::model::{Cost, Crawl, Depth, MeasureName, Rate, Spent, StageName, Status};
use crate::networks::Entry;
use crate::stores::StoreError;

/// The last requests of a round. If one of them fails, the whole round waits for its retry.
const LAST_OF_A_ROUND: i32 = 10;

/// How many waiting crawls behind another one may get a turn before it is done.
const BEHIND: usize = 50;

/// The time until a crawl's result: a range, unless both ends are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    pub earliest: Duration,
    pub latest: Duration,
}

/// What the expected time of an active crawl is based on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Requests so far, and in total.
    pub done: u64,
    pub all: u64,
    /// The rate limit, shared by all searches.
    pub rate: Rate,
    /// How many others share it at the moment.
    pub others: usize,
}

/// Returns what a crawl's expected time is based on; `None` if its account is not known yet or it is not active.
pub fn effort(cx: &Context, crawl: &Crawl) -> Option<Effort> {
    let is_at_work = crawl.status == Status::Active;
    let rate = cx.networks.get(&crawl.network).filter(|_| is_at_work)?.rate;
    let work = workload(cx, crawl, Bound::Upper)?;
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

/// Returns the time until a crawl's result, including its wait in the queue; `None` if it can't be estimated.
pub fn expected(cx: &Context, crawl: &Crawl) -> Option<Expected> {
    let rate = cx.networks.get(&crawl.network)?.rate;
    let pace = f64::from(rate.count.get()) / rate.window.as_secs_f64();
    workload(cx, crawl, Bound::Lower)?;
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
        let work = |other: &&Crawl| workload(cx, other, bound).unwrap_or(Workload::NONE);
        let line = ahead_and_next.iter().map(work).collect();
        Duration::try_from_secs_f64(time_until_done(line, place, room, pace)).ok()
    };
    let latest = until(Bound::Upper)?;
    Some(Expected {
        earliest: until(Bound::Lower)?.min(latest),
        latest,
    })
}

/// Returns the active crawls that may use the same key, and those that wait for their turn.
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

/// Returns what it costs to take a crawl to a depth from where it is; `None` if the network doesn't charge, or the
/// account is not known yet.
pub fn cost(cx: &Context, crawl: &Crawl, depth: Depth) -> Option<Cost> {
    let entry = cx.networks.get(&crawl.network)?;
    let limits = entry.network.limits();
    let mut deeper = crawl.clone();
    deeper.depth = depth;
    deeper.stage = match crawl.reading_order {
        Some(_) => StageName::Subscriptions,
        None => StageName::Followers,
    };
    // Nobody should pay more than they were told.
    let left = remaining_work(cx, &deeper, &limits, Bound::Upper)?;
    price(entry, crawl, left)
}

/// Returns what it costs to fetch the profiles that a crawl's order by a measure lacks; `None` if the network doesn't
/// charge, or none are missing.
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

/// Returns what is left until a crawl's result; `None` if its account is not known yet.
fn workload(cx: &Context, crawl: &Crawl, bound: Bound) -> Option<Workload> {
    let limits = cx.networks.get(&crawl.network)?.network.limits();
    let queues = cx.settings.queues.get(&crawl.network)?;
    let left = remaining_work(cx, crawl, &limits, bound)?;
    let answered = 1.0 - failure_rate(crawl, &limits);
    let waiting_rounds = left.rounds * (1.0 - answered.powi(LAST_OF_A_ROUND));
    let failing_pages = left.one_by_one * (1.0 - answered) / answered;
    let back_off = queues.subscriptions.min_backoff.as_secs_f64();
    Some(Workload {
        requests: left.answers / answered,
        taken: left.taken / answered,
        waits: (waiting_rounds + failing_pages) * back_off,
        weight: f64::from(crawl.priority.max(1)),
    })
}
