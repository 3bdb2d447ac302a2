//! The plain count.

use crate::measures::Measure;
use crate::model::{MeasureName, Overlap};

/// est: how many of the target's followers follow the candidate. Celebrities always win; it is here for comparison.
pub(super) struct PlainCount;

impl Measure for PlainCount {
    fn name(&self) -> MeasureName {
        MeasureName::Count
    }

    fn formula(&self) -> &'static str {
        "shared"
    }

    fn score(&self, overlap: &Overlap) -> f64 {
        overlap.shared
    }
}
