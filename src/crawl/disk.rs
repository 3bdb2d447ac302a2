//! Tells the operators when the disk of the database is nearly full, and when there is room again: once each,
//! also over restarts.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::model::Failing;
use crate::stores::{Room, StoreError};

/// How often it is looked at: a list is a few kilobytes, so that no disk fills up faster.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// It is nearly full when less than this is free ...
const LEAST: u64 = 500_000_000;

/// ... or less than this part.
const LEAST_PERCENT: u64 = 5;

/// There is room again with so many percent of that, so that nobody is told again and again.
const ENOUGH_PERCENT: u64 = 120;

/// Looks until it is stopped or the database fails.
pub(super) async fn watch(cx: Context, stop: CancellationToken) -> Result<(), StoreError> {
    loop {
        if let Some(room) = cx.ledger.room()
            && let Some(is_full) = judge(room)
        {
            let operators = cx.settings.operators.clone();
            let failing = Failing::Disk { free: room.free };
            cx.ledger.warn(failing, !is_full, operators).await?;
            cx.notifier.outgoing();
        }
        tokio::select! {
            () = cx.clock.sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}

/// Whether it is nearly full; nothing between the two.
fn judge(room: Room) -> Option<bool> {
    let least = LEAST.max(room.total / 100 * LEAST_PERCENT);
    let enough = least / 100 * ENOUGH_PERCENT;
    match room.free {
        free if free < least => Some(true),
        free if free >= enough => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_nearly_full_by_what_is_free_or_by_the_part_that_is() {
        const GB: u64 = 1_000_000_000;
        let judged = |free, total| judge(Room { free, total });
        assert_eq!(judged(GB / 2 - 1, 4 * GB), Some(true));
        assert_eq!(judged(GB / 2, 4 * GB), None);
        assert_eq!(judged(GB, 4 * GB), Some(false));
        assert_eq!(judged(4 * GB, 100 * GB), Some(true));
        assert_eq!(judged(5 * GB, 100 * GB), None);
        assert_eq!(judged(6 * GB, 100 * GB), Some(false));
    }
}
