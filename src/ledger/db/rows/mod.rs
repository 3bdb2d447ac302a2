//! The rows of the database: each kind's key and what it holds.
//!
//! A key is one letter for the kind, then its parts, big-endian or ended by a zero byte, so that rows
//! that are read together lie together. Values are JSON: small, and readable by a newer version that
//! has learned a field.

mod held;
mod lists;
mod operators;
mod people;

use std::collections::BTreeSet;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use crate::model::{
    AccountId, Analysis, AnalysisId, ChatId, Comparison, Cost, Crawl, CrawlId, Failing, Handle,
    Lease, MessageId, ModeChange, NetworkName, OptOut, Outgoing, OutgoingId, OwnKey, Pointer,
    Queue, Spent, Task, TaskId, Watch,
};

pub(in crate::ledger) use held::{
    FollowList, Had, KnownChat, KnownId, KnownMessage, KnownProfile, Number, Reading,
};
pub(in crate::ledger) use lists::{
    account_of_follow_list, all_follower_pages, follow_list, follow_lists, follow_lists_of,
    follower_page, follower_pages, is_follow_list,
};
pub(in crate::ledger) use operators::{
    alarm, all_spent, charging, day_over, mode, opt_out, opt_outs, opt_outs_of, spent,
    spent_in_hour, warned,
};
pub(in crate::ledger) use people::{
    OF_PERSON, all_had, all_of_person, all_paid, comparison, comparisons, comparisons_of,
    forgotten, had, new_key, of_person, own_key, own_keys, own_keys_of, paid_by, paid_by_keys_of,
    share, watch, watches, watches_of,
};

/// The place of one row that holds a `T`.
#[derive(Clone, Debug)]
pub(in crate::ledger) struct Key<T> {
    pub(in crate::ledger) bytes: Vec<u8>,
    holds: PhantomData<fn() -> T>,
}

/// The places of all rows of a kind that begin alike.
#[derive(Clone, Debug)]
pub(in crate::ledger) struct Prefix<T> {
    pub(in crate::ledger) bytes: Vec<u8>,
    holds: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            holds: PhantomData,
        }
    }
}

impl<T> Prefix<T> {
    fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            holds: PhantomData,
        }
    }

    /// One of them, by its bytes.
    pub(in crate::ledger) fn row(&self, bytes: Vec<u8>) -> Key<T> {
        debug_assert!(bytes.starts_with(&self.bytes));
        Key::new(bytes)
    }

    /// The first key behind all that begin like this.
    pub(in crate::ledger) fn end(&self) -> Vec<u8> {
        let mut end = self.bytes.clone();
        while let Some(last) = end.pop() {
            if last < u8::MAX {
                end.push(last + 1);
                return end;
            }
        }
        vec![u8::MAX; 16]
    }
}

/// Whether a row holds what its key promises. Counters are another matter, and what a newer version
/// keeps is its own.
pub(in crate::ledger) fn is_readable(key: &[u8], value: &[u8]) -> bool {
    match key.first() {
        Some(b'u') => holds::<serde_json::Value>(value),
        Some(b'o') => holds::<Outgoing>(value),
        Some(b'a') => holds::<Analysis>(value),
        Some(b'p' | b'Z') => holds::<AnalysisId>(value),
        Some(b'c') => holds::<Crawl>(value),
        Some(b'v' | b'x' | b'h' | b'b' | b'q') => holds::<CrawlId>(value),
        Some(b'r' | b'w') => holds::<Task>(value),
        Some(b'l') => holds::<Lease>(value),
        Some(b'f') => holds::<Pointer>(value),
        _ if is_follow_list(key) => holds::<FollowList>(value),
        Some(b'i') => holds::<KnownProfile>(value),
        Some(b'k') => holds::<KnownId>(value),
        Some(b'j') => holds::<KnownChat>(value),
        Some(b'M') => holds::<KnownMessage>(value),
        Some(b'e' | b'H' | b'K') => holds::<(u64, Spent)>(value),
        Some(b'D') => holds::<(u64, Cost)>(value),
        Some(b'd') => holds::<(Queue, CrawlId, u32)>(value),
        Some(b'z') => holds::<OwnKey>(value),
        Some(b'V') => holds::<Watch>(value),
        Some(b'C') => holds::<Comparison>(value),
        Some(b'A') => holds::<ModeChange>(value),
        Some(b'P') => holds::<BTreeSet<NetworkName>>(value),
        Some(b'F') => holds::<Failing>(value),
        Some(b'N') => holds::<OptOut>(value),
        Some(b'Q') => holds::<Had>(value),
        Some(b'E') => holds::<OutgoingId>(value),
        _ => true,
    }
}

fn holds<T: DeserializeOwned>(value: &[u8]) -> bool {
    serde_json::from_slice::<T>(value).is_ok()
}

/// Days since 1970.
pub(in crate::ledger) fn day(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp().div_euclid(86_400)).unwrap_or(0)
}

/// Hours since 1970.
pub(in crate::ledger) fn hour(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp().div_euclid(3_600)).unwrap_or(0)
}

pub(in crate::ledger) fn number(number: Number) -> Key<u64> {
    Key::new(vec![b'#', number as u8])
}

/// The key of the order in which this installation reads followers; see [`crate::sampling::Order`].
pub(in crate::ledger) fn sampling_key() -> Key<[u8; 16]> {
    Key::new(key(b's').done())
}

pub(in crate::ledger) fn update(id: u64) -> Key<serde_json::Value> {
    Key::new(key(b'u').number(id).done())
}

pub(in crate::ledger) fn updates() -> Prefix<serde_json::Value> {
    Prefix::new(key(b'u').done())
}

pub(in crate::ledger) fn outgoing(id: OutgoingId) -> Key<Outgoing> {
    Key::new(key(b'o').number(id.0).done())
}

pub(in crate::ledger) fn all_outgoing() -> Prefix<Outgoing> {
    Prefix::new(key(b'o').done())
}

/// The message that shows all analyses of a chat.
pub(in crate::ledger) fn together(chat: ChatId) -> Key<(ChatId, MessageId)> {
    Key::new(key(b't').number(chat.0.cast_unsigned()).done())
}

pub(in crate::ledger) fn all_together() -> Prefix<(ChatId, MessageId)> {
    Prefix::new(key(b't').done())
}

/// A message that its buttons can change.
pub(in crate::ledger) fn known_message(chat: ChatId, message: MessageId) -> Key<KnownMessage> {
    let chat = key(b'M').number(chat.0.cast_unsigned());
    Key::new(chat.number(u64::from(message.0.cast_unsigned())).done())
}

pub(in crate::ledger) fn known_messages_in(chat: ChatId) -> Prefix<KnownMessage> {
    Prefix::new(key(b'M').number(chat.0.cast_unsigned()).done())
}

pub(in crate::ledger) fn known_messages() -> Prefix<KnownMessage> {
    Prefix::new(key(b'M').done())
}

/// What a chat has chosen.
pub(in crate::ledger) fn known_chat(chat: ChatId) -> Key<KnownChat> {
    Key::new(key(b'j').number(chat.0.cast_unsigned()).done())
}

pub(in crate::ledger) fn known_chats() -> Prefix<KnownChat> {
    Prefix::new(key(b'j').done())
}

pub(in crate::ledger) fn analysis(id: AnalysisId) -> Key<Analysis> {
    Key::new(key(b'a').number(id.0).done())
}

pub(in crate::ledger) fn analyses() -> Prefix<Analysis> {
    Prefix::new(key(b'a').done())
}

pub(in crate::ledger) fn crawl(id: CrawlId) -> Key<Crawl> {
    Key::new(key(b'c').number(id.0).done())
}

pub(in crate::ledger) fn crawls() -> Prefix<Crawl> {
    Prefix::new(key(b'c').done())
}

/// The crawls that are not over.
pub(in crate::ledger) fn live(id: CrawlId) -> Key<CrawlId> {
    Key::new(key(b'v').number(id.0).done())
}

pub(in crate::ledger) fn all_live() -> Prefix<CrawlId> {
    Prefix::new(key(b'v').done())
}

/// The crawl of an account, once it is known by its stable id.
pub(in crate::ledger) fn by_account(network: &NetworkName, id: &AccountId) -> Key<CrawlId> {
    Key::new(key(b'x').text(network.as_str()).text(id.as_str()).done())
}

/// The crawl of a handle as people type it.
pub(in crate::ledger) fn by_handle(network: &NetworkName, handle: &Handle) -> Key<CrawlId> {
    Key::new(
        key(b'h')
            .text(network.as_str())
            .text(&handle.0.to_lowercase())
            .done(),
    )
}

pub(in crate::ledger) fn by_any_handle() -> Prefix<CrawlId> {
    Prefix::new(key(b'h').done())
}

/// The crawls whose stages are at work on everybody's budget.
pub(in crate::ledger) fn active(id: CrawlId) -> Key<CrawlId> {
    Key::new(key(b'b').number(id.0).done())
}

pub(in crate::ledger) fn all_active() -> Prefix<CrawlId> {
    Prefix::new(key(b'b').done())
}

/// Crawls that wait to become active: higher priority first, then the older.
pub(in crate::ledger) fn queued(priority: u32, id: CrawlId) -> Key<CrawlId> {
    Key::new(
        key(b'q')
            .number(u64::from(u32::MAX - priority))
            .number(id.0)
            .done(),
    )
}

pub(in crate::ledger) fn all_queued() -> Prefix<CrawlId> {
    Prefix::new(key(b'q').done())
}

/// The ready tasks of all queues.
pub(in crate::ledger) fn ready_anywhere() -> Prefix<Task> {
    Prefix::new(key(b'r').done())
}

/// The postponed tasks of all queues.
pub(in crate::ledger) fn waiting_anywhere() -> Prefix<Task> {
    Prefix::new(key(b'w').done())
}

pub(in crate::ledger) fn ready(queue: &Queue, crawl: CrawlId, task: TaskId) -> Key<Task> {
    Key::new(ready_key(queue).number(crawl.0).number(task.0).done())
}

/// The crawl in the key of a ready task; the way from crawl to crawl must not hang on what a row holds.
pub(in crate::ledger) fn crawl_of_ready(key: &[u8]) -> Option<CrawlId> {
    let end = key.len().checked_sub(8)?;
    let id = key.get(end.checked_sub(8)?..end)?;
    Some(CrawlId(u64::from_be_bytes(id.try_into().ok()?)))
}

pub(in crate::ledger) fn ready_of(queue: &Queue, crawl: CrawlId) -> Prefix<Task> {
    Prefix::new(ready_key(queue).number(crawl.0).done())
}

pub(in crate::ledger) fn all_ready(queue: &Queue) -> Prefix<Task> {
    Prefix::new(ready_key(queue).done())
}

pub(in crate::ledger) fn waiting(
    queue: &Queue,
    ready_at: DateTime<Utc>,
    task: TaskId,
) -> Key<Task> {
    Key::new(waiting_key(queue).time(ready_at).number(task.0).done())
}

pub(in crate::ledger) fn all_waiting(queue: &Queue) -> Prefix<Task> {
    Prefix::new(waiting_key(queue).done())
}

pub(in crate::ledger) fn waiting_until(queue: &Queue, now: DateTime<Utc>) -> Vec<u8> {
    waiting_key(queue)
        .number((now.timestamp_millis().max(0) as u64).saturating_add(1))
        .done()
}

/// The instant in the key of a waiting task.
pub(in crate::ledger) fn ready_at(key: &[u8]) -> Option<DateTime<Utc>> {
    let end = key.len().checked_sub(8)?;
    let millis = key.get(end.checked_sub(8)?..end)?;
    let millis = u64::from_be_bytes(millis.try_into().ok()?);
    DateTime::from_timestamp_millis(i64::try_from(millis).ok()?)
}

pub(in crate::ledger) fn leased(task: TaskId) -> Key<Lease> {
    Key::new(key(b'l').number(task.0).done())
}

pub(in crate::ledger) fn all_leased() -> Prefix<Lease> {
    Prefix::new(key(b'l').done())
}

pub(in crate::ledger) fn known_id(network: &NetworkName, key: u64) -> Key<KnownId> {
    Key::new(self::key(b'k').text(network.as_str()).number(key).done())
}

pub(in crate::ledger) fn known_ids() -> Prefix<KnownId> {
    Prefix::new(key(b'k').done())
}

pub(in crate::ledger) fn profile(network: &NetworkName, id: &AccountId) -> Key<KnownProfile> {
    Key::new(key(b'i').text(network.as_str()).text(id.as_str()).done())
}

pub(in crate::ledger) fn profiles() -> Prefix<KnownProfile> {
    Prefix::new(key(b'i').done())
}

/// A stage of a crawl whose tasks up to a round are to be removed, a batch at a time.
pub(in crate::ledger) fn leftover(queue: &Queue, crawl: CrawlId) -> Key<(Queue, CrawlId, u32)> {
    Key::new(key(b'd').number(crawl.0).text(queue.stage.as_str()).done())
}

pub(in crate::ledger) fn leftovers() -> Prefix<(Queue, CrawlId, u32)> {
    Prefix::new(key(b'd').done())
}

fn ready_key(queue: &Queue) -> KeyParts {
    key(b'r')
        .text(queue.network.as_str())
        .text(queue.stage.as_str())
}

fn waiting_key(queue: &Queue) -> KeyParts {
    key(b'w')
        .text(queue.network.as_str())
        .text(queue.stage.as_str())
}

struct KeyParts(Vec<u8>);

fn key(kind: u8) -> KeyParts {
    KeyParts(vec![kind])
}

impl KeyParts {
    fn number(mut self, number: u64) -> Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    /// Milliseconds since 1970.
    fn time(self, time: DateTime<Utc>) -> Self {
        self.number(time.timestamp_millis().max(0) as u64)
    }

    /// Text from outside may hold anything; what could be mistaken for the end is left out.
    fn text(mut self, text: &str) -> Self {
        self.0.extend(text.bytes().filter(|byte| *byte != 0));
        self.0.push(0);
        self
    }

    fn done(self) -> Vec<u8> {
        self.0
    }
}
