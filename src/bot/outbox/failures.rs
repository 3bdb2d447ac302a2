//! What Telegram did not take: it is tried again, or something else is said, or nothing; and a chat that has
//! moved or is closed is left.

use std::time::Duration;

use crate::bot::chat_locale;
use crate::bot::outbox::worker::Worker;
use crate::bot::telegram::error::Verdict;
use crate::incidents::Incident;
use crate::model::{ChatId, OutgoingId, Place, Say, Watch};
use crate::stores::StoreError;

/// How often a file is tried before the chat goes on without it.
const FILE_ATTEMPTS: u32 = 5;

/// Added to the pause that Telegram asks for, which is told in whole seconds.
const MARGIN: Duration = Duration::from_millis(200);

impl Worker {
    pub(in crate::bot) fn later(&self, why: &'static str) {
        self.post.cx.incidents.count(Incident::TelegramFailed);
        let (failures, pause) = self.chat.failed(self.now());
        let (chat, pause_s) = (self.chat.id.0, pause.as_secs_f32());
        // An outage hits every chat again and again; once each is enough to read.
        if failures == 1 {
            tracing::warn!(
                chat,
                why,
                pause_s,
                "Telegram did not take a message; trying again"
            );
        } else {
            tracing::debug!(
                chat,
                why,
                failures,
                pause_s,
                "Telegram still does not take it"
            );
        }
    }

    /// Goes on without a file that fails again and again; /result brings it back.
    pub(in crate::bot) async fn skip_file(
        &mut self,
        id: OutgoingId,
        place: Place,
    ) -> Result<(), StoreError> {
        self.file_attempts += 1;
        if self.file_attempts < FILE_ATTEMPTS {
            return Ok(());
        }
        self.file_attempts = 0;
        tracing::error!(chat = self.chat.id.0, "a file could not be sent");
        let locale = chat_locale::in_chat(&self.post.cx, self.chat.id)?;
        self.say_instead(place, locale.file_failed()).await?;
        self.done(id, None).await
    }

    /// Says a sentence where something can't be sent.
    pub(in crate::bot) async fn say_instead(
        &self,
        place: Place,
        html: String,
    ) -> Result<(), StoreError> {
        let cx = &self.post.cx;
        let sorry = Say::Text {
            html,
            buttons: Vec::new(),
            reply_to: place.question,
        };
        cx.ledger.say_at(self.chat.id, Some(place), sorry).await?;
        cx.notifier.outgoing();
        Ok(())
    }

    /// What is left: the chat waits, moves or is closed, or the message will never be taken.
    pub(in crate::bot) async fn refused(
        &self,
        verdict: Verdict,
        id: Option<OutgoingId>,
    ) -> Result<(), StoreError> {
        match verdict {
            Verdict::Wait(wait) => {
                self.post.cx.incidents.count(Incident::TelegramSlower);
                tracing::warn!(
                    chat = self.chat.id.0,
                    wait_s = wait.as_secs_f32(),
                    "Telegram wants us slower"
                );
                self.chat.quiet_until(self.now() + wait + MARGIN);
            }
            Verdict::Unreachable => self.later("unreachable"),
            Verdict::InvalidToken | Verdict::Conflict => self.later("the token is refused"),
            Verdict::Moved(to) => self.move_to(to).await?,
            Verdict::ChatClosed => self.close().await?,
            other => {
                self.post.cx.incidents.count(Incident::MessageDropped);
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
        let chat = self.chat.id;
        let is_here = move |watch: &Watch| watch.chat == chat;
        self.post.cx.ledger.unwatch_where(is_here).await?;
        // Whoever comes back finds a new one further down.
        self.post.cx.ledger.set_together(self.chat.id, None).await?;
        Ok(())
    }

    async fn move_to(&self, to: ChatId) -> Result<(), StoreError> {
        tracing::info!(chat = self.chat.id.0, to = to.0, "a group has a new id");
        self.post.cx.ledger.move_chat(self.chat.id, to).await?;
        let new = self.post.chat(to);
        for (id, outgoing) in self.chat.clear() {
            self.post.start(&new, new.put(id, outgoing));
        }
        for crawl in self.post.cx.ledger.live_crawls()? {
            self.post.moved_on(&crawl)?;
        }
        Ok(())
    }
}
