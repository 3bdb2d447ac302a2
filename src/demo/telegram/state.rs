//! The fake's whole state, and the few changes that keep it consistent. No HTTP, no waiting.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tokio::sync::broadcast;
use tokio::time::Instant;

use crate::demo::telegram::chat::{
    Author, ChatKind, ChatMessage, Draft, FakeChat, Medium, PressedButton, Topics,
};
use crate::demo::telegram::flood_limiter::FloodLimiter;
use crate::demo::telegram::inline_queries::InlineMode;
use crate::demo::telegram::method_call::{MethodCall, Upload};
use crate::demo::telegram::model::{CallFailure, Event, MemberStatus, Message, Person};
use crate::demo::telegram::rejection::Rejection;
use crate::demo::telegram::updates::Updates;
use crate::demo::telegram::wire;
use crate::demo::telegram::wire::TOKEN;

/// Events that a slow receiver may miss, and events kept for the transcript.
const EVENTS_IN_FLIGHT: usize = 4096;
const EVENTS_KEPT: usize = 2000;

#[derive(Debug)]
pub(super) struct ServerState {
    /// The token that @BotFather gave out last.
    pub(super) token: String,
    pub(super) chats: BTreeMap<i64, FakeChat>,
    pub(super) updates: Updates,
    pub(super) presses: BTreeMap<String, PressedButton>,
    pub(super) inline: InlineMode,
    /// By group and person.
    pub(super) statuses: BTreeMap<(i64, i64), (Person, MemberStatus)>,
    /// Of the groups that have topics.
    pub(super) topics: BTreeMap<i64, Topics>,
    /// Methods that the bot may not call in a chat.
    pub(super) forbidden: BTreeSet<(i64, String)>,
    pub(super) pace: FloodLimiter,
    /// By scope and language.
    pub(super) commands: BTreeMap<(String, String), Vec<(String, String)>>,
    /// By field and language.
    pub(super) descriptions: BTreeMap<(&'static str, String), String>,
    pub(super) violations: Vec<String>,
    pub(super) failures: Vec<PlannedFailure>,
    pub(super) events: broadcast::Sender<Event>,
    pub(super) history: VecDeque<Event>,
    pub(super) down: bool,
    pub(super) stopped: bool,
    /// Calls that were dropped while it was down.
    pub(super) cut_off: usize,
    /// How often held calls were released.
    pub(super) releases: u64,
    /// How many calls were held so far.
    pub(super) holds: u64,
    /// How often a bot was started, counted by its calls of getMe.
    pub(super) run: u64,
    arrivals: u64,
    calls: BTreeMap<String, usize>,
    files: BTreeMap<String, Upload>,
    next_message: i32,
}

/// A failure that waits for its call.
#[derive(Debug)]
pub(super) struct PlannedFailure {
    pub(super) method: String,
    /// Calls that succeed before it.
    pub(super) passing: usize,
    pub(super) failure: CallFailure,
}

impl ServerState {
    pub(super) fn starting_at(first_id: i32) -> ServerState {
        ServerState {
            token: TOKEN.to_owned(),
            chats: BTreeMap::new(),
            updates: Updates::starting_at(first_id),
            presses: BTreeMap::new(),
            inline: InlineMode::default(),
            statuses: BTreeMap::new(),
            topics: BTreeMap::new(),
            forbidden: BTreeSet::new(),
            pace: FloodLimiter::default(),
            commands: BTreeMap::new(),
            descriptions: BTreeMap::new(),
            violations: Vec::new(),
            failures: Vec::new(),
            events: broadcast::channel(EVENTS_IN_FLIGHT).0,
            history: VecDeque::new(),
            down: false,
            stopped: false,
            cut_off: 0,
            releases: 0,
            holds: 0,
            run: 0,
            arrivals: 0,
            calls: BTreeMap::new(),
            files: BTreeMap::new(),
            next_message: first_id,
        }
    }

    pub(super) fn now(&self) -> i64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(0)
    }

    pub(super) fn emit(&mut self, event: Event) {
        if self.history.len() == EVENTS_KEPT {
            self.history.pop_front();
        }
        self.history.push_back(event.clone());
        // It is fine if nothing listens.
        let _ = self.events.send(event);
    }

    pub(super) fn add_violation(&mut self, call: &MethodCall, what: &str) {
        let method = if call.method.is_empty() {
            "a request"
        } else {
            &call.method
        };
        let place = call
            .text("chat_id")
            .map_or_else(String::new, |chat| format!(" to chat {chat}"));
        self.violations.push(format!("{method}{place}: {what}"));
    }

    pub(super) fn blame(&mut self, call: &MethodCall, rejection: &Rejection) {
        if let Some(what) = &rejection.violation {
            self.add_violation(call, what);
        }
    }

    /// Counts and numbers a call, and returns the failure that is planned for it.
    pub(super) fn arrived(&mut self, call: &mut MethodCall) -> Option<CallFailure> {
        self.arrivals += 1;
        call.number = self.arrivals;
        let key = call.key();
        let place = self.failures.iter().position(|next| next.method == key);
        *self.calls.entry(key).or_default() += 1;
        let next = self.failures.get_mut(place?)?;
        if next.passing > 0 {
            next.passing -= 1;
            return None;
        }
        Some(self.failures.remove(place?).failure)
    }

    pub(super) fn calls(&self, method: &str) -> usize {
        let key = method.to_ascii_lowercase();
        self.calls.get(&key).copied().unwrap_or(0)
    }

    /// Returns the response to a call that is to fail.
    pub(super) fn fail(&mut self, call: &MethodCall, failure: CallFailure) -> Rejection {
        let chat = call.integer("chat_id").unwrap_or_default();
        match failure {
            CallFailure::TooManyRequests { retry_after } => {
                Rejection::too_many_requests(retry_after.into())
            }
            CallFailure::Blocked => Rejection::blocked(),
            CallFailure::Deactivated => Rejection::deactivated(),
            CallFailure::Kicked => Rejection::kicked(chat),
            CallFailure::ChatNotFound => Rejection::chat_not_found(),
            CallFailure::MessageToEditNotFound => Rejection::message_to_edit_not_found(),
            CallFailure::QueryTooOld => Rejection::query_too_old(),
            CallFailure::Migrated { to } => {
                self.upgrade(chat, to);
                Rejection::migrated(to)
            }
            CallFailure::Refused { code, description } => Rejection::new(code, description),
            CallFailure::ServerError
            | CallFailure::Dropped
            | CallFailure::AcceptedThenDropped
            | CallFailure::AcceptedThenHeld
            | CallFailure::Held => Rejection::server_error(),
        }
    }

    /// Returns the chat that a call names, if the bot may write there.
    pub(super) fn addressed_chat(&self, call: &MethodCall) -> Result<i64, Rejection> {
        if call.text("chat_id").is_none_or(|chat| chat.is_empty()) {
            return Err(Rejection::bad_request("chat_id is empty").violating("names no chat"));
        }
        let place = call
            .integer("chat_id")
            .and_then(|chat| self.chats.get(&chat))
            .ok_or_else(Rejection::chat_not_found)?;
        if let Some(to) = place.upgraded_to {
            return Err(Rejection::migrated(to));
        }
        match &place.kind {
            ChatKind::Private(_) if place.bot_is_out => Err(Rejection::blocked()),
            ChatKind::Group { .. } if place.bot_is_out => Err(Rejection::kicked(place.id)),
            _ => Ok(place.id),
        }
    }

    /// Spends one send or edit of the chat's flood limit.
    pub(super) fn spend(&mut self, chat: i64) -> Result<(), Rejection> {
        self.pace
            .take(chat, Instant::now())
            .map_err(|(seconds, what)| {
                Rejection::too_many_requests(seconds).violating(format!("too fast: {what}"))
            })
    }

    pub(super) fn present(&self, chat: i64, message: i32) -> Option<&ChatMessage> {
        let stored = self.chats.get(&chat)?.messages.get(&message)?;
        stored.is_present().then_some(stored)
    }

    /// Returns the message with this id and its chat.
    pub(super) fn locate(&self, message: i32) -> Option<(&FakeChat, &ChatMessage)> {
        self.chats
            .values()
            .find_map(|place| Some((place, place.messages.get(&message)?)))
    }

    pub(super) fn messages(&self, chat: i64) -> Vec<Message> {
        let Some(place) = self.chats.get(&chat) else {
            return Vec::new();
        };
        place
            .messages
            .values()
            .filter(|stored| stored.is_present())
            .map(|stored| stored.message.clone())
            .collect()
    }

    pub(super) fn open_chat(&mut self, chat: i64, kind: ChatKind) {
        match self.chats.get_mut(&chat) {
            // People change their names.
            Some(place) => place.kind = kind,
            None => {
                let place = FakeChat {
                    id: chat,
                    kind,
                    messages: BTreeMap::new(),
                    bot_is_out: false,
                    upgraded_to: None,
                };
                self.chats.insert(chat, place);
            }
        }
    }

    fn upgrade(&mut self, chat: i64, to: i64) {
        let Some(place) = self.chats.get_mut(&chat) else {
            return;
        };
        place.upgraded_to = Some(to);
        let kind = place.kind.clone();
        self.open_chat(to, kind);
    }

    /// Posts a message to its chat. Returns it in the Bot API's form.
    pub(super) fn post(&mut self, draft: Draft) -> Result<Value, Rejection> {
        let id = self.next_message;
        let date = self.now();
        let run = self.run;
        let place = self
            .chats
            .get_mut(&draft.chat)
            .ok_or_else(Rejection::chat_not_found)?;
        let (medium, document) = draft.file.map(|file| (file.medium, file.document)).unzip();
        let is_photo = matches!(medium, Some(Medium::Photo { .. }));
        let (photo, document) = if is_photo {
            (document, None)
        } else {
            (None, document)
        };
        let from_bot = draft.author == Author::Bot;
        let quoted = draft.reply_to.and_then(|id| place.messages.get(&id));
        let message = Message {
            chat: draft.chat,
            id,
            from_bot,
            from: match &draft.author {
                Author::Bot => wire::BOT_NAME.to_owned(),
                Author::Person(person) => person.first_name.clone(),
            },
            text: draft.words.shown.text.clone(),
            html: draft.words.sent,
            links: draft.words.shown.links(),
            buttons: draft.keyboard.rows,
            document,
            photo,
            reply_to: draft.reply_to,
            topic: draft.topic,
            quote: quoted.map(ChatMessage::quote),
            via_bot: draft.via_bot,
            edits: 0,
        };
        let stored = ChatMessage {
            message: message.clone(),
            author: draft.author,
            entities: draft.words.shown.entities,
            markup: draft.keyboard.wire,
            medium,
            date,
            edited: None,
            deleted_by_bot: None,
            removed_buttons: Vec::new(),
            run,
            doubtful: false,
        };
        let answer = wire::message(place, &stored);
        place.messages.insert(id, stored);
        self.next_message += 1;
        self.emit(match from_bot {
            true => Event::Sent(message),
            false => Event::Said(message),
        });
        Ok(answer)
    }

    pub(super) fn delete(&mut self, chat: i64, message: i32, by_bot: bool) -> bool {
        let run = self.run;
        let Some(stored) = self
            .chats
            .get_mut(&chat)
            .and_then(|place| place.messages.get_mut(&message))
            .filter(|stored| stored.is_present())
        else {
            return false;
        };
        stored.deleted_by_bot = Some(by_bot);
        stored.run = run;
        self.emit(Event::Deleted {
            chat,
            message,
            by_bot,
        });
        true
    }

    /// Notes that the bot never got the answer with this message.
    pub(super) fn mark_doubtful(&mut self, answer: &Value) {
        let number = |value: Option<&Value>| value.and_then(Value::as_i64);
        let chat = number(answer.get("chat").and_then(|chat| chat.get("id")));
        let message = number(answer.get("message_id")).and_then(|id| i32::try_from(id).ok());
        let stored = chat
            .zip(message)
            .and_then(|(chat, id)| self.chats.get_mut(&chat)?.messages.get_mut(&id));
        if let Some(stored) = stored {
            stored.doubtful = true;
        }
    }

    pub(super) fn new_file_id(&self) -> String {
        format!("file-{}", self.files.len() + 1)
    }

    pub(super) fn keep_file(&mut self, id: &str, upload: Upload) {
        self.files.insert(id.to_owned(), upload);
    }

    pub(super) fn file(&self, id: &str) -> Option<&Upload> {
        self.files.get(id)
    }
}
