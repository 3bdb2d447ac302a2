//! The answer to a pressed button: each on its own, since whoever pressed waits for it, and nothing else
//! in the chat does.

use std::sync::Arc;
use std::time::Duration;

use crate::bot::postman::{Post, letter};
use crate::bot::verdict::Verdict;
use crate::model::OutgoingId;
use crate::stores::StoreError;

/// Answers that are under way at once.
pub(super) const AT_ONCE: usize = 20;

/// How often one is tried.
const ATTEMPTS: u32 = 3;

/// The pause after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Whoever pressed does not wait longer, and Telegram forgets the press.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn run(
    post: Arc<Post>,
    id: OutgoingId,
    callback: String,
    text: Option<String>,
) -> Result<(), StoreError> {
    post.cx.ledger.settle().await?;
    for _ in 0..ATTEMPTS {
        let Some(pause) = attempt(&post, id, &callback, text.as_deref()).await else {
            break;
        };
        tokio::select! {
            () = post.cx.clock.sleep(pause) => {}
            // The next start answers.
            () = post.stop.cancelled() => return Ok(()),
        }
    }
    post.cx.ledger.sent(id, None).await
}

/// Answers once; yields how long to wait before the next time, if there should be one.
async fn attempt(
    post: &Post,
    id: OutgoingId,
    callback: &str,
    text: Option<&str>,
) -> Option<Duration> {
    let _room = post.answers.acquire().await;
    tracing::trace!(outgoing = id.0, "handing a call to Telegram");
    let verdict = letter::answer(&post.bot, callback, text).await.err()?;
    match verdict {
        Verdict::Later(_) | Verdict::Unreachable => Some(PAUSE),
        Verdict::Wait(wait) => Some(wait).filter(|wait| *wait <= PATIENCE),
        // Most often the query is too old, and nobody waits any more.
        _ => None,
    }
}
