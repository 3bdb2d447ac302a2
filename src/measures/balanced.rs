//! The angle between two audiences.

use crate::measures::Measure;
use crate::model::{MeasureName, Overlap};

/// est / sqrt(N * B): the cosine of two sets, also known as Ochiai's coefficient (1957). Favours large accounts.
pub(super) struct Balanced;

impl Measure for Balanced {
    fn name(&self) -> MeasureName {
        MeasureName::Balanced
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
