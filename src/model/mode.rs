//! The mode that operators set: run, drain or pause.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    #[default]
    Runs,
    /// No new analyses are accepted; running ones continue.
    Drains,
    /// No requests are sent to any network.
    Paused,
}

/// The mode, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeChange {
    pub mode: Mode,
    pub since: DateTime<Utc>,
}

impl Default for ModeChange {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            since: DateTime::UNIX_EPOCH,
        }
    }
}

/// What an operator's button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    Look,
    SetMode(Mode),
}

impl Operation {
    pub const ALL: [Self; 4] = [
        Self::Look,
        Self::SetMode(Mode::Runs),
        Self::SetMode(Mode::Drains),
        Self::SetMode(Mode::Paused),
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Look => "admin-look",
            Self::SetMode(Mode::Runs) => "admin-run",
            Self::SetMode(Mode::Drains) => "admin-drain",
            Self::SetMode(Mode::Paused) => "admin-pause",
        }
    }
}
