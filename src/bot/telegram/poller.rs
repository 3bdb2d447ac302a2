//! Polls Telegram for updates and stores each batch before the next call confirms it.
//!
//! Only what is read of an update is stored (see [`StoredUpdate`]), with every key in it redacted.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide::requests::{JsonRequest, Payload, Request};
use teloxide::{Bot, RequestError};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::bot::BotError;
use crate::bot::telegram::backoff::Backoff;
use crate::bot::telegram::error::TelegramError;
use crate::bot::telegram::updates::StoredUpdate;
use crate::bot::telegram::{connection, redaction};
use crate::context::Context;
use crate::model::Asked;

/// How long Telegram holds an empty poll; the client gives up after 17 s.
const HELD_SECONDS: u32 = 10;

/// Time limit for a whole poll. Teloxide waits ten seconds by itself when a server fails.
const WITHIN: Duration = Duration::from_secs(30);

/// The kinds of updates that are handled.
const WANTED: [&str; 3] = ["message", "callback_query", "inline_query"];

/// getUpdates with the raw answer.
#[derive(Clone, Debug, Serialize)]
struct Poll {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u8>,
    timeout: u32,
    allowed_updates: [&'static str; 3],
}

impl Payload for Poll {
    type Output = Vec<Value>;

    const NAME: &'static str = "GetUpdates";
}

/// Polls until it is dropped; what was received by then and not stored is received again.
pub(crate) async fn run(cx: Context, bot: Bot, arrived: Arc<Notify>) -> Result<(), BotError> {
    let mut backoff = Backoff::default();
    let mut one_by_one = false;
    connection::delete_webhook(&bot).await;
    loop {
        let last = cx.ledger.last_update()?;
        let poll = Poll {
            offset: (last > 0).then_some(last + 1),
            limit: one_by_one.then_some(1),
            timeout: HELD_SECONDS,
            allowed_updates: WANTED,
        };
        let poll = JsonRequest::new(bot.clone(), poll);
        let error = match timeout(WITHIN, poll.send()).await {
            Ok(Ok(updates)) => {
                let (came, numbered) = (updates.len(), numbered(updates));
                one_by_one &= came > 0;
                if came == 0 || !numbered.is_empty() {
                    backoff.reset();
                    if came > 0 {
                        let count = numbered.len();
                        cx.ledger.receive(to_store(&cx, numbered)).await?;
                        tracing::debug!(count, "updates are stored");
                        arrived.notify_one();
                    }
                    continue;
                }
                // What can't be confirmed would come again at once.
                TelegramError::Later("updates without numbers")
            }
            // One unreadable update hides the others: on its own, it is skipped by its number.
            Ok(Err(RequestError::InvalidJson { raw, .. })) if one_by_one => match number(&raw) {
                Some(number) => {
                    one_by_one = false;
                    cx.ledger.receive(vec![(number, Value::Null)]).await?;
                    arrived.notify_one();
                    continue;
                }
                None => TelegramError::Later("not an answer of the Bot API"),
            },
            Ok(Err(RequestError::InvalidJson { .. })) => {
                one_by_one = true;
                continue;
            }
            Ok(Err(error)) => TelegramError::of(&error),
            Err(_) => TelegramError::Later("timeout"),
        };
        let mut pause = backoff.next();
        match &error {
            TelegramError::InvalidToken => return Err(BotError::InvalidToken),
            TelegramError::Conflict => {
                tracing::error!(
                    pause_s = pause.as_secs_f32(),
                    "another process polls with the same token; stop one of them"
                );
                connection::delete_webhook(&bot).await;
            }
            TelegramError::Wait(wait) => {
                pause = *wait;
                tracing::warn!(wait_s = pause.as_secs_f32(), "Telegram wants fewer polls");
            }
            _ => tracing::warn!(
                ?error,
                failures = backoff.failures(),
                pause_s = pause.as_secs_f32(),
                "no updates from Telegram; trying again"
            ),
        }
        cx.clock.sleep(pause).await;
    }
}

/// Returns what is stored of updates; nothing of one that can't be read, or in which a key can't be redacted.
fn to_store(cx: &Context, updates: Vec<(u64, Value)>) -> Vec<(u64, Value)> {
    let seal = cx.keyring.seal();
    let keep = |(number, update)| {
        let incoming = StoredUpdate::read(&update).and_then(|mut incoming| {
            complete_key(cx, &mut incoming);
            let redacted = redaction::redact(seal, &mut incoming);
            let redacted =
                redacted.inspect_err(|error| tracing::error!(%error, "an update is not stored"));
            redacted.ok().map(|()| incoming)
        });
        let kept = incoming.and_then(|incoming| serde_json::to_value(incoming).ok());
        (number, kept.unwrap_or_default())
    };
    updates.into_iter().map(keep).collect()
}

/// Makes a message `/key` if it answers that command: nothing else may be sealed.
fn complete_key(cx: &Context, incoming: &mut StoredUpdate) {
    let Some((person, chat)) = incoming.privately_from() else {
        return;
    };
    if let Ok(Some(Asked::Key(network))) = cx.ledger.asked(person, chat)
        && let Some(text) = incoming.text_mut()
    {
        redaction::complete(text, network.as_ref());
    }
}

/// Returns updates with their numbers, which are 32 bits; one without such a number can't be confirmed and is left out.
fn numbered(updates: Vec<Value>) -> Vec<(u64, Value)> {
    let number = |update: &Value| u32::try_from(update.get("update_id")?.as_u64()?).ok();
    updates
        .into_iter()
        .filter_map(|update| Some((number(&update)?.into(), update)))
        .collect()
}

/// Returns the number of the only update in an answer, ignoring everything else.
fn number(answer: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct UpdateBatch {
        result: [Numbered; 1],
    }
    #[derive(Deserialize)]
    struct Numbered {
        update_id: u32,
    }
    let UpdateBatch { result: [update] } = serde_json::from_str(answer).ok()?;
    Some(update.update_id.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_update_alone_is_passed_over_by_a_number_that_telegram_can_give() {
        let answer = |updates: &str| number(&format!(r#"{{"ok":true,"result":[{updates}]}}"#));
        let unreadable = r#"{"update_id":4294967295,"message":{"date":1e999}}"#;
        assert_eq!(answer(unreadable), Some(4_294_967_295));
        for none in [
            r#"{"update_id":4294967296}"#,
            r#"{"update_id":-1}"#,
            r#"{"message":{}}"#,
            r#"{"update_id":7},{"update_id":8}"#,
            "",
        ] {
            assert_eq!(answer(none), None, "{none}");
        }
    }
}
