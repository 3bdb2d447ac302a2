//! The part of an account's own followers that it shares with the target.

use crate::measures::Measure;
use crate::model::Overlap;

/// Followers that every account is thought to have besides its own: without them accounts with a handful
/// of followers would always win.
const PRIOR: f64 = 1_000.0;

/// Followers read who must follow an account before it is placed at all.
const LEAST: f64 = 5.0;

/// est / (B + k): the share of the candidate that is the target's, shrunk towards none by k more followers
/// (additive smoothing; Laplace, 1814). Leans to small accounts, devoted to the target's subject.
pub(super) struct Niche;

impl Measure for Niche {
    fn name(&self) -> &'static str {
        "niche"
    }

    fn formula(&self) -> &'static str {
        "share"
    }

    fn score(&self, overlap: &Overlap) -> f64 {
        if overlap.counted < LEAST {
            0.0
        } else {
            overlap.shared / (overlap.candidate + PRIOR)
        }
    }
}
