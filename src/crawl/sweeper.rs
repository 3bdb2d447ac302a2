//! The safety net under everything event-driven: runs periodically and repairs what was missed.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::crawl::cost_limit;
use crate::ledger::Erasure;
use crate::model::{Failing, NetworkName};
use crate::stores::StoreError;

/// Finding old lists means reading the row of every list, so it is done no more often than this.
const AGE_EVERY: Duration = Duration::from_secs(3_600);

/// Erasing from disk rewrites all rows while nothing else is written.
const FORGET_EVERY: Duration = Duration::from_secs(24 * 3_600);

/// Sweeps until stopped, or until the database fails.
pub(super) async fn sweep(cx: Context, stop: CancellationToken) -> Result<(), StoreError> {
    let mut aged_at = None;
    // Not at the start: if it crashes the process, that must not repeat in a loop.
    let mut forget_at = cx.clock.elapsed() + AGE_EVERY;
    loop {
        round(&cx).await?;
        let now = cx.clock.elapsed();
        if aged_at.is_none_or(|aged_at| now.saturating_sub(aged_at) >= AGE_EVERY) {
            if cx.ledger.repair().await? > 0 {
                cx.ledger.start_waiting().await?;
            }
            cx.ledger.drop_aged().await?;
            if now >= forget_at && forget(&cx, stop.clone()).await? {
                forget_at = now + FORGET_EVERY;
            }
            aged_at = Some(now);
        }
        tokio::select! {
            () = cx.clock.sleep(cx.settings.sweep_every) => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}

/// Erases deleted data from the disk, and returns whether there was any. Operators are told once if it fails, and once
/// when it works again.
async fn forget(cx: &Context, stop: CancellationToken) -> Result<bool, StoreError> {
    let go_on = move || !stop.is_cancelled();
    let is_over = match cx.ledger.erase_on_disk(go_on).await? {
        Erasure::Clean => return Ok(false),
        Erasure::Postponed => return Ok(true),
        Erasure::Erased => {
            tracing::info!("the disk holds nothing any more of what was erased");
            true
        }
        Erasure::Failed => false,
    };
    let operators = cx.settings.operators.clone();
    cx.ledger
        .warn(Failing::Forgetting, is_over, operators)
        .await?;
    Ok(true)
}

async fn round(cx: &Context) -> Result<(), StoreError> {
    let returned = cx.ledger.return_leases().await?;
    if returned > 0 {
        tracing::warn!(
            tasks = returned,
            "took tasks back from workers that were not heard of"
        );
    }
    cx.ledger.start_waiting().await?;
    for (crawl, stage) in cx.ledger.force_overdue(cx.settings.deadlines).await? {
        tracing::warn!(crawl = crawl.0, %stage, "nothing was completed for too long; going on with what there is");
        cx.notifier.progress(crawl);
    }
    let charges = |network: &NetworkName| cx.networks.charges(network);
    cx.ledger.begin_watched(charges).await?;
    cost_limit::refuse_all_over_limit(cx).await?;
    cx.ledger.remove_leftovers().await?;
    Ok(())
}
