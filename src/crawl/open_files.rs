//! Tells the operators when the process can open no more files or connections, and when it has been able to for a
//! while: once each, also across restarts.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::machine;
use crate::model::Failing;
use crate::stores::StoreError;

/// How often it is checked.
const CHECK_EVERY: Duration = Duration::from_secs(10);

/// Close to the limit, opening still works now and then.
const WORKS_AFTER: Duration = Duration::from_secs(600);

/// Checks until stopped, or until the database fails.
pub(super) async fn watch(cx: Context, stop: CancellationToken) -> Result<(), StoreError> {
    let mut failed_at = None;
    let mut told = None;
    loop {
        let now = cx.clock.elapsed();
        if !machine::may_open_files() {
            failed_at = Some(now);
        }
        let is_over = failed_at.is_none_or(|at| now.saturating_sub(at) >= WORKS_AFTER);
        let is_news = failed_at == Some(now) || is_over;
        if is_news && told.replace(is_over) != Some(is_over) {
            warn(&cx, is_over).await?;
        }
        tokio::select! {
            () = cx.clock.sleep(CHECK_EVERY) => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}

async fn warn(cx: &Context, is_over: bool) -> Result<(), StoreError> {
    if !is_over {
        tracing::error!(
            "no more files or connections may be opened, so searches come to a halt; raise the limit (ulimit -n)"
        );
    }
    let operators = cx.settings.operators.clone();
    cx.ledger.warn(Failing::Files, is_over, operators).await?;
    Ok(())
}
