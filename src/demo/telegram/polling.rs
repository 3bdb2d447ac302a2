//! getUpdates: the long poll on the queue of updates.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use crate::demo::telegram::method_call::MethodCall;
use crate::demo::telegram::rejection::Rejection;
use crate::demo::telegram::shared::SharedState;

/// The longest poll that Telegram accepts, and the most updates it returns at once.
const LONGEST_POLL_SECONDS: i64 = 50;
const MOST_UPDATES: i64 = 100;
/// How long a superseded poll stays open: one whose bot is gone ends by itself in that time, and is no violation.
const FAREWELL: Duration = Duration::from_millis(200);

/// Answers getUpdates: at once if there are updates, otherwise when there are, at the latest after the call's timeout.
pub(super) async fn get_updates(
    shared: &SharedState,
    call: &MethodCall,
) -> Result<Value, Rejection> {
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
            state.add_violation(
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
