//! The alarm that goes out without the outbox, since the database can't be written any more.

use std::time::Duration;

use teloxide::prelude::*;
use tokio::time::timeout;

use crate::bot::telegram::error::TelegramError;
use crate::bot::{BotSettings, open};
use crate::context::Context;
use crate::locales;

/// Time limit for one call: the process is about to end.
const WITHIN: Duration = Duration::from_secs(5);

/// Tries to tell each operator that the database has failed.
pub async fn alert_operators(cx: &Context, settings: &BotSettings) {
    let Ok(bot) = open(settings) else {
        return;
    };
    for chat in &cx.settings.operators {
        let preferences = cx.ledger.preferences(*chat).unwrap_or_default();
        let locale = locales::of(&preferences);
        let call = bot.send_message(ChatId(chat.0), locale.alarm_database());
        match timeout(WITHIN, call.send()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = ?TelegramError::of(&error), "an operator could not be told");
            }
            Err(_) => tracing::warn!("an operator could not be told in time"),
        }
    }
}
