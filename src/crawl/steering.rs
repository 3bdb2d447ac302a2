//! Does what the operators want, and what the disk asks for: while the bot is paused or out of room, no request leaves.

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::model::Mode;
use crate::stores::StoreError;

/// Holds all networks, or lets go of them.
pub fn obey(cx: &Context) -> Result<(), StoreError> {
    let mode = cx.ledger.steering()?.mode;
    cx.networks
        .hold(mode == Mode::Paused || cx.is_out_of_room());
    Ok(())
}

/// Has the bubbles say whether they wait.
pub(super) fn show(cx: &Context) -> Result<(), StoreError> {
    for crawl in cx.ledger.live_crawls()? {
        cx.notifier.progress(crawl.id);
    }
    Ok(())
}

/// Follows the operators until it is stopped or the database fails.
pub(super) async fn follow(cx: Context, stop: CancellationToken) -> Result<(), StoreError> {
    loop {
        obey(&cx)?;
        show(&cx)?;
        tokio::select! {
            () = cx.ledger.steered() => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}
