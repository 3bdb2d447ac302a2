//! Pauses all searches before the database's disk is full, and resumes them when there is room again. Operators are
//! told when it is nearly full, when searches wait, and when either is over: once each, also across restarts.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::crawl::mode::{hold_or_release, update_bubbles};
use crate::model::Failing;
use crate::stores::{Room, StoreError};

/// How often free space is checked: the reserve is far more than can be written in between.
const CHECK_EVERY: Duration = Duration::from_secs(10);

/// The disk is nearly full when less than this is free ...
const NEARLY_FULL: u64 = 500_000_000;

/// ... or less than this part of it.
const NEARLY_FULL_PERCENT: u64 = 5;

/// The most that the reserve may take of a small disk.
const RESERVE_PERCENT: u64 = 5;

/// There is room again at this percentage of the threshold, so that nobody is told again and again.
const ENOUGH_PERCENT: u64 = 120;

/// Checks until stopped, or until the database fails.
pub(super) async fn watch(cx: Context, stop: CancellationToken) -> Result<(), StoreError> {
    let (mut reserve, mut least) = (Level::default(), Level::default());
    loop {
        if let Some(Room { free, total }) = cx.ledger.room() {
            let small = total / 100 * RESERVE_PERCENT;
            if let Some(is_low) = reserve.change(free, cx.settings.reserve.min(small)) {
                pause_or_resume(&cx, is_low, free)?;
                warn(&cx, Failing::Room { free }, is_low).await?;
            }
            let part = total / 100 * NEARLY_FULL_PERCENT;
            if let Some(is_low) = least.change(free, NEARLY_FULL.max(part)) {
                warn(&cx, Failing::Disk { free }, is_low).await?;
            }
        }
        tokio::select! {
            () = cx.clock.sleep(CHECK_EVERY) => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}

fn pause_or_resume(cx: &Context, is_low: bool, free: u64) -> Result<(), StoreError> {
    cx.out_of_room.store(is_low, Ordering::Relaxed);
    hold_or_release(cx)?;
    if is_low {
        tracing::error!(free, "the disk is so full that all searches wait");
    } else {
        tracing::debug!(free, "there is room on the disk");
    }
    update_bubbles(cx)
}

async fn warn(cx: &Context, failing: Failing, is_low: bool) -> Result<(), StoreError> {
    let operators = cx.settings.operators.clone();
    cx.ledger.warn(failing, !is_low, operators).await?;
    Ok(())
}

/// Free space compared with a threshold.
#[derive(Default)]
struct Level {
    is_low: Option<bool>,
}

impl Level {
    /// Returns whether space is too low, if that has changed since the last check.
    fn change(&mut self, free: u64, least: u64) -> Option<bool> {
        let is_low = match free {
            free if free < least => true,
            free if free >= least / 100 * ENOUGH_PERCENT => false,
            _ => return None,
        };
        (self.is_low.replace(is_low) != Some(is_low)).then_some(is_low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_passed_a_level_has_to_pass_another_on_the_way_back() {
        let mut level = Level::default();
        assert_eq!(level.change(150, 100), Some(false));
        assert_eq!(level.change(100, 100), None);
        assert_eq!(level.change(99, 100), Some(true));
        assert_eq!(level.change(0, 100), None);
        assert_eq!(level.change(119, 100), None);
        assert_eq!(level.change(120, 100), Some(false));
    }
}
