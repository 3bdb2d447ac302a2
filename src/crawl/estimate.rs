//! How long it will take, from what is left to ask and the pace at which it may be asked.

use std::time::Duration;

use crate::context::Context;
use crate::model::{Crawl, Depth, StageName, Status};
use crate::sampling::{SETTLED, budget_at};

/// Whom a follower follows on average, where those who follow too many are passed over.
const USUAL_FOLLOWING: f64 = 520.0;

/// The part of followers whose lists can be read.
const USUALLY_READABLE: f64 = 0.8;

/// Followers that have to be read until a list is settled.
const USUALLY_SETTLED: f64 = 3_200.0;

/// So many followers' worth is what is usual, against what a crawl has seen itself.
const PRIOR: f64 = 30.0;

/// Followers that are read at the same time, about.
const MOST_AT_WORK: u64 = 16;

/// A larger sample needs so many times the profiles of the one before.
const MORE: f64 = 1.25;

/// The time until a crawl's result, its wait in the queue included. `None` while that is anybody's
/// guess.
pub fn expected(cx: &Context, crawl: &Crawl) -> Option<Duration> {
    let rate = cx.networks.get(&crawl.network)?.rate;
    let per_request = rate.window.as_secs_f64() / f64::from(rate.count.get());
    let own = requests_left(cx, crawl)?;
    let requests = match crawl.status {
        Status::Active => {
            // The budget is shared by weight; what a smaller crawl leaves over goes to the others.
            let active = cx.ledger.active_crawls().ok()?;
            let others = active
                .iter()
                .filter(|other| other.id != crawl.id && other.network == crawl.network);
            let weight = f64::from(crawl.priority.max(1));
            own + others
                .map(|other| shared(cx, other).min(own * f64::from(other.priority.max(1)) / weight))
                .sum::<f64>()
        }
        Status::Queued => {
            let (active, line) = (cx.ledger.active_crawls().ok()?, cx.ledger.line().ok()?);
            let ahead = line.iter().take_while(|other| other.id != crawl.id);
            let ahead = active.iter().chain(ahead);
            // As many at once as may be active: those end together, not one after the other.
            own + ahead
                .filter(|other| other.network == crawl.network)
                .map(|other| shared(cx, other))
                .sum::<f64>()
        }
        _ => return None,
    };
    Duration::try_from_secs_f64(requests * per_request).ok()
}

/// Requests until a crawl's result; `None` while its account is not known.
fn requests_left(cx: &Context, crawl: &Crawl) -> Option<f64> {
    let limits = cx.networks.get(&crawl.network)?.network.limits();
    let listed = crawl.followers.listed;
    let to_list = crawl
        .profile
        .as_ref()?
        .followers?
        .min(cx.settings.followers_cap)
        .max(listed);
    let page = match crawl.followers.pages {
        0 => f64::from(limits.page),
        pages => listed as f64 / f64::from(pages),
    };
    let listing = (to_list - listed) as f64 / page.max(1.0);
    let fetching = profiles_left(cx, crawl) / f64::from(limits.profiles_at_once.max(1));
    Some(match crawl.shown_stage() {
        StageName::Verify | StageName::Followers => {
            listing + lists_left(crawl, to_list) * each(crawl, limits.page) + fetching
        }
        StageName::Subscriptions => lists_left(crawl, listed) * each(crawl, limits.page) + fetching,
        StageName::Aggregate | StageName::Profiles => fetching,
        StageName::Confirm => crawl.to_confirm.saturating_sub(crawl.requests.confirm) as f64,
        StageName::Rank | StageName::Deliver => 0.0,
    })
}

/// Followers still to be tried, of so many that there are.
fn lists_left(crawl: &Crawl, followers: u64) -> f64 {
    let (read, tried) = (
        crawl.followers.read as f64,
        crawl.followers.settled() as f64,
    );
    let wanted = match (crawl.depth, &crawl.reached) {
        // The precision grows with the root of the sample.
        (Depth::Settled, Some(reached)) => {
            let times = (reached.precision / SETTLED).max(1.0).powi(2);
            reached.read as f64 * times
        }
        (Depth::Settled, None) => USUALLY_SETTLED,
        (depth, _) => depth
            .followers()
            .map_or(f64::INFINITY, |wanted| wanted as f64),
    };
    let readable = (read + PRIOR * USUALLY_READABLE) / (tried + PRIOR);
    let tries = (wanted - read).max(0.0) / readable;
    tries.min(followers as f64 - tried).max(0.0)
}

/// Requests for each follower who is tried: as this crawl has seen it, and as it usually is until it has
/// seen enough.
fn each(crawl: &Crawl, page: u32) -> f64 {
    let usual = USUAL_FOLLOWING / f64::from(page.max(1)) + 0.5;
    let saved = crawl.followers.saved as f64;
    let known = saved / usual;
    // Those being read have taken about half of what they take.
    let at_work = crawl.open.min(MOST_AT_WORK) as f64 / 2.0;
    let tried = (crawl.followers.settled() as f64 + at_work - known).max(0.0);
    (crawl.requests.subscriptions as f64 + PRIOR * usual) / (tried + PRIOR)
}

/// Profiles still to be fetched: those that the latest look has found wanting, and some more as counts go
/// on changing, within the budget. Before the first look the budget is all that is known.
fn profiles_left(cx: &Context, crawl: &Crawl) -> f64 {
    let fetched = f64::from(crawl.profiles_done) + f64::from(crawl.profiles_missing);
    let budget = budget_at(cx.settings.profile_budget, crawl.to_read(), true) as f64;
    let wanted = match &crawl.reached {
        Some(reached) => (reached.fetched as f64 * MORE) + reached.undecided as f64,
        None => budget,
    };
    (wanted.min(budget) - fetched).max(0.0)
}

fn shared(cx: &Context, crawl: &Crawl) -> f64 {
    requests_left(cx, crawl).unwrap_or(0.0)
}
