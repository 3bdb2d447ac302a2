//! The task of one chat: does what the chat has to be told, one thing after the other, and makes sense
//! of what Telegram answers.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::bot::bubble::{self, Sheet};
use crate::bot::postman::chat::{Chat, Phase, Step};
use crate::bot::postman::letter::{self, Letter};
use crate::bot::postman::{Post, compose};
use crate::bot::verdict::Verdict;
use crate::bot::view::View;
use crate::locales;
use crate::model::{AnalysisId, ChatId, MessageId, OutgoingId, Say};
use crate::stores::StoreError;

/// How often the answer to a pressed button is tried; whoever pressed does not wait longer.
const ANSWER_ATTEMPTS: u32 = 3;

/// How often a file is tried before the chat goes on without it.
const FILE_ATTEMPTS: u32 = 5;

/// Added to the pause that Telegram asks for, which is told in whole seconds.
const MARGIN: Duration = Duration::from_millis(200);

/// What came of a step: done, or nothing can be done before this time.
type Next = Result<Option<Instant>, StoreError>;

struct Worker {
    post: Arc<Post>,
    chat: Arc<Chat>,
    file_attempts: u32,
    /// The last of what was to be said when the present call began.
    up_to: OutgoingId,
}

pub(super) async fn run(post: Arc<Post>, chat: Arc<Chat>) -> Result<(), StoreError> {
    let stop = post.stop.clone();
    let mut worker = Worker {
        post,
        chat,
        file_attempts: 0,
        up_to: OutgoingId(0),
    };
    while !stop.is_cancelled() {
        let until = match worker.chat.next(Instant::now()) {
            Step::Rest => return Ok(()),
            Step::Wait(until) => Some(until),
            Step::Answer { id, callback, text } => worker.answer(id, &callback, text).await?,
            Step::Say(id, say) => worker.say(id, &say).await?,
            Step::Edit(analysis) => worker.edit(analysis).await?,
        };
        if let Some(until) = until {
            tokio::select! {
                () = sleep_until(until) => {}
                () = worker.chat.wake.notified() => {}
                () = stop.cancelled() => {}
            }
        }
    }
    Ok(())
}

impl Worker {
    async fn answer(&self, id: OutgoingId, callback: &str, text: Option<String>) -> Next {
        self.post.cx.ledger.settle().await?;
        self.hands_over(Some(id));
        for _ in 0..ANSWER_ATTEMPTS {
            match letter::answer(&self.post.bot, callback, text.as_deref()).await {
                Err(Verdict::Later(_) | Verdict::Unreachable) => {
                    tokio::time::sleep(Duration::from_secs(1)).await
                }
                // Most often the query is too old, and nobody waits any more.
                _ => break,
            }
        }
        self.done(id, None).await?;
        Ok(None)
    }

    async fn say(&mut self, id: OutgoingId, say: &Say) -> Next {
        let Some(prepared) = compose::letter(&self.post.cx, &self.chat, say)? else {
            self.done(id, None).await?;
            return Ok(None);
        };
        if let Err(wait) = self.post.pace.spend(self.chat.id) {
            return Ok(Some(Instant::now() + wait));
        }
        let resends = matches!(prepared.letter, Letter::New { .. });
        match self.send(Some(id), prepared.letter).await? {
            Ok(message) => {
                self.file_attempts = 0;
                let bubble = prepared.bubble;
                let new = message.filter(|_| resends);
                let recorded = bubble.as_ref().map(|(analysis, ..)| *analysis).zip(new);
                self.done(id, recorded).await?;
                self.shows(bubble);
            }
            Err(Verdict::Unchanged) => {
                self.done(id, None).await?;
                self.shows(prepared.bubble);
            }
            Err(Verdict::MessageGone) if prepared.bubble.is_some() => {
                if let Some((analysis, ..)) = prepared.bubble {
                    self.chat.lost(analysis);
                }
            }
            Err(Verdict::Later(why)) => {
                self.later(why);
                if matches!(say, Say::Table(_)) {
                    self.skip_file(id).await?;
                }
            }
            Err(verdict) => self.refused(verdict, Some(id)).await?,
        }
        Ok(None)
    }

    async fn edit(&mut self, id: AnalysisId) -> Next {
        let analysis = self.post.cx.ledger.analysis(id)?;
        // Once it has ended, its last text is the outbox's business.
        let analysis = analysis.filter(|analysis| analysis.outcome.is_none());
        let Some((analysis, message)) =
            analysis.and_then(|analysis| analysis.bubble.map(|message| (analysis, message)))
        else {
            self.chat.forget(id);
            return Ok(None);
        };
        let view = View::of(&self.post.cx, analysis)?;
        let sheet = bubble::current(locales::default(), &view);
        let phase = view.crawl.as_ref().map(Phase::of);
        if self.chat.is_shown(id, &sheet) {
            self.chat.shows(id, sheet, phase);
            return Ok(None);
        }
        if let Err(wait) = self.post.pace.spend(self.chat.id) {
            return Ok(Some(Instant::now() + wait));
        }
        let letter = Letter::Edit {
            message,
            sheet: sheet.clone(),
        };
        match self.send(None, letter).await? {
            Ok(_) | Err(Verdict::Unchanged) => self.chat.shows(id, sheet, phase),
            Err(Verdict::MessageGone) => {
                if self.chat.lost(id) {
                    self.post
                        .cx
                        .ledger
                        .say(self.chat.id, Say::Bubble(id))
                        .await?;
                    self.post.cx.notifier.outgoing();
                }
            }
            Err(Verdict::Later(why)) => self.later(why),
            Err(verdict) => {
                if matches!(verdict, Verdict::Refused(_)) {
                    // Not tried again before the text is another.
                    self.chat.shows(id, sheet, phase);
                }
                self.refused(verdict, None).await?;
            }
        }
        Ok(None)
    }

    /// Sends a letter, not before all that it tells is on disk.
    async fn send(
        &mut self,
        id: Option<OutgoingId>,
        letter: Letter,
    ) -> Result<Result<Option<MessageId>, Verdict>, StoreError> {
        self.post.pace.spend_overall().await;
        self.up_to = self.chat.last();
        self.post.cx.ledger.settle().await?;
        self.hands_over(id);
        let sent = letter::send(&self.post.bot, self.chat.id, letter).await;
        if sent.is_ok() {
            self.chat.succeeded();
        }
        Ok(sent)
    }

    async fn done(
        &self,
        id: OutgoingId,
        bubble: Option<(AnalysisId, MessageId)>,
    ) -> Result<(), StoreError> {
        self.post.cx.ledger.sent(id, bubble).await?;
        tracing::trace!(
            chat = self.chat.id.0,
            outgoing = id.0,
            "off the list of what is to be said"
        );
        self.chat.said(id);
        Ok(())
    }

    fn hands_over(&self, id: Option<OutgoingId>) {
        let (chat, outgoing) = (self.chat.id.0, id.map(|id| id.0));
        tracing::trace!(chat, outgoing, "handing a call to Telegram");
    }

    fn shows(&self, bubble: Option<(AnalysisId, Sheet, Option<Phase>)>) {
        if let Some((analysis, sheet, phase)) = bubble {
            self.chat.shows(analysis, sheet, phase);
        }
    }

    fn later(&self, why: &'static str) {
        let (failures, pause) = self.chat.failed();
        tracing::warn!(
            chat = self.chat.id.0,
            why,
            failures,
            pause_s = pause.as_secs_f32(),
            "Telegram did not take a message; trying again"
        );
    }

    /// Goes on without a file that fails again and again; /result brings it back.
    async fn skip_file(&mut self, id: OutgoingId) -> Result<(), StoreError> {
        self.file_attempts += 1;
        if self.file_attempts < FILE_ATTEMPTS {
            return Ok(());
        }
        self.file_attempts = 0;
        tracing::error!(chat = self.chat.id.0, "a file could not be sent");
        let sorry = Say::Text {
            html: locales::default().file_failed(),
            buttons: Vec::new(),
            reply_to: None,
        };
        self.post.cx.ledger.say(self.chat.id, sorry).await?;
        self.post.cx.notifier.outgoing();
        self.done(id, None).await
    }

    /// What is left: the chat waits, moves or is closed, or the message will never be taken.
    async fn refused(&self, verdict: Verdict, id: Option<OutgoingId>) -> Result<(), StoreError> {
        match verdict {
            Verdict::Wait(wait) => {
                tracing::warn!(
                    chat = self.chat.id.0,
                    wait_s = wait.as_secs_f32(),
                    "Telegram wants us slower"
                );
                self.chat.quiet_for(wait + MARGIN);
            }
            Verdict::Unreachable => self.later("unreachable"),
            Verdict::InvalidToken | Verdict::Conflict => self.later("the token is refused"),
            Verdict::Moved(to) => self.move_to(to).await?,
            Verdict::ChatClosed => self.close().await?,
            other => {
                tracing::error!(chat = self.chat.id.0, verdict = ?other, "a message is dropped");
                if let Some(id) = id {
                    self.done(id, None).await?;
                }
            }
        }
        Ok(())
    }

    async fn close(&self) -> Result<(), StoreError> {
        let dropped = self.chat.close(self.up_to);
        tracing::info!(
            chat = self.chat.id.0,
            dropped = dropped.len(),
            "the chat is closed to the bot"
        );
        for id in dropped {
            self.post.cx.ledger.sent(id, None).await?;
        }
        Ok(())
    }

    async fn move_to(&self, to: ChatId) -> Result<(), StoreError> {
        tracing::info!(chat = self.chat.id.0, to = to.0, "a group has a new id");
        self.post.cx.ledger.move_chat(self.chat.id, to).await?;
        let new = self.post.chat(to);
        for (id, say) in self.chat.clear() {
            self.post.start(&new, new.put(id, say));
        }
        for crawl in self.post.cx.ledger.live_crawls()? {
            self.post.moved_on(&crawl)?;
        }
        Ok(())
    }
}
