//! The angle between two audiences.

use crate::measures::Measure;
use crate::model::Overlap;

/// est / sqrt(N * B): the cosine of two sets, also known as Ochiai's coefficient (1957). Leans to large
/// accounts.
pub(super) struct BigNames;

impl Measure for BigNames {
    fn name(&self) -> &'static str {
        "big-names"
    }

    fn formula(&self) -> &'static str {
        "cosine"
    }

    fn score(&self, overlap: &Overlap) -> f64 {
        if overlap.shared == 0.0 {
            0.0
        } else {
            overlap.shared / (overlap.target * overlap.candidate).sqrt()
        }
    }
}
