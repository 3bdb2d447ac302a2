//! Tells the operators when a network's key is refused or used up, when a network has been down for long, and when it
//! works again: once each, also across restarts.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::model::{Alarm, Mode};
use crate::networks::{Entry, Health, Trouble};
use crate::stores::StoreError;

/// Most outages are over by then.
const DOWN_FOR: Duration = Duration::from_secs(30 * 60);

/// How often to check whether anything is still sent to a network that is down: without requests it can't recover.
const CHECK_EVERY: Duration = Duration::from_secs(60);

/// Watches one network until stopped, or until the database fails.
pub(super) async fn watch(
    cx: Context,
    entry: Entry,
    stop: CancellationToken,
) -> Result<(), StoreError> {
    let network = entry.network.name();
    let mut standing = entry.gate.health();
    let mut down_since = None;
    loop {
        let seen = standing.borrow_and_update().clone();
        let now = cx.clock.elapsed();
        down_since = match seen {
            Health::Trouble(Trouble::Down) => down_since.or(Some(now)),
            _ => None,
        };
        let left = down_since.map(|since| DOWN_FOR.saturating_sub(now.saturating_sub(since)));
        let alarm = match left {
            Some(Duration::ZERO) => has_waiting_requests(&cx, &entry)?.then_some(Alarm::Down),
            _ => alarm_for(&seen),
        };
        if let Some(alarm) = alarm {
            let operators = cx.settings.operators.clone();
            cx.ledger.raise(&network, alarm, operators).await?;
        }
        let again = left.map(|left| if left.is_zero() { CHECK_EVERY } else { left });
        tokio::select! {
            changed = standing.changed() => {
                // The gate is gone, so the process is ending.
                if changed.is_err() {
                    return Ok(());
                }
            }
            () = cx.clock.sleep(again.unwrap_or_default()), if again.is_some() => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}

/// Whether requests are waiting that would show that the network works.
fn has_waiting_requests(cx: &Context, entry: &Entry) -> Result<bool, StoreError> {
    let paused = cx.ledger.mode()?.mode == Mode::Paused;
    Ok(!paused && !cx.is_out_of_room() && entry.gate.waiting() > 0)
}

/// Returns what needs an operator's attention; `None` for what passes by itself.
fn alarm_for(standing: &Health) -> Option<Alarm> {
    match standing {
        Health::Works => Some(Alarm::Over),
        Health::Trouble(Trouble::KeyRefused) => Some(Alarm::KeyRefused),
        Health::Trouble(Trouble::OutOfCredit) => Some(Alarm::OutOfCredit),
        Health::Trouble(Trouble::Down | Trouble::Throttled { .. }) | Health::Unknown => None,
    }
}
