//! The part of an account's own followers that it shares with the target.

use crate::measures::Measure;
use crate::model::{MeasureName, Overlap};

/// What a follower of the target alone counts for, where one of the candidate alone counts for 1: if it were 0,
/// accounts with a handful of followers would always win.
const TARGET_ALONE: f64 = 0.1;

/// Followers who must be known to follow an account before it is placed at all.
const LEAST: f64 = 5.0;

/// est / (B + (N - est) / 10): the share of the candidate that is the target's, less for what the target has
/// besides; Tversky's index ("Features of similarity", 1977) with weights of 1/10 and 1. Leans to small
/// accounts, devoted to the target's subject.
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
