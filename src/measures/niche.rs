//! The share of an account's own followers that also follow the target.

use crate::measures::Measure;
use crate::model::{MeasureName, Overlap};

/// The weight of a follower of the target alone, where one of the candidate alone weighs 1. At 0, accounts with a
/// handful of followers would always win.
const TARGET_ALONE: f64 = 0.1;

/// Accounts with fewer known common followers are not ranked at all.
const LEAST: f64 = 5.0;

/// est / (B + (N - est) / 10): the target's share of the candidate's followers, reduced for followers of the target
/// alone; Tversky's index ("Features of similarity", 1977) with weights of 1/10 and 1. Favours small accounts devoted
/// to the target's subject.
pub(super) struct Niche;

impl Measure for Niche {
    fn name(&self) -> MeasureName {
        MeasureName::Niche
    }

    fn formula(&self) -> &'static str {
        "tversky"
    }

    fn score(&self, overlap: &Overlap) -> f64 {
        if overlap.counted < LEAST {
            0.0
        } else {
            let alone = overlap.target - overlap.shared;
            overlap.shared / (overlap.candidate + TARGET_ALONE * alone)
        }
    }
}
