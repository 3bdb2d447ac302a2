//! The first places of a ranking that others will follow, as they are shown below the progress of a search.

use serde::{Deserialize, Serialize};

use crate::model::{Handle, MeasureName};

/// The first places of a ranking.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    pub measure: MeasureName,
    /// See [`crate::model::Sample::is_preliminary`].
    pub preliminary: bool,
    pub rows: Vec<PreviewRow>,
}

/// One of these accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewRow {
    pub handle: Handle,
    pub name: String,
    /// Of the ranking's measure.
    pub score: f64,
    /// It was not counted among all followers.
    pub is_estimate: bool,
}
