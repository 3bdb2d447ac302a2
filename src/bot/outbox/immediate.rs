//! Answers to presses and inline queries: each is sent independently, since nothing else in the chat waits for it.

use std::sync::Arc;
use std::time::Duration;

use crate::bot::admin_presses;
use crate::bot::features::cancel::admin_check;
use crate::bot::features::inline::articles;
use crate::bot::outbox::Outbox;
use crate::bot::telegram::api_call;
use crate::bot::telegram::error::TelegramError;
use crate::locales;
use crate::model::{Outgoing, OutgoingId, Say};
use crate::stores::StoreError;

/// Answers in flight at once.
pub(super) const MAX_CONCURRENT: usize = 20;

/// Attempts for one answer.
const ATTEMPTS: u32 = 3;

/// Pause after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// People don't wait longer, and Telegram forgets the press.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Whether something is sent independently of its chat's queue.
pub(super) fn is_immediate(say: &Say) -> bool {
    matches!(
        say,
        Say::Answer { .. } | Say::Offer(_) | Say::AsAdmin(_) | Say::Overrule { .. }
    )
}

pub(super) async fn run(
    outbox: Arc<Outbox>,
    id: OutgoingId,
    outgoing: Outgoing,
) -> Result<(), StoreError> {
    let cx = &outbox.cx;
    let answered = match &outgoing.say {
        Say::Answer { callback, text } => {
            cx.ledger.settle().await?;
            let call = || api_call::answer_callback(&outbox.bot, callback, text.as_deref());
            with_retries(&outbox, id, call).await
        }
        Say::Offer(offer) => {
            let locale = locales::called(&offer.language).unwrap_or_else(locales::default);
            let offered = articles::articles(cx, &outbox.name, locale, offer)?;
            cx.ledger.settle().await?;
            let call = || articles::send(&outbox.bot, offer, offered.clone());
            with_retries(&outbox, id, call).await
        }
        Say::AsAdmin(press) => {
            cx.ledger.settle().await?;
            let call = || admin_check::is_admin(&outbox.bot, outgoing.chat, press.person);
            let Some(is_admin) = with_retries(&outbox, id, call).await else {
                return Ok(());
            };
            let name = &outbox.name;
            return admin_presses::carry_out(cx, name, id, &outgoing, press, is_admin).await;
        }
        Say::Overrule {
            analyses,
            person,
            asked,
        } => {
            cx.ledger.settle().await?;
            let call = || admin_check::is_admin(&outbox.bot, outgoing.chat, *person);
            let Some(is_admin) = with_retries(&outbox, id, call).await else {
                return Ok(());
            };
            let what = (&analyses[..], asked);
            return admin_check::carry_out(cx, id, outgoing.chat, what, is_admin).await;
        }
        _ => Some(Ok(())),
    };
    match answered {
        // A rejected one is usually too old, and nobody waits any more.
        Some(_) => cx.ledger.sent(id, None).await,
        // The next start sends it.
        None => Ok(()),
    }
}

/// Makes a call, with a few retries; `None` if the process is asked to stop.
async fn with_retries<T, F>(
    outbox: &Outbox,
    id: OutgoingId,
    call: impl Fn() -> F,
) -> Option<Result<T, TelegramError>>
where
    F: Future<Output = Result<T, TelegramError>>,
{
    let mut attempts = 1;
    loop {
        let answered = attempt(outbox, id, call()).await;
        let pause = match &answered {
            Err(TelegramError::Later(_) | TelegramError::Unreachable) => PAUSE,
            Err(TelegramError::Wait(wait)) if *wait <= LONGEST_WAIT => *wait,
            _ => return Some(answered),
        };
        if attempts == ATTEMPTS {
            return Some(answered);
        }
        attempts += 1;
        tokio::select! {
            () = outbox.cx.clock.sleep(pause) => {}
            () = outbox.stop.cancelled() => return None,
        }
    }
}

async fn attempt<T>(
    outbox: &Outbox,
    id: OutgoingId,
    call: impl Future<Output = Result<T, TelegramError>>,
) -> Result<T, TelegramError> {
    let _room = outbox.answers.acquire().await;
    tracing::trace!(outgoing = id.0, "handing a call to Telegram");
    call.await
}
