//! Where a process was when it was killed, by its log: what had begun and not ended.

use std::collections::BTreeSet;
use std::fmt;

/// Where a crash could hurt most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CrashPoint {
    StartUp,
    Shutdown,
    StageChange,
    /// The records of a group commit are synced, its rows are not.
    BetweenSyncs,
    /// A group commit is on disk and not acknowledged.
    Unacknowledged,
    Aggregation,
    /// A result is being sent, and Telegram has not taken it.
    Delivery,
    /// Telegram has taken a call, and that is not recorded.
    Accepted,
}

impl CrashPoint {
    pub(super) const ALL: [CrashPoint; 8] = [
        CrashPoint::StartUp,
        CrashPoint::Shutdown,
        CrashPoint::StageChange,
        CrashPoint::BetweenSyncs,
        CrashPoint::Unacknowledged,
        CrashPoint::Aggregation,
        CrashPoint::Delivery,
        CrashPoint::Accepted,
    ];
}

impl fmt::Display for CrashPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            CrashPoint::StartUp => "start-up",
            CrashPoint::Shutdown => "shutdown",
            CrashPoint::StageChange => "a stage change",
            CrashPoint::BetweenSyncs => "a commit between its syncs",
            CrashPoint::Unacknowledged => "a commit not acknowledged",
            CrashPoint::Aggregation => "aggregation",
            CrashPoint::Delivery => "delivery",
            CrashPoint::Accepted => "accepted and not recorded",
        })
    }
}

/// Returns the points that a log shows. Only Telegram knows which calls it has taken.
pub(super) fn points(log: &[String]) -> Vec<CrashPoint> {
    let committed = "a group is committed";
    let inside = [
        (CrashPoint::Shutdown, "app: stopping", "app: stopped"),
        (CrashPoint::StageChange, "a crawl enters a stage", committed),
        (
            CrashPoint::BetweenSyncs,
            "records are on disk",
            "rows are on disk",
        ),
        (CrashPoint::Unacknowledged, "rows are on disk", committed),
        (CrashPoint::Aggregation, "counting whom", "counted"),
    ];
    let inside = inside
        .into_iter()
        .filter(|(_, begin, end)| last(log, begin) > last(log, end))
        .map(|(point, ..)| point);
    let connected = last(log, "connected to Telegram").is_some();
    (!connected)
        .then_some(CrashPoint::StartUp)
        .into_iter()
        .chain(inside)
        .collect()
}

/// Returns how many messages were handed to Telegram and not recorded as sent.
pub(super) fn sends_under_way(log: &[String]) -> usize {
    let of = |text: &str| -> BTreeSet<u64> {
        let lines = log.iter().filter(|line| line.contains(text));
        lines.filter_map(|line| number(line, "outgoing")).collect()
    };
    of("handing a call").difference(&of("off the list")).count()
}

/// Returns how many tasks were in progress when the process before this one was killed.
pub(super) fn taken_over(log: &[String]) -> Option<u64> {
    let line = log
        .iter()
        .find(|line| line.contains("took over the database"))?;
    number(line, "tasks")
}

fn last(log: &[String], text: &str) -> Option<usize> {
    log.iter().rposition(|line| line.contains(text))
}

/// Returns a field of a line.
fn number(line: &str, field: &str) -> Option<u64> {
    let (_, rest) = line.split_once(&format!("{field}="))?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}
