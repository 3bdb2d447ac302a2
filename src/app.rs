//! The whole application: opens the database, starts the bot and the engine, and shuts them down.

mod database_alarm;
mod start_line;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::bot::{self, BotError, BotSettings};
use crate::clock::Clock;
use crate::config::Config;
use crate::context::Context;
use crate::crawl::{self, Engine};
use crate::in_flight::InFlight;
use crate::incidents::Incidents;
use crate::keyring::Keyring;
use crate::ledger::Ledger;
use crate::{metrics, networks, stores};

use database_alarm::DatabaseAlarm;

/// How often the process shows that it is alive and can write.
const ALIVE_EVERY: Duration = Duration::from_secs(30);

/// A running bot.
pub struct App {
    cx: Context,
    stop: CancellationToken,
    engine: Engine,
    bot: JoinHandle<Result<(), BotError>>,
    metrics: Option<SocketAddr>,
    /// `None` if the database is not on disk.
    database_alarm: Option<DatabaseAlarm>,
}

impl App {
    pub async fn start(config: &Config, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let url = config.database_url.clone();
        let store = tokio::task::spawn_blocking(move || stores::open(&url)).await??;
        let ledger = Ledger::open(store, clock.clone(), config.rules).await?;
        ledger.opt_out_by_settings(config.opt_out.clone()).await?;
        start_line::log(config);
        let networks = networks::open(&config.networks, &clock)?;
        let (notifier, notifications) = bot::notifier();
        let settings = Arc::new(config.settings.clone());
        let cx = Context {
            ledger: Arc::new(ledger),
            networks,
            notifier,
            keyring: Keyring::new(&config.telegram_token, clock.clone()),
            clock,
            settings,
            in_flight: InFlight::default(),
            incidents: Incidents::default(),
            out_of_room: Arc::default(),
        };

        // Before anything can be requested.
        crawl::hold_or_release(&cx)?;
        crawl::note_prices(&cx).await?;
        let stop = CancellationToken::new();
        let metrics = match config.metrics {
            Some(address) => Some(metrics::serve(address, cx.clone(), stop.clone()).await?),
            None => None,
        };
        let engine = Engine::start(&cx, stop.clone());
        let bot = tokio::spawn(bot::run(
            cx.clone(),
            bot_settings(config),
            notifications,
            stop.clone(),
        ));
        let folder = config.database_url.strip_prefix("sled:");
        let database_alarm =
            folder.map(|it| DatabaseAlarm::new(Path::new(it), bot_settings(config)));
        if let Some(database_alarm) = database_alarm.clone() {
            tokio::spawn(database_alarm.watch(cx.clone(), stop.clone()));
        }
        if let Some(folder) = folder {
            tokio::spawn(show_life(
                cx.ledger.clone(),
                PathBuf::from(folder).join("alive"),
                stop.clone(),
            ));
        }
        Ok(Self {
            cx,
            stop,
            engine,
            bot,
            metrics,
            database_alarm,
        })
    }

    /// Returns the parts it works with.
    pub fn context(&self) -> &Context {
        &self.cx
    }

    /// Returns the address of the metrics server.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// Waits until it is stopped, by request or because the database has failed.
    pub async fn stopping(&self) {
        self.stop.cancelled().await;
    }

    /// Runs until it is asked to stop or can't continue; then shuts everything down in order. Requests and messages in
    /// flight all get SHUTDOWN_WITHIN to finish; after that they are dropped and their tasks put back. So a shutdown
    /// takes no longer than SHUTDOWN_WITHIN and a last commit.
    pub async fn run_until(mut self, asked: impl Future<Output = ()>) -> anyhow::Result<()> {
        // The bot ends, too, when the engine fails; which is noticed first is a race.
        let (asked, ended) = tokio::select! {
            () = asked => (true, None),
            () = self.stop.cancelled() => (false, None),
            ended = &mut self.bot => (false, Some(ended)),
        };
        tracing::info!("stopping: what is under way is finished or put back");
        self.stop.cancel();
        self.engine.shut_down().await;
        let ended = match ended {
            Some(ended) => ended,
            None => self.bot.await,
        };
        // The engine only ends by itself when the database fails.
        let failed = !asked && matches!(ended, Ok(Ok(()) | Err(BotError::Store(_))));
        if let Some(database_alarm) = self.database_alarm.filter(|_| failed) {
            database_alarm.raise(&self.cx).await;
        }
        ended.context("the chat side failed")??;
        // All that was acknowledged is on disk already; this shows whether the database still works.
        self.cx
            .ledger
            .settle()
            .await
            .context("the database failed")?;
        if !asked {
            anyhow::bail!("the engine failed; the log says why, and the next start goes on");
        }
        tracing::info!("stopped");
        Ok(())
    }

    pub async fn stop(self) -> anyhow::Result<()> {
        self.run_until(std::future::ready(())).await
    }
}

pub fn bot_settings(config: &Config) -> BotSettings {
    BotSettings {
        token: config.telegram_token.clone(),
        api_url: config.telegram_url.clone(),
        edit_every: config.edit_every,
        priority_people: config.priority_people.clone(),
        raised_priority: config.raised_priority,
        per_day: config.per_day,
        allowed: config.allowed.clone(),
    }
}

/// Touches a file for as long as the database accepts writes, for whatever supervises the process.
async fn show_life(ledger: Arc<Ledger>, file: PathBuf, stop: CancellationToken) {
    while ledger.settle().await.is_ok() {
        if let Err(error) = std::fs::write(&file, "") {
            tracing::warn!(%error, "can't show that the process is alive");
        }
        tokio::select! {
            () = tokio::time::sleep(ALIVE_EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}
