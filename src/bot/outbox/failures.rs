//! What Telegram rejects: it is retried, replaced or dropped; a chat that has moved or is closed is left.

use std::time::Duration;

use crate::bot::chat_locale;
use crate::bot::outbox::worker::Worker;
use crate::bot::telegram::error::TelegramError;
use crate::incidents::Incident;
use crate::model::{ChatId, OutgoingId, Place, Say, Watch};
use crate::stores::StoreError;

/// Attempts to send a file before the chat goes on without it.
const FILE_ATTEMPTS: u32 = 5;

/// Added to the pause that Telegram asks for, which is in whole seconds.
const MARGIN: Duration = Duration::from_millis(200);

impl Worker {
    pub(super) fn later(&self, why: &'static str) {
        self.outbox.cx.incidents.count(Incident::TelegramFailed);
        let (failures, pause) = self.chat.back_off(self.now());
        let (chat, pause_s) = (self.chat.id.0, pause.as_secs_f32());
        // An outage hits every chat again and again; logging each once is enough.
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

    /// Drops a file after repeated failures; /result sends it again.
    pub(super) async fn skip_file(
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
        let locale = chat_locale::of_chat(&self.outbox.cx, self.chat.id)?;
        self.send_instead(place, locale.file_failed()).await?;
        self.mark_sent(id, None).await
    }

    /// Sends a sentence in place of what can't be sent.
    pub(super) async fn send_instead(&self, place: Place, html: String) -> Result<(), StoreError> {
        let cx = &self.outbox.cx;
        let sorry = Say::Text {
            html,
            buttons: Vec::new(),
            reply_to: place.question,
        };
        cx.ledger.say_at(self.chat.id, Some(place), sorry).await?;
        Ok(())
    }

    /// Handles the remaining errors: waits, moves or closes the chat, or drops the message.
    pub(super) async fn refused(
        &self,
        error: TelegramError,
        id: Option<OutgoingId>,
    ) -> Result<(), StoreError> {
        match error {
            TelegramError::Wait(wait) => {
                self.outbox.cx.incidents.count(Incident::TelegramSlower);
                tracing::warn!(
                    chat = self.chat.id.0,
                    wait_s = wait.as_secs_f32(),
                    "Telegram wants us slower"
                );
                self.chat.pause_until(self.now() + wait + MARGIN);
            }
            TelegramError::Unreachable => self.later("unreachable"),
            TelegramError::InvalidToken | TelegramError::Conflict => {
                self.later("the token is refused")
            }
            TelegramError::Moved(to) => self.move_to(to).await?,
            TelegramError::ChatClosed => self.close().await?,
            other => {
                self.outbox.cx.incidents.count(Incident::MessageDropped);
                tracing::error!(chat = self.chat.id.0, error = ?other, "a message is dropped");
                if let Some(id) = id {
                    self.mark_sent(id, None).await?;
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
            self.outbox.cx.ledger.sent(id, None).await?;
        }
        let chat = self.chat.id;
        let is_here = move |watch: &Watch| watch.chat == chat;
        self.outbox.cx.ledger.unwatch_where(is_here).await?;
        // Whoever comes back gets a new one further down.
        self.outbox
            .cx
            .ledger
            .set_together(self.chat.id, None)
            .await?;
        Ok(())
    }

    async fn move_to(&self, to: ChatId) -> Result<(), StoreError> {
        tracing::info!(chat = self.chat.id.0, to = to.0, "a group has a new id");
        self.outbox.cx.ledger.move_chat(self.chat.id, to).await?;
        let new = self.outbox.chat(to);
        for (id, outgoing) in self.chat.take_all() {
            self.outbox.start_if_needed(&new, new.enqueue(id, outgoing));
        }
        for crawl in self.outbox.cx.ledger.live_crawls()? {
            self.outbox.mark_crawl_outdated(&crawl)?;
        }
        Ok(())
    }
}
