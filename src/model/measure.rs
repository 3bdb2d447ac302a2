//! The names of the measures of similarity.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which measure orders a list. The name is stored, never the position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeasureName {
    BigNames,
    Count,
    Niche,
    Peers,
}

impl MeasureName {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BigNames => "big-names",
            Self::Count => "count",
            Self::Niche => "niche",
            Self::Peers => "peers",
        }
    }
}

impl fmt::Display for MeasureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
