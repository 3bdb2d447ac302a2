//! Sends what lies in the outbox and keeps the bubbles up to date.
//!
//! Each chat that has something to be done has one task, which does one thing after the other: the outbox
//! in its order, then bubbles that are due. So what a chat sees is in order, one chat's trouble is no
//! other's, and a late edit can never overwrite a final text. Only answers that somebody waits for go
//! their own way.

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
use crate::bot::notifier::Nudges;
use crate::bot::outbox::chat_queue::{Chat, Phase};
use crate::bot::outbox::edit_schedule::Rhythm;
use crate::bot::renderer::Easel;
use crate::bot::telegram::rate_limits::Pace;
use crate::context::Context;
use crate::model::{AnalysisId, ChatId, Crawl, CrawlId, Outgoing, OutgoingId};
use crate::stores::StoreError;

/// Rows of the outbox that are read at once.
const BATCH: usize = 500;

/// How often progress is looked at: many tasks end in a second, and no bubble shows all of them.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// How often chats are forgotten in which nothing happens.
const TIDY_EVERY: Duration = Duration::from_secs(600);

/// What the chats' tasks share.
struct Post {
    cx: Context,
    bot: Bot,
    /// What Telegram calls the bot.
    name: String,
    pace: Pace,
    easel: Easel,
    edit_every: Option<Duration>,
    chats: Mutex<HashMap<ChatId, Arc<Chat>>>,
    /// What needs a task.
    starts: mpsc::UnboundedSender<Start>,
    /// Room for answers that go their own way.
    answers: Semaphore,
    stop: CancellationToken,
}

/// A task that is to begin.
enum Start {
    Chat(Arc<Chat>),
    Answer(OutgoingId, Outgoing),
}

pub(in crate::bot) async fn run(
    cx: Context,
    bot: Bot,
    name: String,
    edit_every: Option<Duration>,
    nudges: Nudges,
    stop: CancellationToken,
) -> Result<(), BotError> {
    let (starts, mut started) = mpsc::unbounded_channel();
    let post = Arc::new(Post {
        pace: Pace::new(cx.clock.clone()),
        easel: Easel::new(&cx),
        cx,
        bot,
        name,
        edit_every,
        chats: Mutex::default(),
        starts,
        answers: Semaphore::new(immediate::AT_ONCE),
        stop: stop.clone(),
    });
    for crawl in post.cx.ledger.live_crawls()? {
        post.moved_on(&crawl)?;
    }
    for chat in post.cx.ledger.chats_together()? {
        let chat = post.chat(chat);
        post.start(&chat, chat.gathered());
    }
    // Those are being served.
    post.chats().values().for_each(|chat| chat.get_to_know());
    let mut loaded = post.load(OutgoingId(0))?;
    // What is there at the start was left by an earlier process.
    post.chats().keys().for_each(|chat| post.pace.drain(*chat));
    let mut tasks: JoinSet<Result<(), StoreError>> = JoinSet::new();
    let clock = post.cx.clock.clone();
    let mut tidy = clock.elapsed() + TIDY_EVERY;
    let mut look_at = clock.elapsed();
    let mut progress = false;
    loop {
        let until = |time: Duration| clock.sleep(time.saturating_sub(clock.elapsed()));
        loaded = post.load(loaded)?;
        tokio::select! {
            () = stop.cancelled() => break,
            () = nudges.outgoing() => {}
            () = nudges.progress(), if !progress => progress = true,
            () = until(look_at), if progress => {
                progress = false;
                look_at = clock.elapsed() + PROGRESS_EVERY;
                post.look_at(nudges.take())?;
            }
            Some(start) = started.recv() => {
                match start {
                    Start::Chat(chat) => tasks.spawn(worker::run(post.clone(), chat)),
                    Start::Answer(id, outgoing) => {
                        tasks.spawn(immediate::run(post.clone(), id, outgoing))
                    }
                };
            }
            Some(ended) = tasks.join_next() => ended.map_err(|_| BotError::Died)??,
            () = until(tidy) => {
                tidy = clock.elapsed() + TIDY_EVERY;
                post.tidy();
            }
        }
    }
    let within = post.cx.settings.shutdown_within;
    let finish = async { while tasks.join_next().await.is_some() {} };
    if timeout(within, finish).await.is_err() {
        tracing::warn!("a call to Telegram took too long and was left");
    }
    Ok(())
}

impl Post {
    /// Hands new rows of the outbox to their chats; says which was the last.
    fn load(&self, mut after: OutgoingId) -> Result<OutgoingId, StoreError> {
        loop {
            let rows = self.cx.ledger.unsent(after, BATCH)?;
            let Some((last, _)) = rows.last() else {
                return Ok(after);
            };
            after = *last;
            for (id, outgoing) in rows {
                if immediate::is_one(&outgoing.say) {
                    self.begin(Start::Answer(id, outgoing));
                    continue;
                }
                let chat = self.chat(outgoing.chat);
                self.start(&chat, chat.put(id, outgoing));
            }
        }
    }

    fn look_at(&self, crawls: impl IntoIterator<Item = CrawlId>) -> Result<(), StoreError> {
        for id in crawls {
            if let Some(crawl) = self.cx.ledger.crawl(id)?.filter(Crawl::is_live) {
                self.moved_on(&crawl)?;
            }
        }
        Ok(())
    }

    /// The bubbles of a crawl are out of date.
    fn moved_on(&self, crawl: &Crawl) -> Result<(), StoreError> {
        for id in &crawl.wanted_by {
            if let Some(analysis) = self.cx.ledger.analysis(*id)? {
                self.mark(analysis.chat, *id, Phase::of(crawl));
            }
        }
        Ok(())
    }

    fn mark(&self, chat: ChatId, analysis: AnalysisId, phase: Phase) {
        let chat = self.chat(chat);
        self.start(&chat, chat.mark(analysis, phase));
    }

    fn chat(&self, id: ChatId) -> Arc<Chat> {
        let rhythm = Rhythm::of(id, self.edit_every);
        self.chats()
            .entry(id)
            .or_insert_with(|| Arc::new(Chat::new(id, rhythm)))
            .clone()
    }

    fn start(&self, chat: &Arc<Chat>, needed: bool) {
        if needed {
            self.begin(Start::Chat(chat.clone()));
        }
    }

    fn begin(&self, start: Start) {
        // Fails only when the whole bot is going away.
        let _ = self.starts.send(start);
    }

    fn tidy(&self) {
        self.pace.tidy();
        self.chats().retain(|_, chat| !chat.is_idle());
    }

    fn chats(&self) -> MutexGuard<'_, HashMap<ChatId, Arc<Chat>>> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
