//! Tells the operators when a network's key is refused or used up, which only they can mend, and when it
//! works again: once each, also over restarts.

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::model::Alarm;
use crate::networks::{Entry, Standing, Trouble};
use crate::stores::StoreError;

/// Watches one network until it is stopped or the database fails.
pub(super) async fn watch(
    cx: Context,
    entry: Entry,
    stop: CancellationToken,
) -> Result<(), StoreError> {
    let network = entry.network.name();
    let mut standing = entry.gate.standing();
    loop {
        let alarm = of(&standing.borrow_and_update());
        if let Some(alarm) = alarm {
            let operators = cx.settings.operators.clone();
            cx.ledger.raise(&network, alarm, operators).await?;
            cx.notifier.outgoing();
        }
        tokio::select! {
            changed = standing.changed() => {
                // Gone with the gate, that is at the end.
                if changed.is_err() {
                    return Ok(());
                }
            }
            () = stop.cancelled() => return Ok(()),
        }
    }
}

/// What is worth an operator's attention; nothing is said of what passes by itself.
fn of(standing: &Standing) -> Option<Alarm> {
    match standing {
        Standing::Works => Some(Alarm::Over),
        Standing::Trouble(Trouble::KeyRefused) => Some(Alarm::KeyRefused),
        Standing::Trouble(Trouble::OutOfCredit) => Some(Alarm::OutOfCredit),
        Standing::Trouble(Trouble::Down | Trouble::Throttled { .. }) | Standing::Unknown => None,
    }
}
