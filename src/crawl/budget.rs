//! What may still be spent: of a network that charges, on one analysis and on all of a day; and of the disk, on one
//! analysis.

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::midnight_after;
use crate::context::Context;
use crate::ledger::{Reservation, SpendingLimit, SpendingLimits};
use crate::model::{Cost, Crawl, NetworkName, Relation, Spent, StageName, Subject, Task};
use crate::networks::Entry;
use crate::stores::StoreError;

/// Of what an analysis may cost or store, the part for finding out whom the followers follow; the rest is for
/// comparing, without which that is of no use.
const READING_PERCENT: u64 = 80;

/// How long a request waits for which there is room only if what is out costs less than what was asked for.
const WHILE_OUT: TimeDelta = TimeDelta::seconds(1);

/// Of a list that was counted, one in so many may have come since, and this many in any case.
const GROWN: u64 = 20;
const FEW: u64 = 2;

/// Whether a task may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowance {
    Go,
    /// The analysis has cost as much as it may.
    Spent,
    /// The analysis has stored as much as it may.
    Full,
    /// Nothing more on this day.
    Until(DateTime<Utc>),
    /// Look-ups of each of those who want it have cost as much on this day as one search may.
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
    // A key of somebody's own is theirs to spend.
    if crawl.key_of.is_some() {
        return Ok(Allowance::Go);
    }
    if is_spent(cx.ledger.looked_up_today(crawl)?, caps.look_ups) {
        return Ok(of_cap(cx, SpendingLimit::LookUps));
    }
    // What is too dear for the rest of the day does not keep anybody from being looked up.
    let is_over = match stage {
        StageName::Verify => is_spent(cx.ledger.spent_today(&crawl.network)?, caps.day),
        _ => spent_until(cx, &crawl.network)?.is_some(),
    };
    Ok(match is_over {
        true => of_cap(cx, SpendingLimit::Day),
        false => Allowance::Go,
    })
}

/// What a crawl may cost at a stage; `None` where nothing is charged.
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
        // A person waits for the look-up, which is a request or two.
        crawl: (!looks_up).then(|| Cost(part_of(each.0, stage))),
        // Whatever comes of them, they are paid for before anybody has agreed to anything.
        look_ups: looks_up.then_some(each),
        day: crawl.key_of.is_none().then_some(day),
    })
}

/// What becomes of a task whose request was not entered into the books; `None` if that is not for want of money.
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

/// How many accounts a task's request is to ask for at most: a few more than are left of its list, as far as that is
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
    // A list that goes on behind its end was counted wrong; one that has grown since is not to cost one more request.
    let left = left.filter(|left| *left > 0).unwrap_or(u64::MAX);
    let left = left.saturating_add(left / GROWN + FEW);
    Ok(Spent {
        accounts: asked.accounts.min(left),
        ..asked
    })
}

/// Whether what it finds now is not stored any more. The account is looked up in any case: that is one row.
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

/// Returns until when nothing is asked of a network by the shared key, since the day's money is spent; `None` while
/// there is some.
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
