//! What the operators have the bot do.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    #[default]
    Runs,
    /// No new analyses are taken; those under way go on.
    Drains,
    /// Nothing is asked of any network.
    Paused,
}

/// What holds, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steering {
    pub mode: Mode,
    pub since: DateTime<Utc>,
}

impl Default for Steering {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            since: DateTime::UNIX_EPOCH,
        }
    }
}

/// What an operator can ask for by a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    Look,
    Steer(Mode),
}

impl Operation {
    pub const ALL: [Self; 4] = [
        Self::Look,
        Self::Steer(Mode::Runs),
        Self::Steer(Mode::Drains),
        Self::Steer(Mode::Paused),
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Look => "admin-look",
            Self::Steer(Mode::Runs) => "admin-run",
            Self::Steer(Mode::Drains) => "admin-drain",
            Self::Steer(Mode::Paused) => "admin-pause",
        }
    }
}
