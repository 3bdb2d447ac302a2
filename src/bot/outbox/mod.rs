//! Sends what is in the outbox and keeps progress messages up to date.
//!
//! Each chat with something to do has one task, which does one thing after the other: the outbox in its order, then
//! live messages that are due. So each chat sees everything in order, one chat's trouble does not affect another, and a
//! late edit can't overwrite a final text. Only answers to presses and inline queries are sent independently.

mod chat_queue;
mod combined_progress;
mod compose;
mod edit_schedule;
mod failures;
mod immediate;
mod worker;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use teloxide::Bot;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::bot::BotError;
use crate::bot::notifier::Notifications;
use crate::bot::outbox::chat_queue::{ChatQueue, Phase};
use crate::bot::outbox::edit_schedule::EditSchedule;
use crate::bot::renderer::Renderer;
use crate::bot::telegram::rate_limits::RateLimits;
use crate::context::Context;
use crate::model::{AnalysisId, ChatId, Crawl, CrawlId, Outgoing, OutgoingId};
use crate::stores::StoreError;

/// Rows of the outbox that are read at once.
const BATCH: usize = 500;

/// How often progress is checked: many tasks end in a second, and no message shows all of them.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// How often idle chats are dropped from memory.
const DROP_IDLE_EVERY: Duration = Duration::from_secs(600);

/// What the chats' tasks share.
struct Outbox {
    cx: Context,
    bot: Bot,
    /// The bot's username.
    name: String,
    limits: RateLimits,
    renderer: Renderer,
    edit_every: Option<Duration>,
    chats: Mutex<HashMap<ChatId, Arc<ChatQueue>>>,
    /// Tasks to be started.
    starts: mpsc::UnboundedSender<TaskStart>,
    /// Limits the answers in flight.
    answers: Semaphore,
    stop: CancellationToken,
}

/// A task to be started.
enum TaskStart {
    Chat(Arc<ChatQueue>),
    Immediate(OutgoingId, Outgoing),
}

pub(crate) async fn run(
    cx: Context,
    bot: Bot,
    name: String,
    edit_every: Option<Duration>,
    notifications: Notifications,
    stop: CancellationToken,
) -> Result<(), BotError> {
    let (starts, mut started) = mpsc::unbounded_channel();
    let outbox = Arc::new(Outbox {
        limits: RateLimits::new(cx.clock.clone()),
        renderer: Renderer::new(&cx),
        cx,
        bot,
        name,
        edit_every,
        chats: Mutex::default(),
        starts,
        answers: Semaphore::new(immediate::MAX_CONCURRENT),
        stop: stop.clone(),
    });
    for crawl in outbox.cx.ledger.live_crawls()? {
        outbox.mark_crawl_outdated(&crawl)?;
    }
    for chat in outbox.cx.ledger.chats_together()? {
        let chat = outbox.chat(chat);
        outbox.start_if_needed(&chat, chat.resume_combined());
    }
    // These people are being served.
    outbox.chats().values().for_each(|chat| chat.mark_known());
    let mut loaded = outbox.load(OutgoingId(0))?;
    // What is queued at the start was left by an earlier process.
    outbox
        .chats()
        .keys()
        .for_each(|chat| outbox.limits.use_up_burst(*chat));
    let mut tasks: JoinSet<Result<(), StoreError>> = JoinSet::new();
    let clock = outbox.cx.clock.clone();
    let mut next_drop = clock.elapsed() + DROP_IDLE_EVERY;
    let mut next_look = clock.elapsed();
    let mut progress = false;
    loop {
        let until = |time: Duration| clock.sleep(time.saturating_sub(clock.elapsed()));
        loaded = outbox.load(loaded)?;
        tokio::select! {
            () = stop.cancelled() => break,
            () = outbox.cx.ledger.outbox_grown() => {}
            () = notifications.progress(), if !progress => progress = true,
            () = until(next_look), if progress => {
                progress = false;
                next_look = clock.elapsed() + PROGRESS_EVERY;
                outbox.mark_crawls_outdated(notifications.take())?;
            }
            Some(start) = started.recv() => {
                match start {
                    TaskStart::Chat(chat) => tasks.spawn(worker::run(outbox.clone(), chat)),
                    TaskStart::Immediate(id, outgoing) => {
                        tasks.spawn(immediate::run(outbox.clone(), id, outgoing))
                    }
                };
            }
            Some(ended) = tasks.join_next() => ended.map_err(|_| BotError::Died)??,
            () = until(next_drop) => {
                next_drop = clock.elapsed() + DROP_IDLE_EVERY;
                outbox.drop_idle_chats();
            }
        }
    }
    let within = outbox.cx.settings.shutdown_within;
    let finish = async { while tasks.join_next().await.is_some() {} };
    if timeout(within, finish).await.is_err() {
        tracing::warn!("a call to Telegram took too long and was left");
    }
    Ok(())
}

impl Outbox {
    /// Hands new rows of the outbox to their chats; returns the last ID.
    fn load(&self, mut after: OutgoingId) -> Result<OutgoingId, StoreError> {
        loop {
            let rows = self.cx.ledger.unsent(after, BATCH)?;
            let Some((last, _)) = rows.last() else {
                return Ok(after);
            };
            after = *last;
            for (id, outgoing) in rows {
                if immediate::is_immediate(&outgoing.say) {
                    self.spawn(TaskStart::Immediate(id, outgoing));
                    continue;
                }
                let chat = self.chat(outgoing.chat);
                self.start_if_needed(&chat, chat.enqueue(id, outgoing));
            }
        }
    }

    fn mark_crawls_outdated(
        &self,
        crawls: impl IntoIterator<Item = CrawlId>,
    ) -> Result<(), StoreError> {
        for id in crawls {
            if let Some(crawl) = self.cx.ledger.crawl(id)?.filter(Crawl::is_live) {
                self.mark_crawl_outdated(&crawl)?;
            }
        }
        Ok(())
    }

    /// Marks the progress messages of a crawl as outdated.
    fn mark_crawl_outdated(&self, crawl: &Crawl) -> Result<(), StoreError> {
        for id in &crawl.wanted_by {
            if let Some(analysis) = self.cx.ledger.analysis(*id)? {
                self.mark(analysis.chat, *id, Phase::of(crawl));
            }
        }
        Ok(())
    }

    fn mark(&self, chat: ChatId, analysis: AnalysisId, phase: Phase) {
        let chat = self.chat(chat);
        self.start_if_needed(&chat, chat.mark_outdated(analysis, phase));
    }

    fn chat(&self, id: ChatId) -> Arc<ChatQueue> {
        let schedule = EditSchedule::of(id, self.edit_every);
        self.chats()
            .entry(id)
            .or_insert_with(|| Arc::new(ChatQueue::new(id, schedule)))
            .clone()
    }

    fn start_if_needed(&self, chat: &Arc<ChatQueue>, needed: bool) {
        if needed {
            self.spawn(TaskStart::Chat(chat.clone()));
        }
    }

    fn spawn(&self, start: TaskStart) {
        // Fails only if the whole bot is shutting down.
        let _ = self.starts.send(start);
    }

    fn drop_idle_chats(&self) {
        self.limits.forget_quiet_chats();
        self.chats().retain(|_, chat| !chat.is_idle());
    }

    fn chats(&self) -> MutexGuard<'_, HashMap<ChatId, Arc<ChatQueue>>> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
