//! The task of one chat: does what the chat has to be told, one thing after the other, and makes sense
//! of what Telegram answers.

use std::sync::Arc;
use std::time::Duration;

use crate::bot::chat_locale;
use crate::bot::content::Sheet;
use crate::bot::features::compare::messages as comparison;
use crate::bot::features::result::{account, messages as result};
use crate::bot::outbox::chat_queue::{Chat, Phase, Step, Topic};
use crate::bot::outbox::compose::Current;
use crate::bot::outbox::{Post, combined_progress, compose};
use crate::bot::telegram::api_call::{self, Letter};
use crate::bot::telegram::error::Verdict;
use crate::bot::telegram::rate_limits::Turn;
use crate::model::{AnalysisId, MessageId, Outgoing, OutgoingId, PersonId, Say};
use crate::stores::StoreError;

/// What came of a step: done, or nothing can be done before this time.
type Next = Result<Option<Duration>, StoreError>;

pub(in crate::bot) struct Worker {
    pub(in crate::bot) post: Arc<Post>,
    pub(in crate::bot) chat: Arc<Chat>,
    pub(in crate::bot) file_attempts: u32,
    /// The last of what was to be said when the present call began.
    pub(in crate::bot) up_to: OutgoingId,
}

pub(in crate::bot) async fn run(post: Arc<Post>, chat: Arc<Chat>) -> Result<(), StoreError> {
    let (stop, clock) = (post.stop.clone(), post.cx.clock.clone());
    let mut worker = Worker {
        post,
        chat,
        file_attempts: 0,
        up_to: OutgoingId(0),
    };
    while !stop.is_cancelled() {
        let until = match worker.chat.next(worker.now()) {
            Step::Rest => return Ok(()),
            Step::Wait(until) => Some(until),
            Step::Say(id, outgoing) => worker.say(id, &outgoing).await?,
            Step::Edit(topic) => worker.edit(topic).await?,
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
    async fn say(&mut self, id: OutgoingId, outgoing: &Outgoing) -> Next {
        let (post, say) = (self.post.clone(), &outgoing.say);
        if let Err(wait) = post.pace.spend(self.chat.id) {
            return Ok(Some(self.now() + wait));
        }
        let made = tokio::select! {
            made = self.make(outgoing) => made?,
            () = post.stop.cancelled() => return Ok(None),
        };
        let turn = tokio::select! {
            turn = self.turn(say, &post) => turn?,
            () = post.stop.cancelled() => return Ok(None),
        };
        let prepared = match made {
            Some(letter) => Some(compose::only(letter)),
            None => compose::letter(&post.cx, &self.chat, outgoing)?,
        };
        let Some(mut prepared) = prepared else {
            drop(turn);
            self.done(id, None).await?;
            return Ok(None);
        };
        let shows = prepared.letter.shows();
        let edits = prepared.letter.edits();
        let place = prepared.letter.place().copied().unwrap_or_default();
        // It was edited already, and we went down before we could note it.
        let sent = match self.send(turn, Some(id), prepared.letter).await? {
            Err(Verdict::Unchanged) => Ok(None),
            sent => sent,
        };
        match sent {
            Ok(message) => {
                self.file_attempts = 0;
                let bubble = prepared.bubble;
                match shows.zip(message.or(edits)) {
                    Some((scope, message)) => {
                        post.cx.ledger.sent_to_show(id, message, scope).await?;
                        self.is_done(id);
                    }
                    None => {
                        let analysis = bubble.as_ref().map(|(analysis, ..)| *analysis);
                        self.done(id, analysis.zip(message)).await?;
                    }
                }
                self.shows(bubble);
            }
            Err(Verdict::MessageGone) if prepared.bubble.is_some() => {
                if let Some((analysis, ..)) = prepared.bubble {
                    self.chat.lost(Topic::One(analysis));
                }
            }
            Err(Verdict::Later(why)) => {
                self.later(why);
                if has_file(say) {
                    self.skip_file(id, place).await?;
                }
            }
            // It is said again, and outside of it.
            Err(Verdict::TopicGone) => {}
            // A picture says nothing that the list does not.
            Err(Verdict::NotAllowed) => {
                tracing::info!(chat = self.chat.id.0, "the chat takes words alone");
                if let Say::File { .. } = say {
                    let locale = chat_locale::in_chat(&post.cx, self.chat.id)?;
                    self.say_instead(place, locale.no_files_here()).await?;
                }
                self.done(id, None).await?;
            }
            Err(verdict) => self.refused(verdict, Some(id)).await?,
        }
        Ok(None)
    }

    /// Waits for the turn of something that is to be said. Who is being served goes first: who has a search
    /// under way, or was spoken to before. What a group is told may be meant for nobody who waits for it.
    async fn turn<'a>(&self, say: &Say, post: &'a Post) -> Result<Turn<'a>, StoreError> {
        let is_group = self.chat.id.0 < 0;
        let is_talk = is_group && matches!(say, Say::Text { .. });
        if !self.chat.is_known() && !is_group {
            let person = PersonId(self.chat.id.0.cast_unsigned());
            let analyses = post.cx.ledger.analyses_of(person)?;
            if analyses.iter().any(|analysis| analysis.bubble.is_some()) {
                self.chat.get_to_know();
            }
        }
        Ok(match self.chat.is_known() && !is_talk {
            true => post.pace.turn().await,
            false => post.pace.turn_of_a_stranger().await,
        })
    }

    /// What takes too long to be made when it is its turn.
    async fn make(&self, outgoing: &Outgoing) -> Result<Option<Letter>, StoreError> {
        let (cx, easel) = (&self.post.cx, &self.post.easel);
        let (chat, here) = (self.chat.id, outgoing.place);
        let locale = chat_locale::in_chat(cx, chat)?;
        let sketch = match &outgoing.say {
            Say::About { analysis, place } => {
                return account::letter(cx, easel, locale, chat, here, *analysis, *place).await;
            }
            Say::Picture(analysis) => result::sketch(cx, locale, chat, here, *analysis)?,
            Say::ComparedPicture { analyses, question } => {
                let place = comparison::place(chat, here, *question);
                comparison::sketch(cx, easel, locale, analyses, place).await?
            }
            Say::Compared { analyses, question } => {
                let place = comparison::place(chat, here, *question);
                return comparison::message(cx, easel, locale, analyses, place).await;
            }
            _ => None,
        };
        Ok(match sketch {
            Some(sketch) => easel.draw(sketch).await,
            None => None,
        })
    }

    async fn edit(&mut self, topic: Topic) -> Next {
        let post = self.post.clone();
        let turn = tokio::select! {
            turn = post.pace.turn_to_edit() => turn,
            // The bubble is looked at again when that is said.
            () = self.chat.spoken.notified() => return Ok(None),
            () = post.stop.cancelled() => return Ok(None),
        };
        // Made up only now: a turn may have been long in coming.
        let now = match topic {
            Topic::One(analysis) => compose::bubble_now(&post.cx, analysis)?,
            Topic::Together => combined_progress::now(&post.cx, &self.chat)?,
        };
        let Some(Current {
            message,
            place,
            sheet,
            phase,
        }) = now
        else {
            self.chat.forget(topic);
            return Ok(None);
        };
        if self.chat.is_shown(topic, &sheet) {
            self.chat.shows(topic, sheet, phase, self.now());
            return Ok(None);
        }
        if let Err(wait) = post.pace.spend(self.chat.id) {
            return Ok(Some(self.now() + wait));
        }
        let letter = Letter::of(message, sheet.clone(), place);
        match self.send(turn, None, letter).await? {
            Ok(new) => {
                if let (Topic::Together, Some(new)) = (topic, new) {
                    post.cx.ledger.set_together(self.chat.id, Some(new)).await?;
                }
                self.edited(topic, sheet, phase).await?;
            }
            Err(Verdict::Unchanged) => self.edited(topic, sheet, phase).await?,
            Err(Verdict::MessageGone) => self.lost(topic).await?,
            Err(Verdict::TopicGone) => {}
            Err(Verdict::Later(why)) => self.later(why),
            Err(verdict) => {
                if matches!(verdict, Verdict::Refused(_)) {
                    // Not tried again before the text is another.
                    self.edited(topic, sheet, phase).await?;
                }
                self.refused(verdict, None).await?;
            }
        }
        Ok(None)
    }

    /// A bubble was edited. The message that shows all is done with when there is nothing left to show.
    async fn edited(
        &self,
        topic: Topic,
        sheet: Sheet,
        phase: Option<Phase>,
    ) -> Result<(), StoreError> {
        if topic == Topic::Together && phase.is_none() {
            self.post.cx.ledger.set_together(self.chat.id, None).await?;
        }
        self.chat.shows(topic, sheet, phase, self.now());
        Ok(())
    }

    /// The message to be edited was deleted.
    async fn lost(&self, topic: Topic) -> Result<(), StoreError> {
        let ledger = &self.post.cx.ledger;
        match topic {
            Topic::Together => {
                ledger.set_together(self.chat.id, None).await?;
                self.chat.lost(topic);
            }
            Topic::One(analysis) => {
                if self.chat.lost(topic) {
                    ledger.say(self.chat.id, Say::Bubble(analysis)).await?;
                    self.post.cx.notifier.outgoing();
                }
            }
        }
        Ok(())
    }

    /// Sends a letter, not before all that it tells is on disk.
    async fn send(
        &mut self,
        turn: Turn<'_>,
        id: Option<OutgoingId>,
        mut letter: Letter,
    ) -> Result<Result<Option<MessageId>, Verdict>, StoreError> {
        let mut topic = None;
        if let Some(place) = letter.place() {
            *place = self.chat.standing(*place);
            topic = place.topic;
        }
        turn.spend().await;
        self.up_to = self.chat.last();
        self.post.cx.ledger.settle().await?;
        self.hands_over(id);
        let sent = api_call::send(&self.post.bot, self.chat.id, letter).await;
        if sent.is_ok() {
            self.chat.succeeded();
        }
        Ok(match (sent, topic) {
            (Err(Verdict::TopicGone), Some(topic)) => {
                self.chat.loses(topic);
                Err(Verdict::TopicGone)
            }
            // There is no other place where it could be said.
            (Err(Verdict::TopicGone), None) => Err(Verdict::Refused("no such topic".into())),
            (sent, _) => sent,
        })
    }

    pub(in crate::bot) async fn done(
        &self,
        id: OutgoingId,
        bubble: Option<(AnalysisId, MessageId)>,
    ) -> Result<(), StoreError> {
        self.post.cx.ledger.sent(id, bubble).await?;
        self.is_done(id);
        Ok(())
    }

    fn is_done(&self, id: OutgoingId) {
        tracing::trace!(
            chat = self.chat.id.0,
            outgoing = id.0,
            "off the list of what is to be said"
        );
        self.chat.said(id);
    }

    fn hands_over(&self, id: Option<OutgoingId>) {
        let (chat, outgoing) = (self.chat.id.0, id.map(|id| id.0));
        tracing::trace!(chat, outgoing, "handing a call to Telegram");
    }

    fn shows(&self, bubble: Option<(AnalysisId, Sheet, Option<Phase>)>) {
        if let Some((analysis, sheet, phase)) = bubble {
            let topic = Topic::One(analysis);
            self.chat.shows(topic, sheet, phase, self.now());
        }
    }

    pub(in crate::bot) fn now(&self) -> Duration {
        self.post.cx.clock.elapsed()
    }
}

/// Whether it may come with a file, which some servers of Telegram's take longer for than they wait.
fn has_file(say: &Say) -> bool {
    matches!(
        say,
        Say::Picture(_) | Say::ComparedPicture { .. } | Say::About { .. } | Say::File { .. }
    )
}
