//! The task of one chat: does one thing after the other, and interprets Telegram's errors.

use std::sync::Arc;
use std::time::Duration;

use crate::bot::chat_locale;
use crate::bot::content::MessageContent;
use crate::bot::features::compare::messages::{self as comparison, Told};
use crate::bot::features::result::{account, messages as result};
use crate::bot::outbox::chat_queue::{ChatQueue, LiveMessage, NextAction, Phase};
use crate::bot::outbox::compose::LiveContent;
use crate::bot::outbox::{Outbox, combined_progress, compose};
use crate::bot::telegram::api_call::{self, ApiCall};
use crate::bot::telegram::error::TelegramError;
use crate::bot::telegram::rate_limits::SendPermit;
use crate::model::{AnalysisId, MessageId, Outgoing, OutgoingId, PersonId, Say};
use crate::stores::StoreError;

/// `None` if the action is done, or the time before which nothing can be done.
type ActionResult = Result<Option<Duration>, StoreError>;

pub(super) struct Worker {
    pub(super) outbox: Arc<Outbox>,
    pub(super) chat: Arc<ChatQueue>,
    pub(super) file_attempts: u32,
    /// The last ID in the queue when the current call began.
    pub(super) up_to: OutgoingId,
}

pub(super) async fn run(outbox: Arc<Outbox>, chat: Arc<ChatQueue>) -> Result<(), StoreError> {
    let (stop, clock) = (outbox.stop.clone(), outbox.cx.clock.clone());
    let mut worker = Worker {
        outbox,
        chat,
        file_attempts: 0,
        up_to: OutgoingId(0),
    };
    while !stop.is_cancelled() {
        let until = match worker.chat.next(worker.now()) {
            NextAction::Idle => return Ok(()),
            NextAction::Wait(until) => Some(until),
            NextAction::Send(id, outgoing) => worker.send_next(id, &outgoing).await?,
            NextAction::Edit(live) => worker.edit(live).await?,
        };
        if let Some(until) = until {
            tokio::select! {
                () = clock.sleep(until.saturating_sub(clock.elapsed())) => {}
                () = worker.chat.wake.notified() => {}
                () = stop.cancelled() => {}
            }
        }
    }
    Ok(())
}

impl Worker {
    async fn send_next(&mut self, id: OutgoingId, outgoing: &Outgoing) -> ActionResult {
        let (outbox, say) = (self.outbox.clone(), &outgoing.say);
        if let Err(wait) = outbox.limits.try_acquire(self.chat.id) {
            return Ok(Some(self.now() + wait));
        }
        let made = tokio::select! {
            made = self.prepare_slow(outgoing) => made?,
            () = outbox.stop.cancelled() => return Ok(None),
        };
        let permit = tokio::select! {
            permit = self.permit(say, &outbox) => permit?,
            () = outbox.stop.cancelled() => return Ok(None),
        };
        let prepared = match made {
            Some(call) => Some(compose::only(call)),
            None => compose::prepare(&outbox.cx, &self.chat, outgoing)?,
        };
        let Some(mut prepared) = prepared else {
            drop(permit);
            self.mark_sent(id, None).await?;
            return Ok(None);
        };
        let scope = prepared.call.scope();
        let is_deletion = matches!(prepared.call, ApiCall::DeleteMessage { .. });
        let edited = prepared.call.edited_message();
        let place = prepared.call.place().copied().unwrap_or_default();
        // It was edited already, but the process stopped before that was noted.
        let sent = match self.send(permit, Some(id), prepared.call).await? {
            Err(TelegramError::Unchanged) => Ok(None),
            sent => sent,
        };
        match sent {
            Ok(message) => {
                self.file_attempts = 0;
                let shown = prepared.shown;
                match scope.zip(message.or(edited)) {
                    Some((scope, message)) => {
                        outbox.cx.ledger.sent_to_show(id, message, scope).await?;
                        self.forget_sent(id);
                    }
                    None => {
                        let analysis = shown.as_ref().map(|(analysis, ..)| *analysis);
                        self.mark_sent(id, analysis.zip(message)).await?;
                    }
                }
                self.set_shown(shown);
            }
            Err(TelegramError::MessageGone) if prepared.shown.is_some() => {
                if let Some((analysis, ..)) = prepared.shown {
                    self.chat.mark_deleted(LiveMessage::Progress(analysis));
                }
            }
            // It was to be deleted.
            Err(TelegramError::MessageGone) if is_deletion => self.mark_sent(id, None).await?,
            Err(TelegramError::Later(why)) => {
                self.later(why);
                if has_file(say) {
                    self.skip_file(id, place).await?;
                }
            }
            // It is sent again, outside the topic.
            Err(TelegramError::TopicGone) => {}
            // The list says the same as the picture.
            Err(TelegramError::NotAllowed) => {
                tracing::info!(chat = self.chat.id.0, "the chat takes words alone");
                if let Say::File { .. } | Say::ComparedFile { .. } = say {
                    let locale = chat_locale::of_chat(&outbox.cx, self.chat.id)?;
                    self.send_instead(place, locale.no_files_here()).await?;
                }
                self.mark_sent(id, None).await?;
            }
            Err(error) => self.refused(error, Some(id)).await?,
        }
        Ok(None)
    }

    /// Waits for the permit to send something. People who are being served go first: those with a running search, and
    /// those who were written to before. What is said in a group may have nobody waiting for it.
    async fn permit<'a>(
        &self,
        say: &Say,
        outbox: &'a Outbox,
    ) -> Result<SendPermit<'a>, StoreError> {
        let is_group = self.chat.id.0 < 0;
        let is_talk = is_group && matches!(say, Say::Text { .. });
        if !self.chat.is_known() && !is_group {
            let person = PersonId(self.chat.id.0.cast_unsigned());
            let analyses = outbox.cx.ledger.analyses_of(person)?;
            if analyses.iter().any(|analysis| analysis.bubble.is_some()) {
                self.chat.mark_known();
            }
        }
        Ok(match self.chat.is_known() && !is_talk {
            true => outbox.limits.permit().await,
            false => outbox.limits.permit_for_first_contact().await,
        })
    }

    /// Prepares what takes too long to be made when it is its turn.
    async fn prepare_slow(&self, outgoing: &Outgoing) -> Result<Option<ApiCall>, StoreError> {
        let (cx, renderer) = (&self.outbox.cx, &self.outbox.renderer);
        let (chat, here) = (self.chat.id, outgoing.place);
        let locale = || chat_locale::of_chat(cx, chat);
        let draft = match &outgoing.say {
            Say::About { analysis, place } => {
                return account::message(cx, renderer, locale()?, chat, here, *analysis, *place)
                    .await;
            }
            Say::Picture(analysis) => result::photo(cx, locale()?, chat, here, *analysis)?,
            Say::ComparedPicture {
                analyses,
                question,
                kept,
            } => {
                let place = comparison::place(chat, here, *question);
                let told = Told {
                    analyses,
                    kept: *kept,
                };
                comparison::photo(cx, renderer, locale()?, told, place).await?
            }
            Say::Compared {
                analyses,
                question,
                kept,
            } => {
                let place = comparison::place(chat, here, *question);
                let told = Told {
                    analyses,
                    kept: *kept,
                };
                return comparison::message(cx, renderer, locale()?, told, place).await;
            }
            _ => None,
        };
        Ok(match draft {
            Some(draft) => renderer.draw(draft).await,
            None => None,
        })
    }

    async fn edit(&mut self, live: LiveMessage) -> ActionResult {
        let outbox = self.outbox.clone();
        let permit = tokio::select! {
            permit = outbox.limits.permit_to_edit() => permit,
            // The live message is checked again after that.
            () = self.chat.enqueued.notified() => return Ok(None),
            () = outbox.stop.cancelled() => return Ok(None),
        };
        // Composed only now, since the permit may have taken long.
        let now = match live {
            LiveMessage::Progress(analysis) => compose::progress_now(&outbox.cx, analysis)?,
            LiveMessage::Combined => combined_progress::now(&outbox.cx, &self.chat)?,
        };
        let Some(LiveContent {
            message,
            place,
            content,
            phase,
        }) = now
        else {
            self.chat.forget(live);
            return Ok(None);
        };
        if self.chat.is_shown(live, &content) {
            self.chat.set_shown(live, content, phase, self.now());
            return Ok(None);
        }
        if let Err(wait) = outbox.limits.try_acquire(self.chat.id) {
            return Ok(Some(self.now() + wait));
        }
        let call = ApiCall::edit_or_send(message, content.clone(), place);
        match self.send(permit, None, call).await? {
            Ok(new) => {
                if let (LiveMessage::Combined, Some(new)) = (live, new) {
                    outbox
                        .cx
                        .ledger
                        .set_together(self.chat.id, Some(new))
                        .await?;
                }
                self.edited(live, content, phase).await?;
            }
            Err(TelegramError::Unchanged) => self.edited(live, content, phase).await?,
            Err(TelegramError::MessageGone) => self.deleted(live).await?,
            Err(TelegramError::TopicGone) => {}
            Err(TelegramError::Later(why)) => self.later(why),
            Err(error) => {
                if matches!(error, TelegramError::Refused(_)) {
                    // Not tried again before the text changes.
                    self.edited(live, content, phase).await?;
                }
                self.refused(error, None).await?;
            }
        }
        Ok(None)
    }

    /// Notes that a live message was edited. The combined message ends when there is nothing left to show.
    async fn edited(
        &self,
        live: LiveMessage,
        content: MessageContent,
        phase: Option<Phase>,
    ) -> Result<(), StoreError> {
        if live == LiveMessage::Combined && phase.is_none() {
            self.outbox
                .cx
                .ledger
                .set_together(self.chat.id, None)
                .await?;
        }
        self.chat.set_shown(live, content, phase, self.now());
        Ok(())
    }

    /// Handles that the message to be edited was deleted.
    async fn deleted(&self, live: LiveMessage) -> Result<(), StoreError> {
        let ledger = &self.outbox.cx.ledger;
        match live {
            LiveMessage::Combined => {
                ledger.set_together(self.chat.id, None).await?;
                self.chat.mark_deleted(live);
            }
            LiveMessage::Progress(analysis) => {
                if self.chat.mark_deleted(live) {
                    ledger.say(self.chat.id, Say::Bubble(analysis)).await?;
                }
            }
        }
        Ok(())
    }

    /// Makes a call, once everything it says is on disk.
    async fn send(
        &mut self,
        permit: SendPermit<'_>,
        id: Option<OutgoingId>,
        mut call: ApiCall,
    ) -> Result<Result<Option<MessageId>, TelegramError>, StoreError> {
        let mut topic = None;
        if let Some(place) = call.place() {
            *place = self.chat.existing_place(*place);
            topic = place.topic;
        }
        permit.consume().await;
        self.up_to = self.chat.last_id();
        self.outbox.cx.ledger.settle().await?;
        self.trace_call(id);
        let sent = api_call::send(&self.outbox.bot, self.chat.id, call).await;
        if sent.is_ok() {
            self.chat.succeeded();
        }
        Ok(match (sent, topic) {
            (Err(TelegramError::TopicGone), Some(topic)) => {
                self.chat.mark_topic_deleted(topic);
                Err(TelegramError::TopicGone)
            }
            // There is no other place for it.
            (Err(TelegramError::TopicGone), None) => {
                Err(TelegramError::Refused("no such topic".into()))
            }
            (sent, _) => sent,
        })
    }

    pub(super) async fn mark_sent(
        &self,
        id: OutgoingId,
        shown: Option<(AnalysisId, MessageId)>,
    ) -> Result<(), StoreError> {
        self.outbox.cx.ledger.sent(id, shown).await?;
        self.forget_sent(id);
        Ok(())
    }

    fn forget_sent(&self, id: OutgoingId) {
        tracing::trace!(
            chat = self.chat.id.0,
            outgoing = id.0,
            "off the list of what is to be said"
        );
        self.chat.remove(id);
    }

    fn trace_call(&self, id: Option<OutgoingId>) {
        let (chat, outgoing) = (self.chat.id.0, id.map(|id| id.0));
        tracing::trace!(chat, outgoing, "handing a call to Telegram");
    }

    fn set_shown(&self, shown: Option<(AnalysisId, MessageContent, Option<Phase>)>) {
        if let Some((analysis, content, phase)) = shown {
            let live = LiveMessage::Progress(analysis);
            self.chat.set_shown(live, content, phase, self.now());
        }
    }

    pub(super) fn now(&self) -> Duration {
        self.outbox.cx.clock.elapsed()
    }
}

/// Whether it may come with a file, which some of Telegram's servers need longer for than they wait.
fn has_file(say: &Say) -> bool {
    matches!(
        say,
        Say::Picture(_)
            | Say::ComparedPicture { .. }
            | Say::About { .. }
            | Say::File { .. }
            | Say::ComparedFile { .. }
    )
}
