//! How often a watched account is looked at.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Week,
    Month,
}

impl Every {
    pub const ALL: [Self; 2] = [Self::Week, Self::Month];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    pub fn days(self) -> i64 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
        }
    }

    pub fn length(self) -> TimeDelta {
        TimeDelta::days(self.days())
    }
}
