//! What may still be spent on a network that charges: on one analysis, and on all of a day.

use chrono::{DateTime, Days, NaiveTime, Utc};

use crate::context::Context;
use crate::model::{Cost, Crawl, NetworkName, Spent, StageName};
use crate::networks::Entry;
use crate::stores::StoreError;

/// Of what an analysis may cost, the part for finding out whom the followers follow; the rest is for
/// comparing, without which that is of no use.
const READING_PERCENT: u64 = 80;

/// Requests that can be under way when the last of a day's money is spent.
const UNDER_WAY: u64 = 50;

/// Whether a task may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowance {
    Go,
    /// The analysis has cost as much as it may.
    Spent,
    /// Nothing more on this day.
    Until(DateTime<Utc>),
}

pub(super) fn allowance(
    cx: &Context,
    entry: &Entry,
    crawl: &Crawl,
    stage: StageName,
) -> Result<Allowance, StoreError> {
    let Some(price) = entry.price.filter(|_| stage.asks()) else {
        return Ok(Allowance::Go);
    };
    let most = cx.settings.cost_per_analysis.0;
    let most = match stage {
        StageName::Followers | StageName::Subscriptions => most / 100 * READING_PERCENT,
        _ => most,
    };
    // A person waits for the look-up, which is a request or two.
    if stage != StageName::Verify && price.of(crawl.spent()).0 >= most {
        return Ok(Allowance::Spent);
    }
    Ok(spent_until(cx, &crawl.network)?.map_or(Allowance::Go, Allowance::Until))
}

/// Until when nothing is asked of a network, since the day's money is spent.
pub fn spent_until(
    cx: &Context,
    network: &NetworkName,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let Some(price) = cx.networks.get(network).and_then(|entry| entry.price) else {
        return Ok(None);
    };
    let limits = cx.networks.get(network).map(|entry| entry.network.limits());
    let accounts = limits.map_or(1, |limits| u64::from(limits.page));
    let spent = cx.ledger.spent_today(network)?;
    let under_way = Spent {
        requests: UNDER_WAY,
        accounts: UNDER_WAY.saturating_mul(accounts),
    };
    let Cost(most) = cx.settings.cost_per_day;
    // A small budget is not eaten up by what could be under way.
    let reserve = price.of(under_way).0.min(most / 2);
    let is_spent = price.of(spent).0.saturating_add(reserve) >= most;
    Ok(is_spent.then(|| midnight_after(cx.clock.now())))
}

fn midnight_after(now: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow = now.date_naive().checked_add_days(Days::new(1));
    let midnight = tomorrow.map(|day| day.and_time(NaiveTime::MIN).and_utc());
    midnight.unwrap_or(DateTime::<Utc>::MAX_UTC)
}
