//! Handles stored updates. What an update changes and its removal are one transaction, so each is handled exactly once.
//! Updates of different people are committed together, since they are independent and the disk's sync is what costs;
//! those of one person one after the other.

use std::collections::HashSet;
use std::mem::take;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use futures::future::try_join_all;
use serde_json::Value;
use teloxide::dispatching::DpHandlerDescription;
use teloxide::dptree::{self, Handler};
use teloxide::types::{CallbackQuery, Me, Update, UpdateKind};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::bot::chat_locale::ChatPreferences;
use crate::bot::flood::{FloodControl, INLINE_QUERIES, PAGE_TURNS, REQUESTS};
use crate::bot::reply::Handled;
use crate::bot::schema::schema;
use crate::bot::telegram::updates::StoredUpdate;
use crate::bot::{BotError, BotSettings, allow_list, sender};
use crate::context::Context;
use crate::incidents::Incident;
use crate::ledger::Change;
use crate::locales::{self, Locale};
use crate::model::{ChatId, ComparedControl, Outgoing, PersonId, Place, Preferences, Press, Say};
use crate::stores::StoreError;

/// Updates that are read at once.
const BATCH: usize = 50;

struct Inbox {
    cx: Context,
    me: Me,
    settings: Arc<BotSettings>,
    schema: Handler<'static, Handled, DpHandlerDescription>,
    requests: FloodControl,
    page_turns: FloodControl,
    inline_queries: FloodControl,
}

pub(super) async fn run(
    cx: Context,
    me: Me,
    settings: Arc<BotSettings>,
    arrived: Arc<Notify>,
    stop: CancellationToken,
) -> Result<(), BotError> {
    let mut inbox = Inbox {
        cx,
        me,
        settings,
        schema: schema(),
        requests: FloodControl::new(REQUESTS),
        page_turns: FloodControl::new(PAGE_TURNS),
        inline_queries: FloodControl::new(INLINE_QUERIES),
    };
    loop {
        let updates = inbox.cx.ledger.unhandled(BATCH)?;
        let idle = updates.is_empty();
        let mut handled = Vec::new();
        let mut people = HashSet::new();
        for (number, update) in updates {
            if stop.is_cancelled() {
                return Ok(());
            }
            let update = read(number, &update);
            // An inline query changes nothing.
            let asks = update.as_ref().filter(|update| !is_inline_query(update));
            let person = asks.and_then(person);
            if person.is_some_and(|person| !people.insert(person)) {
                // What this person asked before has to be carried out first.
                inbox.commit(take(&mut handled)).await?;
                people = person.into_iter().collect();
            }
            let changes = match update {
                Some(update) => inbox.handle(number, update).await?,
                None => Vec::new(),
            };
            handled.push((number, changes));
        }
        inbox.commit(handled).await?;
        if idle {
            tokio::select! {
                () = arrived.notified() => {}
                () = stop.cancelled() => return Ok(()),
            }
        }
    }
}

impl Inbox {
    async fn commit(&self, handled: Vec<(u64, Vec<Change>)>) -> Result<(), StoreError> {
        let ledger = &self.cx.ledger;
        let all = handled.into_iter();
        try_join_all(all.map(|(number, changes)| ledger.handled(number, changes))).await?;
        ledger.wake_outbox();
        Ok(())
    }

    /// Returns what an update changes; if the person is over the limit, only a message that says so.
    async fn handle(&mut self, number: u64, update: Update) -> Result<Vec<Change>, StoreError> {
        let (person, chat) = (person(&update), chat(&update));
        let ChatPreferences {
            preferences,
            remember,
        } = ChatPreferences::of(&self.cx, &update)?;
        if is_inline_query(&update) {
            return Ok(self.handle_inline_query(number, update, preferences).await);
        }
        let locale = locales::of(&preferences);
        let (press, place) = match &update.kind {
            UpdateKind::CallbackQuery(query) => (Some(query.clone()), Place::default()),
            UpdateKind::Message(message) => (None, sender::place(message)),
            _ => (None, Place::default()),
        };
        let turns = press.as_ref().is_some_and(turns_a_page);
        let blocked_for = |inbox: &Self| {
            let (person, now) = (person?, inbox.cx.clock.elapsed());
            let turning = turns
                .then(|| inbox.page_turns.blocked_for(person, now))
                .flatten();
            turning.or_else(|| inbox.requests.blocked_for(person, now))
        };
        if let Some(left) = blocked_for(self) {
            tracing::debug!(update = number, "passed over: too many from one person");
            let answer = press.map(|press| too_fast(locale, press, left));
            return Ok(answer.into_iter().collect());
        }
        let rejection = match person {
            Some(person) if !allow_list::admits(&self.cx, &self.settings, &update) => {
                Some(allow_list::rejection(locale, person, chat, &update.kind))
            }
            _ => None,
        };
        let is_message = press.is_none();
        let mut changes = self.dispatch(number, update, preferences).await;
        // Only what is addressed to the bot gets an answer.
        if let Some(rejection) = rejection.filter(|_| !changes.is_empty()) {
            if let Some(person) = person {
                self.requests.count(person, 1, self.cx.clock.elapsed());
            }
            return Ok(rejection);
        }
        if let Some(person) = person.filter(|_| !changes.is_empty()) {
            let requests = changes.iter().map(requests_in).sum::<usize>();
            let now = self.cx.clock.elapsed();
            match turns {
                true => self.page_turns.count(person, 1, now),
                false => self.requests.count(person, requests.max(1), now),
            }
        }
        // Whatever is said to the bot is the answer to its question, or makes it void.
        if let (true, Some(person), Some(chat)) = (is_message, person, chat)
            && !changes.is_empty()
        {
            changes.insert(0, Change::Answered { person, chat });
        }
        // What is not addressed to the bot says nothing about the chat either. This goes first, since the update itself
        // may ask to forget everything.
        if !changes.is_empty() {
            changes.splice(0..0, remember);
        }
        Ok(match (blocked_for(self), chat, press) {
            (Some(left), _, Some(press)) => vec![too_fast(locale, press, left)],
            (Some(left), Some(chat), None) => {
                tracing::info!(update = number, "too many messages from one person");
                vec![reply_at(chat, locale.too_fast(left), place)]
            }
            _ => changes,
        })
    }

    /// Handles an inline query. One over the limit, or from somebody who may not use the bot, is ignored without a
    /// word; none counts towards the limit of messages.
    async fn handle_inline_query(
        &mut self,
        number: u64,
        update: Update,
        preferences: Preferences,
    ) -> Vec<Change> {
        let Some(person) = person(&update) else {
            return Vec::new();
        };
        let now = self.cx.clock.elapsed();
        self.inline_queries.count(person, 1, now);
        let floods = [&self.requests, &self.inline_queries];
        let too_much = floods
            .iter()
            .any(|flood| flood.blocked_for(person, now).is_some());
        if too_much || !allow_list::admits(&self.cx, &self.settings, &update) {
            tracing::debug!(update = number, "passed over");
            return Vec::new();
        }
        self.dispatch(number, update, preferences).await
    }

    async fn dispatch(&self, number: u64, update: Update, preferences: Preferences) -> Vec<Change> {
        let kind = kind(&update.kind);
        let locale = locales::of(&preferences);
        let chat = chat(&update);
        let (cx, me, settings) = (&self.cx, &self.me, &self.settings);
        let dependencies = dptree::deps![
            update,
            me.clone(),
            cx.clone(),
            settings.clone(),
            preferences
        ];
        match self.schema.dispatch(dependencies).await {
            ControlFlow::Break(Ok(changes)) => {
                tracing::debug!(update = number, kind, changes = changes.len(), "handled");
                changes
            }
            ControlFlow::Continue(_) => {
                tracing::debug!(update = number, kind, "nothing to be done about it");
                Vec::new()
            }
            ControlFlow::Break(Err(error)) => {
                cx.incidents.count(Incident::UpdateFailed);
                tracing::error!(update = number, kind, %error, "an update can't be handled");
                let sorry = |chat| reply_at(chat, locale.failed(), Place::default());
                chat.map(sorry).into_iter().collect()
            }
        }
    }
}

/// Returns a stored update, `None` if there is nothing to do about it.
fn read(number: u64, stored: &Value) -> Option<Update> {
    let incoming = StoredUpdate::read(stored);
    if incoming.as_ref().is_some_and(|it| !it.is_relevant()) {
        tracing::debug!(update = number, "nothing to be done about it");
        return None;
    }
    let update = incoming.and_then(StoredUpdate::into_update);
    if update.is_none() {
        tracing::warn!(
            update = number,
            "an update can't be read; it is passed over"
        );
    }
    update
}

/// Returns whose limit an update counts towards. A message in a group's name counts as the group's: Telegram uses one
/// user ID for all of these.
fn person(update: &Update) -> Option<PersonId> {
    let group = match &update.kind {
        UpdateKind::Message(message) => message.sender_chat.as_ref(),
        _ => None,
    };
    let group = group.map(|chat| PersonId(chat.id.0.cast_unsigned()));
    group.or_else(|| update.from().map(|user| PersonId(user.id.0)))
}

fn is_inline_query(update: &Update) -> bool {
    matches!(update.kind, UpdateKind::InlineQuery(_))
}

fn chat(update: &Update) -> Option<ChatId> {
    update.chat().map(|chat| ChatId(chat.id.0))
}

fn turns_a_page(press: &CallbackQuery) -> bool {
    let press = press.data.as_deref().and_then(|data| data.parse().ok());
    matches!(
        press,
        Some(
            Press::List(..)
                | Press::History(..)
                | Press::Compared(_, ComparedControl::Files(_) | ComparedControl::Back(_))
        )
    )
}

/// Returns how many of the requests that a message may contain a change stands for.
fn requests_in(change: &Change) -> usize {
    match change {
        Change::Submit(_) | Change::Watch { .. } => 1,
        Change::SendResult(..) | Change::SendComparison(..) => 1,
        Change::Compare(comparison) => comparison.accounts.len(),
        _ => 0,
    }
}

fn too_fast(locale: &Locale, press: CallbackQuery, left: Duration) -> Change {
    Change::Say(Outgoing {
        // Wherever the button is: the answer goes to whoever pressed it.
        chat: ChatId(press.from.id.0.cast_signed()),
        place: None,
        say: Say::Answer {
            callback: press.id.0,
            text: Some(locale.answer_too_fast(left)),
        },
    })
}

fn reply_at(chat: ChatId, html: String, place: Place) -> Change {
    Change::Say(Outgoing {
        chat,
        place: Some(place),
        say: Say::Text {
            html,
            buttons: Vec::new(),
            reply_to: place.question,
        },
    })
}

fn kind(kind: &UpdateKind) -> &'static str {
    match kind {
        UpdateKind::Message(_) => "message",
        UpdateKind::CallbackQuery(_) => "press",
        UpdateKind::InlineQuery(_) => "typing",
        _ => "other",
    }
}
