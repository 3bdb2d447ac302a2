//! What would cost more than one search may, even if it went no deeper than any: nobody is asked about that.

use crate::context::Context;
use crate::crawl::estimate::cost;
use crate::model::{Cost, Crawl, CrawlId, Depth, Status};
use crate::stores::StoreError;

/// Refuses a crawl that waits for somebody's word, if it is too dear.
pub(super) async fn refuse_over_limit(cx: &Context, id: CrawlId) -> Result<(), StoreError> {
    let crawl = cx.ledger.crawl(id)?;
    let asking = crawl.filter(|crawl| crawl.status == Status::Asking);
    let over_limit = asking.and_then(|crawl| cost_over_limit(cx, &crawl));
    if let Some(cost) = over_limit {
        let most = cx.settings.cost_per_analysis;
        cx.ledger.refuse_too_dear(id, cost, most).await?;
        cx.notifier.outgoing();
    }
    Ok(())
}

/// Refuses all that are: a crash may have come between, and settings may be others than they were.
pub(super) async fn refuse_all_over_limit(cx: &Context) -> Result<(), StoreError> {
    for crawl in cx.ledger.live_crawls()? {
        refuse_over_limit(cx, crawl.id).await?;
    }
    Ok(())
}

/// What a crawl costs in all that goes no deeper than any, if that is more than one may cost.
pub(super) fn cost_over_limit(cx: &Context, crawl: &Crawl) -> Option<Cost> {
    let price = cx.networks.get(&crawl.network)?.price?;
    let to_come = cost(cx, crawl, Depth::Quick)?;
    let in_all = Cost(price.of(crawl.spent()).0.saturating_add(to_come.0));
    (in_all > cx.settings.cost_per_analysis).then_some(in_all)
}
