//! The names of the measures of similarity.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which measure orders a list. The name is stored, never the position.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum MeasureName {
    #[serde(alias = "big-names")]
    Balanced,
    Count,
    Niche,
    #[default]
    Peers,
}

impl MeasureName {
    const ALL: [Self; 4] = [Self::Balanced, Self::Count, Self::Niche, Self::Peers];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
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

impl FromStr for MeasureName {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let mut all = Self::ALL.into_iter();
        all.find(|measure| measure.as_str() == name).ok_or(())
    }
}
