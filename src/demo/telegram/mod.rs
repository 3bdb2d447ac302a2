//! A strict Telegram that fits into the process: a Bot API server over real HTTP, and the people who use it.
//! It obeys the limits of the real one, answers in its words, and notes as a violation whatever a careful bot would
//! not do. It can fail on demand. It knows nothing of the bot that is connected to it.
//!
//! `server` takes a request, `upload` reads it, `methods` carries it out with `sending`, `files` and `updates` on the
//! `state`; `people` act on the same state from the other side, through `FakeTelegram`.

mod chat;
mod detect;
mod files;
mod flood_limiter;
mod formatted_text;
mod html;
mod inline;
mod inline_queries;
mod keyboard;
mod members;
mod method_call;
mod methods;
mod model;
mod people;
mod polling;
mod rejection;
mod rights;
mod sending;
mod server;
mod shared;
pub mod shortcuts;
mod state;
mod tags;
mod topics;
pub mod transcript;
mod updates;
mod wait_timeout;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::broadcast;
use tokio::time::{Instant, timeout_at};

use crate::demo::connection::CuttableListener;
use crate::demo::telegram::chat::ChatKind;
use crate::demo::telegram::shared::SharedState;
use crate::demo::telegram::state::{PlannedFailure, ServerState};

pub use crate::demo::telegram::flood_limiter::FloodLimits;
pub use crate::demo::telegram::model::{
    Article, CallFailure, Document, Event, InlineButton, InlineResults, MemberStatus, Message,
    Person,
};
pub use crate::demo::telegram::wait_timeout::WaitTimeout;

/// The beginning of 2025 in Unix time: update ids are counted from there, so that they fit 31 bits for years.
const EPOCH_SECONDS: u64 = 1_735_689_600;
/// Ids a second, so that a fake started later always counts from higher up.
const IDS_PER_SECOND: u64 = 10;
/// Where the ids start over, well inside of 31 bits.
const HIGHEST_FIRST_ID: u64 = 2_000_000_000;

/// A running fake. Clones are the same fake; it stops with the last of them.
#[derive(Clone)]
pub struct FakeTelegram {
    owner: Arc<RunningServer>,
}

struct RunningServer {
    shared: Arc<SharedState>,
    address: SocketAddr,
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.shared.change(|state| state.stopped = true);
    }
}

impl FakeTelegram {
    /// Starts on 127.0.0.1; port 0 means any. Ids start at the clock.
    pub async fn start(port: u16) -> std::io::Result<FakeTelegram> {
        FakeTelegram::start_at(port, id_of_now()).await
    }

    /// Starts with this as the first id of updates and of messages.
    pub async fn start_at(port: u16, first_id: i32) -> std::io::Result<FakeTelegram> {
        let listener = CuttableListener::bind(port).await?;
        let address = listener.address()?;
        let shared = Arc::new(SharedState::new(ServerState::starting_at(first_id)));
        tokio::spawn(server::serve(listener, Arc::clone(&shared)));
        Ok(FakeTelegram {
            owner: Arc::new(RunningServer { shared, address }),
        })
    }

    /// Closes the port; calls that still wait are dropped.
    pub fn stop(&self) {
        self.change(|state| state.stopped = true);
    }

    /// For `Bot::set_api_url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.owner.address)
    }

    pub fn token(&self) -> String {
        self.change(|state| state.token.clone())
    }

    /// Revokes the token, as @BotFather does, for another one.
    pub fn reissue_token(&self) {
        self.change(|state| state.token.push('2'));
    }

    /// Opens the private chat without a word, as if the person had written in an earlier life.
    pub fn knows(&self, person: &Person) {
        self.change(|state| state.enter(person.id, ChatKind::Private(person.clone())));
    }

    /// Writes to the bot in private. Yields the message's id.
    pub fn says(&self, person: &Person, text: &str) -> i32 {
        self.change(|state| {
            state.enter(person.id, ChatKind::Private(person.clone()));
            people::say(state, person.id, person, text, None, None)
        })
    }

    /// Writes into a group (a negative id) that the bot is in. Privacy mode decides whether the bot hears it.
    pub fn says_in_group(&self, group: i64, person: &Person, text: &str) -> i32 {
        self.change(|state| {
            let title = format!("Group {group}");
            state.enter(group, ChatKind::Group { title });
            people::say(state, group, person, text, None, None)
        })
    }

    /// Replies to a message in the chat where it is. Zero if there is none.
    pub fn replies(&self, person: &Person, message: i32, text: &str) -> i32 {
        self.change(|state| {
            let Some(chat) = state.locate(message).map(|(place, _)| place.id) else {
                return 0;
            };
            people::say(state, chat, person, text, Some(message), None)
        })
    }

    /// Writes into a chat, in private or in a group (a negative id), with more than words: fields of the Bot API that
    /// the message has too, or has instead of the fake's own.
    pub fn says_with(
        &self,
        chat: i64,
        person: &Person,
        text: &str,
        fields: serde_json::Value,
    ) -> i32 {
        self.change(|state| {
            let title = format!("Group {chat}");
            let kind = match chat == person.id {
                true => ChatKind::Private(person.clone()),
                false => ChatKind::Group { title },
            };
            state.enter(chat, kind);
            people::say(state, chat, person, text, None, Some(fields))
        })
    }

    /// Queues an update as it is, whatever it is; an object without a number gets the next one.
    pub fn delivers(&self, update: serde_json::Value) {
        self.change(|state| state.updates.push_raw(update));
    }

    /// Presses a button of a message, found by its label or its data. Yields the callback query's id.
    pub fn presses(
        &self,
        person: &Person,
        message: i32,
        label_or_data: &str,
    ) -> Result<String, String> {
        self.change(|state| people::press(state, person, message, label_or_data, false))
    }

    /// Presses a button that an edit has removed, as a screen that is behind allows.
    pub fn presses_stale(
        &self,
        person: &Person,
        message: i32,
        label_or_data: &str,
    ) -> Result<String, String> {
        self.change(|state| people::press(state, person, message, label_or_data, true))
    }

    /// Deletes a message on a person's side. False if it was not there.
    pub fn deletes(&self, chat: i64, message: i32) -> bool {
        self.change(|state| state.delete(chat, message, false))
    }

    /// Blocks the bot; in a group, removes it. Undone by `user_unblocks_bot`, in private also by writing.
    pub fn user_blocks_bot(&self, chat: i64) {
        self.change(|state| people::shut(state, chat, true));
    }

    pub fn user_unblocks_bot(&self, chat: i64) {
        self.change(|state| people::shut(state, chat, false));
    }

    /// The chat as it looks now, oldest first.
    pub fn messages(&self, chat: i64) -> Vec<Message> {
        self.read(|state| state.messages(chat))
    }

    /// Every event from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.read(|state| state.events.subscribe())
    }

    /// What was said so far, all chats together.
    pub fn transcript(&self) -> String {
        self.read(|state| transcript::render(&state.history))
    }

    /// Waits until the chat looks as wanted, and yields what it looked like then.
    pub async fn until(
        &self,
        chat: i64,
        within: Duration,
        what: &str,
        mut condition: impl FnMut(&[Message]) -> bool,
    ) -> Result<Vec<Message>, WaitTimeout> {
        let mut seen = Vec::new();
        self.until_true(within, what, |telegram| {
            seen = telegram.messages(chat);
            condition(&seen)
        })
        .await?;
        Ok(seen)
    }

    /// Waits until something is true of the fake: calls, violations, answers, several chats.
    pub async fn until_true(
        &self,
        within: Duration,
        what: &str,
        mut condition: impl FnMut(&FakeTelegram) -> bool,
    ) -> Result<(), WaitTimeout> {
        let deadline = Instant::now() + within;
        let mut changes = self.owner.shared.changes();
        while !condition(self) {
            if timeout_at(deadline, changes.changed()).await.is_err() {
                return Err(WaitTimeout {
                    expected: format!("{what}, within {within:?}"),
                    transcript: self.transcript(),
                    violations: self.violations(),
                });
            }
        }
        Ok(())
    }

    /// What the bot did wrong so far.
    pub fn violations(&self) -> Vec<String> {
        self.read(|state| state.violations.clone())
    }

    /// Pressed buttons that the bot has not answered yet.
    pub fn unanswered(&self) -> Vec<String> {
        self.read(|state| {
            let open = state
                .presses
                .values()
                .filter(|press| press.answer.is_none());
            open.map(|press| {
                format!(
                    "{} pressed \"{}\" in chat {} and got no answer",
                    press.person, press.label, press.chat
                )
            })
            .collect()
        })
    }

    /// What the bot answered to a pressed button; often an empty text.
    pub fn answer(&self, callback: &str) -> Option<String> {
        self.read(|state| state.presses.get(callback)?.answer.clone())
    }

    /// The menu for everybody.
    pub fn commands(&self) -> Vec<(String, String)> {
        self.commands_in("")
    }

    /// The menu of one language, as the bot set it; no fallback.
    pub fn commands_in(&self, language: &str) -> Vec<(String, String)> {
        let key = ("default".to_owned(), language.to_owned());
        self.read(|state| state.commands.get(&key).cloned().unwrap_or_default())
    }

    pub fn description(&self, language: &str) -> Option<String> {
        let key = ("description", language.to_owned());
        self.read(|state| state.descriptions.get(&key).cloned())
    }

    pub fn short_description(&self, language: &str) -> Option<String> {
        let key = ("short_description", language.to_owned());
        self.read(|state| state.descriptions.get(&key).cloned())
    }

    /// How often a method was called, failed calls included. Names in any case.
    pub fn calls(&self, method: &str) -> usize {
        self.read(|state| state.calls(method))
    }

    /// How many calls were dropped because it was down.
    pub fn cut_off(&self) -> usize {
        self.read(|state| state.cut_off)
    }

    /// Updates that the bot has not confirmed.
    pub fn unconfirmed(&self) -> usize {
        self.read(|state| state.updates.waiting())
    }

    /// Lets the next call of a method fail; several for one method are used up in order.
    pub fn fail_next(&self, method: &str, failure: CallFailure) {
        self.fail_after(0, method, failure);
    }

    /// The same, but so many calls of the method go well before.
    pub fn fail_after(&self, passing: usize, method: &str, failure: CallFailure) {
        let method = method.to_ascii_lowercase();
        let planned = PlannedFailure {
            method,
            passing,
            failure,
        };
        self.change(|state| state.failures.push(planned));
    }

    /// Lets no call fail any more that was to, and has not come yet.
    pub fn fail_no_more(&self) {
        self.change(|state| state.failures.clear());
    }

    /// How many calls were held so far, released or not.
    pub fn holds(&self) -> u64 {
        self.read(|state| state.holds)
    }

    /// Lets all calls go on that are held now.
    pub fn release(&self) {
        self.change(|state| state.releases += 1);
    }

    /// While down, every connection is dropped unanswered, waiting polls included.
    pub fn set_down(&self, down: bool) {
        self.change(|state| state.down = down);
    }

    /// Other limits of pace than Telegram's.
    pub fn set_limits(&self, limits: FloodLimits) {
        self.change(|state| state.pace.limits = limits);
    }

    fn change<T>(&self, change: impl FnOnce(&mut ServerState) -> T) -> T {
        self.owner.shared.change(change)
    }

    fn read<T>(&self, read: impl FnOnce(&ServerState) -> T) -> T {
        self.owner.shared.read(read)
    }
}

fn id_of_now() -> i32 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let tenths = since.as_millis() / u128::from(1000 / IDS_PER_SECOND);
    let past = u128::from(EPOCH_SECONDS * IDS_PER_SECOND);
    let id = tenths.saturating_sub(past) % u128::from(HIGHEST_FIRST_ID);
    i32::try_from(id).unwrap_or(0) + 1
}
