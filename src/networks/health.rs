//! The health of a network.

use chrono::{DateTime, Utc};

/// Why a network is left alone for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    Throttled { until: DateTime<Utc> },
    Down,
    KeyRefused,
    OutOfCredit,
}

/// What the last response has shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// No response since the start.
    #[default]
    Unknown,
    Works,
    Trouble(Trouble),
}
