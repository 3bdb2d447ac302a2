//! A strict Telegram that fits into the process: a Bot API server over real HTTP, and the people who use it. It
//! enforces the limits of the real one, answers in its words, and notes as a violation whatever a careful bot would not
//! do. It can fail on demand. It knows nothing of the bot that is connected to it.
//!
//! `server` takes a request, `method_call` reads it, `methods` carries it out with `sending`, `files` and `polling` on
//! the `state`; `people` act on the same state from the other side, through `FakeTelegram`.

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

/// The beginning of 2025 in Unix time: update ids count from there, so that they fit 31 bits for years.
const EPOCH_SECONDS: u64 = 1_735_689_600;
/// Ids per second, so that a fake started later always begins with a higher one.
const IDS_PER_SECOND: u64 = 10;
/// Where the ids start over, well within 31 bits.
const HIGHEST_FIRST_ID: u64 = 2_000_000_000;

/// A running fake. Clones are the same fake; it stops when the last of them is dropped.
#[derive(Clone)]
pub struct FakeTelegram {
    server: Arc<RunningServer>,
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
    /// Starts on 127.0.0.1; port 0 means any. The first id follows from the clock.
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
            server: Arc::new(RunningServer { shared, address }),
        })
    }

    /// Closes the port and drops waiting calls.
    pub fn stop(&self) {
        self.change(|state| state.stopped = true);
    }

    /// Returns the URL for `Bot::set_api_url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    pub fn token(&self) -> String {
        self.change(|state| state.token.clone())
    }

    /// Replaces the token with another one, as @BotFather does on revocation.
    pub fn reissue_token(&self) {
        self.change(|state| state.token.push('2'));
    }

    /// Opens the private chat without a message, as if the person had written earlier.
    pub fn knows(&self, person: &Person) {
        self.change(|state| state.open_chat(person.id, ChatKind::Private(person.clone())));
    }

    /// Writes to the bot in private. Returns the message's id.
    pub fn says(&self, person: &Person, text: &str) -> i32 {
        self.change(|state| {
            state.open_chat(person.id, ChatKind::Private(person.clone()));
            people::say(state, person.id, person, text, None, None)
        })
    }

    /// Writes into a group (a negative id) that the bot is in. Privacy mode decides whether the bot sees it.
    pub fn says_in_group(&self, group: i64, person: &Person, text: &str) -> i32 {
        self.change(|state| {
            let title = format!("Group {group}");
            state.open_chat(group, ChatKind::Group { title });
            people::say(state, group, person, text, None, None)
        })
    }

    /// Replies to a message in its chat. Returns 0 if there is none.
    pub fn replies(&self, person: &Person, message: i32, text: &str) -> i32 {
        self.change(|state| {
            let Some(chat) = state.locate(message).map(|(place, _)| place.id) else {
                return 0;
            };
            people::say(state, chat, person, text, Some(message), None)
        })
    }

    /// Writes into a chat, private or a group (a negative id), with more than text: fields of the Bot API that are
    /// added to the message or replace the fake's own.
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
            state.open_chat(chat, kind);
            people::say(state, chat, person, text, None, Some(fields))
        })
    }

    /// Queues any update as it is; an object without a number gets the next one.
    pub fn delivers(&self, update: serde_json::Value) {
        self.change(|state| state.updates.push_raw(update));
    }

    /// Presses a button of a message, found by its label or its data. Returns the callback query's id.
    pub fn presses(
        &self,
        person: &Person,
        message: i32,
        label_or_data: &str,
    ) -> Result<String, String> {
        self.change(|state| people::press(state, person, message, label_or_data, false))
    }

    /// Presses a button that an edit has removed, as a screen that lags allows.
    pub fn presses_stale(
        &self,
        person: &Person,
        message: i32,
        label_or_data: &str,
    ) -> Result<String, String> {
        self.change(|state| people::press(state, person, message, label_or_data, true))
    }

    /// Deletes a message on a person's side. Returns false if it was not there.
    pub fn deletes(&self, chat: i64, message: i32) -> bool {
        self.change(|state| state.delete(chat, message, false))
    }

    /// Blocks the bot; in a group, removes it. Undone by `user_unblocks_bot`, in private also by writing.
    pub fn user_blocks_bot(&self, chat: i64) {
        self.change(|state| people::set_bot_out(state, chat, true));
    }

    pub fn user_unblocks_bot(&self, chat: i64) {
        self.change(|state| people::set_bot_out(state, chat, false));
    }

    /// Returns the chat as it looks now, oldest first.
    pub fn messages(&self, chat: i64) -> Vec<Message> {
        self.read(|state| state.messages(chat))
    }

    /// Returns a receiver of every event from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.read(|state| state.events.subscribe())
    }

    /// Returns everything said so far, all chats together.
    pub fn transcript(&self) -> String {
        self.read(|state| transcript::render(&state.history))
    }

    /// Waits until the chat meets the condition. Returns the messages at that moment.
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

    /// Waits until a condition on the fake is met: calls, violations, answers, several chats.
    pub async fn until_true(
        &self,
        within: Duration,
        what: &str,
        mut condition: impl FnMut(&FakeTelegram) -> bool,
    ) -> Result<(), WaitTimeout> {
        let deadline = Instant::now() + within;
        let mut changes = self.server.shared.changes();
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

    /// Returns the bot's mistakes so far.
    pub fn violations(&self) -> Vec<String> {
        self.read(|state| state.violations.clone())
    }

    /// Returns the pressed buttons that the bot has not answered yet.
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

    /// Returns the bot's answer to a pressed button; often an empty text.
    pub fn answer(&self, callback: &str) -> Option<String> {
        self.read(|state| state.presses.get(callback)?.answer.clone())
    }

    /// Returns the default menu of commands.
    pub fn commands(&self) -> Vec<(String, String)> {
        self.commands_in("")
    }

    /// Returns the menu in one language, as the bot set it; no fallback.
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

    /// Returns how often a method was called, including failed calls. Case does not matter.
    pub fn calls(&self, method: &str) -> usize {
        self.read(|state| state.calls(method))
    }

    /// Returns how many calls were dropped while it was down.
    pub fn cut_off(&self) -> usize {
        self.read(|state| state.cut_off)
    }

    /// Returns the number of updates that the bot has not confirmed.
    pub fn unconfirmed(&self) -> usize {
        self.read(|state| state.updates.waiting())
    }

    /// Lets the next call of a method fail; several for one method are used up in order.
    pub fn fail_next(&self, method: &str, failure: CallFailure) {
        self.fail_after(0, method, failure);
    }

    /// Lets a call of a method fail after `passing` calls that succeed.
    pub fn fail_after(&self, passing: usize, method: &str, failure: CallFailure) {
        let method = method.to_ascii_lowercase();
        let planned = PlannedFailure {
            method,
            passing,
            failure,
        };
        self.change(|state| state.failures.push(planned));
    }

    /// Cancels all planned failures.
    pub fn fail_no_more(&self) {
        self.change(|state| state.failures.clear());
    }

    /// Returns how many calls were held so far, released or not.
    pub fn holds(&self) -> u64 {
        self.read(|state| state.holds)
    }

    /// Lets all held calls continue.
    pub fn release(&self) {
        self.change(|state| state.releases += 1);
    }

    /// Takes it down or up. While down, every connection is dropped unanswered, waiting polls included.
    pub fn set_down(&self, down: bool) {
        self.change(|state| state.down = down);
    }

    /// Replaces Telegram's flood limits.
    pub fn set_limits(&self, limits: FloodLimits) {
        self.change(|state| state.pace.limits = limits);
    }

    fn change<T>(&self, change: impl FnOnce(&mut ServerState) -> T) -> T {
        self.server.shared.change(change)
    }

    fn read<T>(&self, read: impl FnOnce(&ServerState) -> T) -> T {
        self.server.shared.read(read)
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
