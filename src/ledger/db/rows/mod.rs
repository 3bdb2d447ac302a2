//! The rows of the database: the key of each kind, and what it holds.
//!
//! A key is one letter for the kind, then its parts, big-endian or ended by a zero byte, so that rows that are read
//! together lie together. Values are JSON: small, and readable by a newer version that has learnt a field.

mod held;
mod lists;
mod operators;
mod people;

use std::collections::BTreeSet;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use crate::model::{
    AccountId, Analysis, AnalysisId, ChatId, Comparison, ComparisonId, Cost, Counted, Crawl,
    CrawlId, Failing, Handle, KeptComparison, Lease, MessageId, ModeChange, NetworkName, OptOut,
    Outgoing, OutgoingId, OwnKey, Pointer, Queue, SetKind, Spent, Task, TaskId, Watch,
};

pub(crate) use held::{
    DailyUse, DbNumber, FollowList, KnownChat, KnownId, KnownMessage, KnownProfile, ListReading,
    OpenQuestion,
};
pub(crate) use lists::{
    account_of_follow_list, all_follower_pages, follow_list, follow_lists, follow_lists_of,
    follower_page, follower_pages, is_follow_list,
};
pub(crate) use operators::{
    alarm, all_spent, charging, day_over, mode, opt_out, opt_outs, opt_outs_of, set_kind,
    set_kinds, set_kinds_of, spent, spent_in_hour, warned,
};
pub(crate) use people::{
    KEPT, OF_PERSON, all_daily_use, all_of_person, all_paid, comparison, comparisons,
    comparisons_of, counted, daily_use, kept_comparison, kept_comparisons, kept_of, kept_of_person,
    new_key, of_person, own_key, own_keys, own_keys_of, paid_by, paid_by_keys_of, question,
    questions, questions_of, share, shared_comparison, to_erase, watch, watches, watches_of,
};

/// The key of one row that holds a `T`.
#[derive(Clone, Debug)]
pub(crate) struct RowKey<T> {
    pub(crate) bytes: Vec<u8>,
    holds: PhantomData<fn() -> T>,
}

/// What the keys of a kind of rows begin with.
#[derive(Clone, Debug)]
pub(crate) struct RowPrefix<T> {
    pub(crate) bytes: Vec<u8>,
    holds: PhantomData<fn() -> T>,
}

impl<T> RowKey<T> {
    fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            holds: PhantomData,
        }
    }
}

impl<T> RowPrefix<T> {
    fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            holds: PhantomData,
        }
    }

    /// Returns the key of one of them, by its bytes.
    pub(crate) fn row(&self, bytes: Vec<u8>) -> RowKey<T> {
        debug_assert!(bytes.starts_with(&self.bytes));
        RowKey::new(bytes)
    }

    /// Returns the first key after all that begin like this.
    pub(crate) fn end(&self) -> Vec<u8> {
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

/// Returns whether a row holds what its key promises. Counters are checked when they are read, and kinds that only a
/// newer version knows are left alone.
pub(crate) fn is_readable(key: &[u8], value: &[u8]) -> bool {
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
        Some(b'B') => holds::<KeptComparison>(value),
        Some(b'G' | b'X') => holds::<ComparisonId>(value),
        Some(b'n') => holds::<Counted>(value),
        Some(b'A') => holds::<ModeChange>(value),
        Some(b'P') => holds::<BTreeSet<NetworkName>>(value),
        Some(b'F') => holds::<Failing>(value),
        Some(b'N') => holds::<OptOut>(value),
        Some(b'T') => holds::<SetKind>(value),
        Some(b'Q') => holds::<DailyUse>(value),
        Some(b'W') => holds::<OpenQuestion>(value),
        Some(b'E') => holds::<OutgoingId>(value),
        _ => true,
    }
}

fn holds<T: DeserializeOwned>(value: &[u8]) -> bool {
    serde_json::from_slice::<T>(value).is_ok()
}

/// Days since 1970.
pub(crate) fn day(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp().div_euclid(86_400)).unwrap_or(0)
}

/// Hours since 1970.
pub(crate) fn hour(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp().div_euclid(3_600)).unwrap_or(0)
}

pub(crate) fn number(number: DbNumber) -> RowKey<u64> {
    RowKey::new(vec![b'#', number as u8])
}

/// The key of the order in which this installation reads followers; see [`crate::sampling::ReadingOrder`].
pub(crate) fn sampling_key() -> RowKey<[u8; 16]> {
    RowKey::new(key(b's').done())
}

pub(crate) fn update(id: u64) -> RowKey<serde_json::Value> {
    RowKey::new(key(b'u').number(id).done())
}

pub(crate) fn updates() -> RowPrefix<serde_json::Value> {
    RowPrefix::new(key(b'u').done())
}

pub(crate) fn outgoing(id: OutgoingId) -> RowKey<Outgoing> {
    RowKey::new(key(b'o').number(id.0).done())
}

pub(crate) fn all_outgoing() -> RowPrefix<Outgoing> {
    RowPrefix::new(key(b'o').done())
}

/// The message that shows all analyses of a chat.
pub(crate) fn together(chat: ChatId) -> RowKey<(ChatId, MessageId)> {
    RowKey::new(key(b't').number(chat.0.cast_unsigned()).done())
}

pub(crate) fn all_together() -> RowPrefix<(ChatId, MessageId)> {
    RowPrefix::new(key(b't').done())
}

/// A message whose buttons can change it.
pub(crate) fn known_message(chat: ChatId, message: MessageId) -> RowKey<KnownMessage> {
    let chat = key(b'M').number(chat.0.cast_unsigned());
    RowKey::new(chat.number(u64::from(message.0.cast_unsigned())).done())
}

pub(crate) fn known_messages_in(chat: ChatId) -> RowPrefix<KnownMessage> {
    RowPrefix::new(key(b'M').number(chat.0.cast_unsigned()).done())
}

pub(crate) fn known_messages() -> RowPrefix<KnownMessage> {
    RowPrefix::new(key(b'M').done())
}

/// The preferences of a chat.
pub(crate) fn known_chat(chat: ChatId) -> RowKey<KnownChat> {
    RowKey::new(key(b'j').number(chat.0.cast_unsigned()).done())
}

pub(crate) fn known_chats() -> RowPrefix<KnownChat> {
    RowPrefix::new(key(b'j').done())
}

pub(crate) fn analysis(id: AnalysisId) -> RowKey<Analysis> {
    RowKey::new(key(b'a').number(id.0).done())
}

pub(crate) fn analyses() -> RowPrefix<Analysis> {
    RowPrefix::new(key(b'a').done())
}

pub(crate) fn crawl(id: CrawlId) -> RowKey<Crawl> {
    RowKey::new(key(b'c').number(id.0).done())
}

pub(crate) fn crawls() -> RowPrefix<Crawl> {
    RowPrefix::new(key(b'c').done())
}

/// The crawls that are not over.
pub(crate) fn live(id: CrawlId) -> RowKey<CrawlId> {
    RowKey::new(key(b'v').number(id.0).done())
}

pub(crate) fn all_live() -> RowPrefix<CrawlId> {
    RowPrefix::new(key(b'v').done())
}

/// The crawl of an account, once its stable id is known.
pub(crate) fn by_account(network: &NetworkName, id: &AccountId) -> RowKey<CrawlId> {
    RowKey::new(key(b'x').text(network.as_str()).text(id.as_str()).done())
}

/// The crawl of a handle as people type it.
pub(crate) fn by_handle(network: &NetworkName, handle: &Handle) -> RowKey<CrawlId> {
    RowKey::new(
        key(b'h')
            .text(network.as_str())
            .text(&handle.0.to_lowercase())
            .done(),
    )
}

pub(crate) fn by_any_handle() -> RowPrefix<CrawlId> {
    RowPrefix::new(key(b'h').done())
}

/// The crawls at work that the shared key pays for.
pub(crate) fn active(id: CrawlId) -> RowKey<CrawlId> {
    RowKey::new(key(b'b').number(id.0).done())
}

pub(crate) fn all_active() -> RowPrefix<CrawlId> {
    RowPrefix::new(key(b'b').done())
}

/// Crawls that wait for a place: higher priority first, then the older.
pub(crate) fn queued(priority: u32, id: CrawlId) -> RowKey<CrawlId> {
    RowKey::new(
        key(b'q')
            .number(u64::from(u32::MAX - priority))
            .number(id.0)
            .done(),
    )
}

pub(crate) fn all_queued() -> RowPrefix<CrawlId> {
    RowPrefix::new(key(b'q').done())
}

/// The ready tasks of all queues.
pub(crate) fn ready_anywhere() -> RowPrefix<Task> {
    RowPrefix::new(key(b'r').done())
}

/// The postponed tasks of all queues.
pub(crate) fn waiting_anywhere() -> RowPrefix<Task> {
    RowPrefix::new(key(b'w').done())
}

pub(crate) fn ready(queue: &Queue, crawl: CrawlId, task: TaskId) -> RowKey<Task> {
    RowKey::new(ready_key(queue).number(crawl.0).number(task.0).done())
}

/// Returns the crawl in the key of a ready task: scanning from crawl to crawl must not depend on what a row holds.
pub(crate) fn crawl_of_ready(key: &[u8]) -> Option<CrawlId> {
    let end = key.len().checked_sub(8)?;
    let id = key.get(end.checked_sub(8)?..end)?;
    Some(CrawlId(u64::from_be_bytes(id.try_into().ok()?)))
}

pub(crate) fn ready_of(queue: &Queue, crawl: CrawlId) -> RowPrefix<Task> {
    RowPrefix::new(ready_key(queue).number(crawl.0).done())
}

pub(crate) fn all_ready(queue: &Queue) -> RowPrefix<Task> {
    RowPrefix::new(ready_key(queue).done())
}

pub(crate) fn waiting(queue: &Queue, ready_at: DateTime<Utc>, task: TaskId) -> RowKey<Task> {
    RowKey::new(waiting_key(queue).time(ready_at).number(task.0).done())
}

pub(crate) fn all_waiting(queue: &Queue) -> RowPrefix<Task> {
    RowPrefix::new(waiting_key(queue).done())
}

pub(crate) fn waiting_until(queue: &Queue, now: DateTime<Utc>) -> Vec<u8> {
    waiting_key(queue)
        .number((now.timestamp_millis().max(0) as u64).saturating_add(1))
        .done()
}

/// Returns the time in the key of a waiting task.
pub(crate) fn ready_at(key: &[u8]) -> Option<DateTime<Utc>> {
    let end = key.len().checked_sub(8)?;
    let millis = key.get(end.checked_sub(8)?..end)?;
    let millis = u64::from_be_bytes(millis.try_into().ok()?);
    DateTime::from_timestamp_millis(i64::try_from(millis).ok()?)
}

pub(crate) fn leased(task: TaskId) -> RowKey<Lease> {
    RowKey::new(key(b'l').number(task.0).done())
}

pub(crate) fn all_leased() -> RowPrefix<Lease> {
    RowPrefix::new(key(b'l').done())
}

pub(crate) fn known_id(network: &NetworkName, key: u64) -> RowKey<KnownId> {
    RowKey::new(self::key(b'k').text(network.as_str()).number(key).done())
}

pub(crate) fn known_ids() -> RowPrefix<KnownId> {
    RowPrefix::new(key(b'k').done())
}

pub(crate) fn profile(network: &NetworkName, id: &AccountId) -> RowKey<KnownProfile> {
    RowKey::new(key(b'i').text(network.as_str()).text(id.as_str()).done())
}

pub(crate) fn profiles_of(network: &NetworkName) -> RowPrefix<KnownProfile> {
    RowPrefix::new(key(b'i').text(network.as_str()).done())
}

pub(crate) fn profiles() -> RowPrefix<KnownProfile> {
    RowPrefix::new(key(b'i').done())
}

/// A stage of a crawl whose tasks up to a round are to be removed, a batch at a time.
pub(crate) fn leftover(queue: &Queue, crawl: CrawlId) -> RowKey<(Queue, CrawlId, u32)> {
    RowKey::new(key(b'd').number(crawl.0).text(queue.stage.as_str()).done())
}

pub(crate) fn leftovers() -> RowPrefix<(Queue, CrawlId, u32)> {
    RowPrefix::new(key(b'd').done())
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

    /// Text from outside may hold any byte; the one that could be mistaken for the end is left out.
    fn text(mut self, text: &str) -> Self {
        self.0.extend(text.bytes().filter(|byte| *byte != 0));
        self.0.push(0);
        self
    }

    fn done(self) -> Vec<u8> {
        self.0
    }
}
