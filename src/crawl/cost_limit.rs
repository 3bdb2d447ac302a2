//! Refuses crawls that would cost more than one search may, even at the smallest depth: nobody is asked to pay for
//! them.

use crate::context::Context;
use crate::crawl::estimate::cost;
use crate::model::{Cost, Crawl, CrawlId, Depth, Status};
use crate::stores::StoreError;

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
