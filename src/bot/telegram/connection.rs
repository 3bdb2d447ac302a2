//! Connecting to Telegram.

use std::time::Duration;

use teloxide::prelude::*;
use teloxide::types::Me;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::bot::BotError;
use crate::bot::telegram::backoff::Backoff;
use crate::bot::telegram::error::TelegramError;
use crate::context::Context;

/// Time limit for each of these calls. Teloxide waits ten seconds by itself when a server fails.
const WITHIN: Duration = Duration::from_secs(20);

/// Asks for the bot's own account until there is an answer; `None` if the process is asked to stop first.
pub(crate) async fn connect(
    cx: &Context,
    bot: &Bot,
    stop: &CancellationToken,
) -> Result<Option<Me>, BotError> {
    let mut backoff = Backoff::default();
    loop {
        let answered = tokio::select! {
            answered = timeout(WITHIN, bot.get_me().send()) => answered,
            () = stop.cancelled() => return Ok(None),
        };
        let error = match answered {
            Ok(Ok(me)) => {
                tracing::info!(bot = me.username(), "connected to Telegram");
                if !me.supports_inline_queries {
                    tracing::info!(
                        "results can't be passed on in other chats: send /setinline to @BotFather to allow it"
                    );
                }
                return Ok(Some(me));
            }
            Ok(Err(error)) => TelegramError::of(&error),
            Err(_) => TelegramError::Later("timeout"),
        };
        let mut pause = backoff.next();
        match error {
            TelegramError::InvalidToken => return Err(BotError::InvalidToken),
            TelegramError::Wait(wait) => pause = wait,
            _ => {}
        }
        tracing::warn!(
            ?error,
            pause_s = pause.as_secs_f32(),
            "Telegram can't be reached; trying again"
        );
        tokio::select! {
            () = cx.clock.sleep(pause) => {}
            () = stop.cancelled() => return Ok(None),
        }
    }
}

/// Returns the bot's username; asks once.
pub(crate) async fn name(bot: &Bot) -> Result<String, BotError> {
    match timeout(WITHIN, bot.get_me().send()).await {
        Ok(Ok(me)) => Ok(me.username().to_owned()),
        Ok(Err(error)) => match TelegramError::of(&error) {
            TelegramError::InvalidToken => Err(BotError::InvalidToken),
            error => Err(BotError::Unreachable(format!("{error:?}"))),
        },
        Err(_) => Err(BotError::Unreachable("no answer in time".into())),
    }
}

/// Makes Telegram keep updates for polling.
pub(crate) async fn delete_webhook(bot: &Bot) {
    attempt("polling", bot.delete_webhook().send()).await;
}

/// Makes a call that the bot can do without; only logs if it fails.
pub(crate) async fn attempt<T>(
    what: &str,
    call: impl IntoFuture<Output = Result<T, teloxide::RequestError>>,
) {
    match timeout(WITHIN, call).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            tracing::warn!(what, error = ?TelegramError::of(&error), "could not be set up");
        }
        Err(_) => tracing::warn!(what, "could not be set up in time"),
    }
}
