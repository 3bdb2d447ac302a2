//! Asks Telegram for updates and has each batch stored before the next call confirms it.
//!
//! Updates are stored word for word, so that nothing is lost in what a crate makes of them.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use teloxide::Bot;
use teloxide::requests::{JsonRequest, Payload, Request};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::bot::backoff::Backoff;
use crate::bot::verdict::Verdict;
use crate::bot::{BotError, start};
use crate::context::Context;

/// How long Telegram holds a poll that has nothing to tell; the client gives up after 17 s.
const HELD_SECONDS: u32 = 10;

/// How long a poll may take in all. Teloxide waits ten seconds by itself when a server fails.
const WITHIN: Duration = Duration::from_secs(30);

/// The kinds of updates that anything is done with.
const WANTED: [&str; 2] = ["message", "callback_query"];

/// getUpdates with the answer as it came.
#[derive(Clone, Debug, Serialize)]
struct Poll {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    timeout: u32,
    allowed_updates: [&'static str; 2],
}

impl Payload for Poll {
    type Output = Vec<Value>;

    const NAME: &'static str = "GetUpdates";
}

/// Polls until it is dropped; what was received by then and not stored is received again.
pub(super) async fn run(cx: Context, bot: Bot, arrived: Arc<Notify>) -> Result<(), BotError> {
    let mut backoff = Backoff::default();
    start::delete_webhook(&bot).await;
    loop {
        let last = cx.ledger.last_update()?;
        let poll = Poll {
            offset: (last > 0).then_some(last + 1),
            timeout: HELD_SECONDS,
            allowed_updates: WANTED,
        };
        let poll = JsonRequest::new(bot.clone(), poll);
        let verdict = match timeout(WITHIN, poll.send()).await {
            Ok(Ok(updates)) => {
                backoff.reset();
                if !updates.is_empty() {
                    let count = updates.len();
                    cx.ledger.receive(numbered(updates)).await?;
                    tracing::debug!(count, "updates are stored");
                    arrived.notify_one();
                }
                continue;
            }
            Ok(Err(error)) => Verdict::of(&error),
            Err(_) => Verdict::Later("timeout"),
        };
        let mut pause = backoff.next();
        match &verdict {
            Verdict::InvalidToken => return Err(BotError::InvalidToken),
            Verdict::Conflict => {
                tracing::error!(
                    pause_s = pause.as_secs_f32(),
                    "another process polls with the same token; stop one of them"
                );
                start::delete_webhook(&bot).await;
            }
            Verdict::Wait(wait) => pause = *wait,
            _ => tracing::warn!(
                ?verdict,
                failures = backoff.failures(),
                pause_s = pause.as_secs_f32(),
                "no updates from Telegram; trying again"
            ),
        }
        tokio::time::sleep(pause).await;
    }
}

/// Updates with their numbers; one without a number can't be confirmed and is left out.
fn numbered(updates: Vec<Value>) -> Vec<(u64, Value)> {
    updates
        .into_iter()
        .filter_map(|update| Some((update.get("update_id")?.as_u64()?, update)))
        .collect()
}
