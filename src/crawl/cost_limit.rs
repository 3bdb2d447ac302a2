//! Refuses crawls that would cost more than one search may, even at the smallest depth: nobody is asked to pay for
//! them.

use crate::context::Context;
use crate::crawl::estimate::cost;
use crate::crawl::remaining_work::least_work;
use crate::model::{Cost, Crawl, CrawlId, Depth, Status};
use crate::networks::Entry;
use crate::stores::StoreError;

/// Followers of an account that is hardly worth a search.
pub const FEW_FOLLOWERS: u32 = 100;

/// Returns what a search costs if the account has only [`FEW_FOLLOWERS`], if even that is over the limit: then the
/// network is of no use to nearly anybody.
pub fn refuses_nearly_all(entry: &Entry, most: Cost) -> Option<Cost> {
    let least = least_work(FEW_FOLLOWERS, &entry.network.limits());
    let cost = entry.price?.of(least);
    (cost > most).then_some(cost)
}

/// Refuses a crawl that is waiting for consent, if it is over the limit.
pub(super) async fn refuse_over_limit(cx: &Context, id: CrawlId) -> Result<(), StoreError> {
    let crawl = cx.ledger.crawl(id)?;
    let asking = crawl.filter(|crawl| crawl.status == Status::Asking);
    let over_limit = asking.and_then(|crawl| cost_over_limit(cx, &crawl));
    if let Some(cost) = over_limit {
        let most = cx.settings.cost_per_analysis;
        cx.ledger.refuse_too_dear(id, cost, most).await?;
    }
    Ok(())
}

/// Checks all live crawls: a crash may have come in between, or the settings may have changed.
pub(super) async fn refuse_all_over_limit(cx: &Context) -> Result<(), StoreError> {
    for crawl in cx.ledger.live_crawls()? {
        refuse_over_limit(cx, crawl.id).await?;
    }
    Ok(())
}

/// Returns what a crawl costs in total at the smallest depth, if that is over the limit.
pub(super) fn cost_over_limit(cx: &Context, crawl: &Crawl) -> Option<Cost> {
    let price = cx.networks.get(&crawl.network)?.price?;
    let to_come = cost(cx, crawl, Depth::Quick)?;
    let in_all = Cost(price.of(crawl.spent()).0.saturating_add(to_come.0));
    (in_all > cx.settings.cost_per_analysis).then_some(in_all)
}
