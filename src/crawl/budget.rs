//! What may still be spent: of a network that charges, on one analysis and on all of a day; and of the disk, on one
//! analysis.

use chrono::{DateTime, Days, NaiveTime, Utc};

use crate::context::Context;
use crate::model::{Cost, Crawl, NetworkName, Price, Spent, StageName};
use crate::networks::Entry;
use crate::stores::StoreError;

/// Of what an analysis may cost or store, the part for finding out whom the followers follow; the rest is for
/// comparing, without which that is of no use.
const READING_PERCENT: u64 = 80;

/// Requests that can be under way when the last of the money is spent.
const UNDER_WAY: u64 = 50;

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
    /// Look-ups of whoever wants it have cost as much on this day as one search may.
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
    let Some(price) = entry.price.filter(|_| stage.asks()) else {
        return Ok(Allowance::Go);
    };
    let most = but_for_what_is_under_way(entry, price, cx.settings.cost_per_analysis);
    let most = part_of(most, stage);
    // A person waits for the look-up, which is a request or two.
    if stage != StageName::Verify && price.of(crawl.spent()).0 >= most {
        return Ok(Allowance::Spent);
    }
    // A key of somebody's own is theirs to spend.
    if crawl.key_of.is_some() {
        return Ok(Allowance::Go);
    }
    // Whatever comes of them, they are paid for before anybody has agreed to anything.
    if stage == StageName::Verify
        && price.of(cx.ledger.looked_up_today(crawl)?) >= cx.settings.cost_per_analysis
    {
        return Ok(Allowance::NoMoreLookUps(midnight_after(cx.clock.now())));
    }
    Ok(spent_until(cx, &crawl.network)?.map_or(Allowance::Go, Allowance::Until))
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
    let Some((entry, price)) = entry.and_then(|entry| Some((entry, entry.price?))) else {
        return Ok(None);
    };
    let spent = cx.ledger.spent_today(network)?;
    let most = but_for_what_is_under_way(entry, price, cx.settings.cost_per_day);
    let is_spent = price.of(spent).0 >= most;
    Ok(is_spent.then(|| midnight_after(cx.clock.now())))
}

/// At what has been spent nothing more is asked, so that what is under way by then costs no more than may be
/// spent. A small sum is not eaten up by what could be.
fn but_for_what_is_under_way(entry: &Entry, price: Price, Cost(most): Cost) -> u64 {
    let page = u64::from(entry.network.limits().page);
    let under_way = Spent {
        requests: UNDER_WAY,
        accounts: UNDER_WAY.saturating_mul(page),
    };
    most - price.of(under_way).0.min(most / 2)
}

fn midnight_after(now: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow = now.date_naive().checked_add_days(Days::new(1));
    let midnight = tomorrow.map(|day| day.and_time(NaiveTime::MIN).and_utc());
    midnight.unwrap_or(DateTime::<Utc>::MAX_UTC)
}
