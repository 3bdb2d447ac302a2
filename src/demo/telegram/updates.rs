//! The queue of updates and the long poll on it. An update stays until an offset confirms it, whoever asks.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout_at};

use crate::demo::telegram::Shared;
use crate::demo::telegram::rejection::Rejection;
use crate::demo::telegram::upload::Call;

/// The longest poll that Telegram holds, and the most updates it hands out at once.
const LONGEST_POLL_SECONDS: i64 = 50;
const MOST_UPDATES: i64 = 100;
/// How long a poll that gave way stays open: one whose bot is gone ends by itself within, and nobody is to blame.
const FAREWELL: Duration = Duration::from_millis(200);

/// Updates that no offset has confirmed.
#[derive(Debug)]
pub(super) struct Updates {
    queue: VecDeque<(i32, Value)>,
    next: i32,
    /// The kinds that the bot last asked for; none means Telegram's default.
    allowed: Option<Vec<String>>,
    /// The number of the last poll that arrived; one from before that still waits is told to go.
    poll: u64,
}

impl Updates {
    pub(super) fn starting_at(next: i32) -> Updates {
        Updates {
            queue: VecDeque::new(),
            next,
            allowed: None,
            poll: 0,
        }
    }

    /// Queues an update, unless its kind is unwanted: like Telegram, that is decided now and not at delivery.
    pub(super) fn push(&mut self, kind: &str, content: Value) {
        let wanted = match &self.allowed {
            Some(kinds) if !kinds.is_empty() => kinds.iter().any(|allowed| allowed == kind),
            _ => true,
        };
        if wanted {
            let id = self.next;
            self.next += 1;
            self.queue
                .push_back((id, json!({ "update_id": id, kind: content })));
        }
    }

    /// Queues an update as it is, whatever it is; an object without a number gets the next one.
    pub(super) fn push_raw(&mut self, mut update: Value) {
        let id = self.next;
        self.next += 1;
        if let Some(fields) = update.as_object_mut() {
            fields.entry("update_id").or_insert(json!(id));
        }
        self.queue.push_back((id, update));
    }

    pub(super) fn clear(&mut self) {
        self.queue.clear();
    }

    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    fn confirm(&mut self, offset: i64) {
        if offset < 0 {
            let kept = usize::try_from(-offset).unwrap_or(usize::MAX);
            let forgotten = self.queue.len().saturating_sub(kept);
            self.queue.drain(..forgotten);
        } else {
            self.queue.retain(|(id, _)| i64::from(*id) >= offset);
        }
    }

    fn first(&self, limit: usize) -> Vec<Value> {
        self.queue
            .iter()
            .take(limit)
            .map(|(_, update)| update.clone())
            .collect()
    }
}

/// Answers getUpdates: at once if there is something, else when there is, at the latest after the call's timeout.
pub(super) async fn get_updates(shared: &Shared, call: &Call) -> Result<Value, Rejection> {
    let timeout = call.integer("timeout").unwrap_or(0);
    let limit = call
        .integer("limit")
        .unwrap_or(MOST_UPDATES)
        .clamp(1, MOST_UPDATES);
    let limit = usize::try_from(limit).unwrap_or(1);
    let allowed: Option<Vec<String>> = call
        .object("allowed_updates")?
        .and_then(|kinds| serde_json::from_value(kinds).ok());
    let mut changes = shared.changes();
    shared.change(|state| {
        if !(0..=LONGEST_POLL_SECONDS).contains(&timeout) {
            state.violation(
                call,
                &format!("polls for {timeout} s, Telegram holds {LONGEST_POLL_SECONDS} s at most"),
            );
        }
        if let Some(offset) = call.integer("offset") {
            state.updates.confirm(offset);
        }
        if allowed.is_some() {
            state.updates.allowed = allowed;
        }
        state.updates.poll = state.updates.poll.max(call.number);
    });
    let seconds = u64::try_from(timeout.clamp(0, LONGEST_POLL_SECONDS)).unwrap_or(0);
    let deadline = Instant::now() + Duration::from_secs(seconds);
    loop {
        let (last, updates) = shared.read(|state| (state.updates.poll, state.updates.first(limit)));
        if last != call.number {
            sleep(FAREWELL).await;
            return Err(Rejection::conflict()
                .violating("two polls at once: a second bot runs with the same token"));
        }
        if !updates.is_empty() || timeout_at(deadline, changes.changed()).await.is_err() {
            return Ok(Value::Array(updates));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(updates: &Updates, limit: usize) -> Vec<i64> {
        updates
            .first(limit)
            .iter()
            .filter_map(|update| update["update_id"].as_i64())
            .collect()
    }

    #[test]
    fn an_offset_confirms_everything_below_it() {
        let mut updates = Updates::starting_at(10);
        for _ in 0..4 {
            updates.push("message", json!({}));
        }
        assert_eq!(ids(&updates, 2), [10, 11]);
        updates.confirm(12);
        assert_eq!(ids(&updates, 9), [12, 13]);
        updates.confirm(-1);
        assert_eq!(ids(&updates, 9), [13]);
    }

    #[test]
    fn unwanted_kinds_are_never_queued() {
        let mut updates = Updates::starting_at(1);
        updates.allowed = Some(vec!["message".to_owned()]);
        updates.push("callback_query", json!({}));
        updates.push("message", json!({}));
        updates.allowed = Some(Vec::new());
        updates.push("callback_query", json!({}));
        assert_eq!(ids(&updates, 9), [1, 2]);
    }
}
