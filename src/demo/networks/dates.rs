//! When the accounts of a world joined a network, and last posted there.

use chrono::{DateTime, TimeDelta, Utc};

use crate::demo::pseudorandom;

/// 1 January 2023, midnight.
const FIRST: i64 = 1_672_531_200;

/// Three years in seconds.
const YEARS: u64 = 3 * 365 * 86_400;

/// A month in days.
const MONTH: u64 = 30;

pub(super) fn joined(id: u64) -> DateTime<Utc> {
    let first = DateTime::from_timestamp(FIRST, 0).unwrap_or_default();
    first + TimeDelta::seconds((pseudorandom::mix(&[id, YEARS]) % YEARS) as i64)
}

pub(super) fn last_wrote(id: u64) -> DateTime<Utc> {
    joined(id) + TimeDelta::days((pseudorandom::mix(&[id, MONTH]) % MONTH) as i64)
}
