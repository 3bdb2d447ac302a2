//! Shared followers among all followers of either account.

use crate::measures::Measure;
use crate::model::{MeasureName, Overlap};

/// est / (N + B - est): Jaccard, "Distribution de la flore alpine", 1901, with the sampled count scaled to the whole
/// audience first. Favours accounts of similar size, and is the most stable at every sample size.
pub(super) struct Peers;

impl Measure for Peers {
    fn name(&self) -> MeasureName {
        MeasureName::Peers
    }

    fn formula(&self) -> &'static str {
        "jaccard"
    }

    fn score(&self, overlap: &Overlap) -> f64 {
        overlap.shared / (overlap.target + overlap.candidate - overlap.shared)
    }
}
