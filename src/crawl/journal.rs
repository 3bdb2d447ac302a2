//! One line of the log for each search that is over. It names no account and nobody.

use crate::context::Context;
use crate::model::{CrawlId, Status};
use crate::stores::StoreError;

pub(super) fn note_end(cx: &Context, id: CrawlId) -> Result<(), StoreError> {
    let Some(crawl) = cx.ledger.crawl(id)? else {
        return Ok(());
    };
    let asked = crawl.asked();
    let ended_at = crawl.ended_at.unwrap_or(crawl.progress_at);
    let seconds = (ended_at - crawl.since).num_seconds();
    let price = cx.networks.get(&crawl.network).and_then(|it| it.price);
    let dollars = price.map(|price| price.of(crawl.spent()).to_string());
    let dollars = dollars.as_deref().unwrap_or("0");
    match &crawl.status {
        Status::Finished => tracing::info!(
            crawl = id.0,
            network = %crawl.network,
            followers = crawl.followers_total(),
            read = crawl.followers.read,
            requests = asked.requests,
            seconds,
            dollars,
            "a search is finished"
        ),
        Status::Refused(why) => tracing::info!(
            crawl = id.0,
            network = %crawl.network,
            ?why,
            requests = asked.requests,
            seconds,
            dollars,
            "a search ended without a result"
        ),
        _ => {}
    }
    Ok(())
}
