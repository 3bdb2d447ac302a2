//! The chat side, and the only home of teloxide.
//!
//! The path of a message: `telegram::poller` asks Telegram for updates and stores what `telegram::updates` reads of
//! them, without the keys that `telegram::redaction` finds, before it confirms them. `inbox` passes each stored update
//! through `schema` to one of the `features`, and has what that changes committed together with the update's removal.
//! `outbox` sends the messages queued there and keeps progress messages up to date. So no update is lost or handled
//! twice, wherever the process stops, and nothing is sent before it is durable.

mod addressed_text;
mod admin_presses;
mod allow_list;
mod asking;
mod chat_locale;
mod commands;
mod contact;
mod content;
mod deep_links;
mod emergency;
mod features;
mod flood;
mod inbox;
mod introduction;
mod list;
mod names;
mod notifier;
mod outbox;
mod paging;
mod parsing;
mod plain_text;
mod pressed_message;
mod presses;
mod progress;
mod renderer;
mod reply;
mod resubmit;
mod results;
mod schema;
mod sender;
mod set_kind;
mod telegram;
mod view;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use teloxide::Bot;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::bot::telegram::{connection, poller};
use crate::context::Context;
use crate::stores::StoreError;

pub use emergency::alert_operators;
pub use notifier::{Notifications, notifier};
pub use reply::Handled;
pub use schema::schema;

/// The operator's settings for the bot.
#[derive(Clone)]
pub struct BotSettings {
    pub token: String,
    /// Another server than Telegram's own.
    pub api_url: Option<String>,
    /// How often a progress message is edited at most; `None` for the default, which depends on the chat.
    pub edit_every: Option<Duration>,
    /// Telegram IDs of people whose searches get a larger share.
    pub priority_people: BTreeSet<u64>,
    /// That share; others have 1.
    pub raised_priority: u32,
    /// Searches that others may start in a day; `None` for no limit.
    pub per_day: Option<u32>,
    /// Telegram IDs of people and groups that may use the bot; if empty, everybody may.
    pub allowed: BTreeSet<i64>,
}

#[derive(Debug, thiserror::Error)]
pub enum BotError {
    #[error(
        "Telegram refuses the token in TELOXIDE_TOKEN; write the one that @BotFather gave you, for example TELOXIDE_TOKEN=123456789:AAF-abcdefghijklmnopqrstuvwxyz"
    )]
    InvalidToken,
    #[error(
        "TELEGRAM_API_URL: Telegram can't be reached there ({0}); for example TELEGRAM_API_URL=https://api.telegram.org"
    )]
    Unreachable(String),
    #[error("the address of the Bot API is not a URL: {0:?}")]
    Url(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a part of the bot has stopped unexpectedly")]
    Died,
}

/// Runs the bot until it is asked to stop. A message that is being sent then has as much time to arrive as the engine
/// has for its work; nothing else is waited for.
pub async fn run(
    cx: Context,
    settings: BotSettings,
    notifications: Notifications,
    stop: CancellationToken,
) -> Result<(), BotError> {
    let bot = open(&settings)?;
    let Some(me) = connection::connect(&cx, &bot, &stop).await? else {
        return Ok(());
    };
    let settings = Arc::new(settings);
    allow_list::end_unlisted_watches(&cx, &settings).await?;
    let arrived = Arc::new(Notify::new());
    let mut parts: JoinSet<Result<(), BotError>> = JoinSet::new();
    let introduction = introduction::introduce(cx.clone(), bot.clone());
    parts.spawn(until(stop.clone(), introduction));
    let polling = poller::run(cx.clone(), bot.clone(), arrived.clone());
    parts.spawn(until(stop.clone(), polling));
    let name = me.username().to_owned();
    parts.spawn(inbox::run(
        cx.clone(),
        me,
        settings.clone(),
        arrived,
        stop.clone(),
    ));
    parts.spawn(outbox::run(
        cx,
        bot,
        name,
        settings.edit_every,
        notifications,
        stop,
    ));
    while let Some(ended) = parts.join_next().await {
        ended.map_err(|_| BotError::Died)??;
    }
    Ok(())
}

/// Runs a part that may be dropped at any moment, until the process is asked to stop.
async fn until(
    stop: CancellationToken,
    part: impl Future<Output = Result<(), BotError>>,
) -> Result<(), BotError> {
    stop.run_until_cancelled(part).await.unwrap_or(Ok(()))
}

/// Returns the bot's username; asks Telegram once.
pub async fn name(settings: &BotSettings) -> Result<String, BotError> {
    connection::name(&open(settings)?).await
}

fn open(settings: &BotSettings) -> Result<Bot, BotError> {
    let bot = Bot::new(&settings.token);
    match &settings.api_url {
        Some(address) => {
            let url = url::Url::parse(address).map_err(|_| BotError::Url(address.clone()))?;
            Ok(bot.set_api_url(url))
        }
        None => Ok(bot),
    }
}

impl fmt::Debug for BotSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BotSettings")
            .field("api_url", &self.api_url)
            .field("edit_every", &self.edit_every)
            .field("raised_priority", &self.raised_priority)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_never_printed() {
        let settings = BotSettings {
            token: "123:secret".to_owned(),
            api_url: None,
            edit_every: None,
            priority_people: BTreeSet::new(),
            raised_priority: 5,
            per_day: None,
            allowed: BTreeSet::new(),
        };
        assert!(!format!("{settings:?}").contains("secret"));
    }
}
