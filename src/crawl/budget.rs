//! What may still be spent: money, on one analysis and on a day, on a network that charges; and disk space, on one
//! analysis.

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::midnight_after;
use crate::context::Context;
use crate::ledger::{Reservation, SpendingLimit, SpendingLimits};
use crate::model::{Cost, Crawl, NetworkName, Relation, Spent, StageName, Subject, Task};
use crate::networks::Entry;
use crate::stores::StoreError;

/// The part of an analysis's cost and storage limits for reading subscriptions; the rest is kept for comparing, without
/// which they are useless.
const READING_PERCENT: u64 = 80;

/// How long a request waits if there is room for it only once requests in flight turn out cheaper than reserved.
const WHILE_OUT: TimeDelta = TimeDelta::seconds(1);

/// A counted list may have grown by one in this many since, and by this many in any case.
const GROWN: u64 = 20;
const FEW: u64 = 2;

/// Whether a task may send requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowance {
    Go,
    /// The analysis has reached its cost limit.
    Spent,
    /// The analysis has reached its storage limit.
    Full,
    /// Not until then: the day's budget is used up.
    Until(DateTime<Utc>),
    /// Not until then: everyone who wants the crawl has used up their look-ups for the day.
    NoMoreLookUps(DateTime<Utc>),
}

pub(super) fn allowance(
    cx: &Context,
    entry: &Entry,
    crawl: &Crawl,
    stage: StageName,
) -> Result<Allowance, StoreError> {
    if is_full(cx, crawl, stage) {
        return Ok(Allowance::Full);
    }
    let Some(caps) = caps(cx, entry, crawl, stage).filter(|_| stage.asks()) else {
        return Ok(Allowance::Go);
    };
    let is_spent =
        |spent: Spent, most: Option<Cost>| most.is_some_and(|most| caps.price.of(spent) >= most);
    if is_spent(crawl.spent(), caps.crawl) {
        return Ok(Allowance::Spent);
    }
    // People may spend what they like with their own key.
    if crawl.key_of.is_some() {
        return Ok(Allowance::Go);
    }
    if is_spent(cx.ledger.looked_up_today(crawl)?, caps.look_ups) {
        return Ok(of_cap(cx, SpendingLimit::LookUps));
    }
    // A look-up is still possible when the rest of the day's budget is too small for anything larger.
    let is_over = match stage {
        StageName::Verify => is_spent(cx.ledger.spent_today(&crawl.network)?, caps.day),
        _ => spent_until(cx, &crawl.network)?.is_some(),
    };
    Ok(if is_over {
        of_cap(cx, SpendingLimit::Day)
    } else {
        Allowance::Go
    })
}

/// Returns the cost limits of a crawl at a stage; `None` if the network doesn't charge.
pub(super) fn caps(
    cx: &Context,
    entry: &Entry,
    crawl: &Crawl,
    stage: StageName,
) -> Option<SpendingLimits> {
    let (each, day) = (cx.settings.cost_per_analysis, cx.settings.cost_per_day);
    let looks_up = stage == StageName::Verify;
    Some(SpendingLimits {
        price: entry.price?,
        // A person is waiting for the look-up, which takes a request or two.
        crawl: (!looks_up).then(|| Cost(part_of(each.0, stage))),
        // Look-ups are paid for before anyone has agreed to a price.
        look_ups: looks_up.then_some(each),
        day: crawl.key_of.is_none().then_some(day),
    })
}

/// Returns what becomes of a task whose request was not entered into the books; `None` if money is not the reason.
pub(super) fn of_entered(cx: &Context, entered: Reservation) -> Option<Allowance> {
    match entered {
        Reservation::Made | Reservation::Stale => None,
        Reservation::Waits => Some(Allowance::Until(cx.clock.now() + WHILE_OUT)),
        Reservation::Over(cap) => Some(of_cap(cx, cap)),
    }
}

fn of_cap(cx: &Context, cap: SpendingLimit) -> Allowance {
    let midnight = midnight_after(cx.clock.now());
    match cap {
        SpendingLimit::Crawl => Allowance::Spent,
        SpendingLimit::LookUps => Allowance::NoMoreLookUps(midnight),
        SpendingLimit::Day => Allowance::Until(midnight),
    }
}

/// Returns the most accounts that a task's request may ask for: slightly more than its list has left, where that is
/// known.
pub(super) fn to_come(
    cx: &Context,
    crawl: &Crawl,
    task: &Task,
    asked: Spent,
) -> Result<Spent, StoreError> {
    let left = match (task.queue.stage, &task.subject) {
        (StageName::Followers, _) => {
            let all = crawl.profile.as_ref().and_then(|target| target.followers);
            all.map(|all| all.saturating_sub(crawl.followers.listed))
        }
        (StageName::Subscriptions, Subject::Account(follower)) => {
            let list = cx.ledger.list_state(crawl, Relation::Following, follower)?;
            list.to_come()
        }
        (StageName::Confirm, Subject::Account(candidate)) => {
            let known = cx.ledger.known_profile(crawl, candidate)?;
            let all = known.profile().and_then(|profile| profile.followers);
            let list = cx
                .ledger
                .list_state(crawl, Relation::Followers, candidate)?;
            list.to_come().or(all)
        }
        _ => None,
    };
    // A list that continues past its end was miscounted; one that has grown since should not cost an extra request.
    let left = left.filter(|left| *left > 0).unwrap_or(u64::MAX);
    let left = left.saturating_add(left / GROWN + FEW);
    Ok(Spent {
        accounts: asked.accounts.min(left),
        ..asked
    })
}

/// Whether a stage may no longer store what it finds. Looking an account up is always allowed: it takes one row.
fn is_full(cx: &Context, crawl: &Crawl, stage: StageName) -> bool {
    let grows = stage.asks() && stage != StageName::Verify;
    grows && crawl.stored >= part_of(cx.settings.most_stored, stage)
}

fn part_of(most: u64, stage: StageName) -> u64 {
    match stage {
        StageName::Followers | StageName::Subscriptions => most / 100 * READING_PERCENT,
        _ => most,
    }
}

/// Returns until when the shared key may not be used, because the day's budget for a network is spent; `None` if some
/// is left.
pub fn spent_until(
    cx: &Context,
    network: &NetworkName,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let entry = cx.networks.get(network);
    let Some(price) = entry.and_then(|entry| entry.price) else {
        return Ok(None);
    };
    let most = cx.settings.cost_per_day;
    let is_spent = price.of(cx.ledger.spent_today(network)?) >= most;
    let is_over = is_spent || cx.ledger.is_day_over(network, most)?;
    Ok(is_over.then(|| midnight_after(cx.clock.now())))
}
