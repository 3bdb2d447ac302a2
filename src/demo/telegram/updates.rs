//! The queue of updates. An update stays until an offset confirms it.

use std::collections::VecDeque;

use serde_json::{Value, json};
/// Updates that no offset has confirmed.
#[derive(Debug)]
pub(super) struct Updates {
    queue: VecDeque<(i32, Value)>,
    next: i32,
    /// The kinds that the bot last asked for; `None` for Telegram's default.
    pub(super) allowed: Option<Vec<String>>,
    /// The number of the latest poll; an earlier one that still waits is turned away.
    pub(super) poll: u64,
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

    /// Queues an update, unless its kind is unwanted: like Telegram, this is decided now and not at delivery.
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

    /// Queues any update as it is; an object without a number gets the next one.
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

    pub(super) fn confirm(&mut self, offset: i64) {
        if offset < 0 {
            let kept = usize::try_from(-offset).unwrap_or(usize::MAX);
            let forgotten = self.queue.len().saturating_sub(kept);
            self.queue.drain(..forgotten);
        } else {
            self.queue.retain(|(id, _)| i64::from(*id) >= offset);
        }
    }

    pub(super) fn first(&self, limit: usize) -> Vec<Value> {
        self.queue
            .iter()
            .take(limit)
            .map(|(_, update)| update.clone())
            .collect()
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
