//! How long it will take, from what is left to ask and the pace at which it may be asked.

use std::time::Duration;

use crate::context::Context;
use crate::model::{Crawl, StageName, Status};

/// Pages of a follower's list before this crawl has seen enough of its own: a median of 450 followings
/// with a long tail, in pages of 100.
const USUAL_PAGES: f64 = 6.7;

/// Followers after which a crawl's own average is better than the usual one.
const ENOUGH_SEEN: u64 = 20;

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

    let settled = crawl.followers.settled();
    let each = match settled >= ENOUGH_SEEN && crawl.requests.subscriptions > 0 {
        true => crawl.requests.subscriptions as f64 / settled as f64,
        false => USUAL_PAGES,
    };
    let to_read = if crawl.stage <= StageName::Followers {
        to_list
    } else {
        listed
    };
    let reading = to_read.saturating_sub(settled) as f64 * each;

    let candidates = if crawl.candidates > 0 {
        u64::from(crawl.candidates)
    } else {
        cx.settings.candidates as u64
    };
    let fetched = u64::from(crawl.profiles_done) + u64::from(crawl.profiles_missing);
    let fetching =
        candidates.saturating_sub(fetched) as f64 / f64::from(limits.profiles_at_once.max(1));

    Some(match crawl.stage {
        StageName::Verify | StageName::Followers => listing + reading + fetching,
        StageName::Subscriptions => reading + fetching,
        StageName::Aggregate | StageName::Profiles => fetching,
        StageName::Rank | StageName::Deliver => 0.0,
    })
}

fn shared(cx: &Context, crawl: &Crawl) -> f64 {
    requests_left(cx, crawl).unwrap_or(0.0)
}
