//! Applies the mode that operators set, and the lack of disk space: while the bot is paused or out of room, no request
//! is sent.

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::model::Mode;
use crate::stores::StoreError;

/// Holds the requests to all networks, or releases them.
pub fn hold_or_release(cx: &Context) -> Result<(), StoreError> {
    let mode = cx.ledger.mode()?.mode;
    cx.networks
        .hold(mode == Mode::Paused || cx.is_out_of_room());
    Ok(())
}

/// Updates the bubbles, which say whether searches are paused.
pub(super) fn update_bubbles(cx: &Context) -> Result<(), StoreError> {
    for crawl in cx.ledger.live_crawls()? {
        cx.notifier.progress(crawl.id);
    }
    Ok(())
}

/// Follows the mode until stopped, or until the database fails.
pub(super) async fn follow(cx: Context, stop: CancellationToken) -> Result<(), StoreError> {
    loop {
        hold_or_release(&cx)?;
        update_bubbles(&cx)?;
        tokio::select! {
            () = cx.ledger.mode_changed() => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}
