//! The answer: candidates, what they share with the target, and their order.

use serde::{Deserialize, Serialize};

use crate::model::{AccountId, Handle};

/// An account that followers of the target follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub id: AccountId,
    /// How many of the followers read follow it.
    pub shared: u64,
}

/// The counts from which every measure is computed, with the guards of the sampling maths applied:
/// build it with [`Overlap::new`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// Followers of the target (N).
    pub target: f64,
    /// Followers of the candidate (B).
    pub candidate: f64,
    /// Followers read who follow the candidate (c).
    pub counted: u64,
    /// Shared followers, scaled from those read to all (est).
    pub shared: f64,
}

/// One row of a ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Similar {
    pub id: AccountId,
    pub handle: Handle,
    pub name: String,
    pub bio: String,
    pub picture: Option<String>,
    pub followers: u64,
    pub shared: u64,
    pub score: f64,
}

/// The ordered result, most similar first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// The name of the measure that ordered it.
    pub measure: String,
    pub rows: Vec<Similar>,
}

impl Overlap {
    /// `followers`: the target's followers (N), as its profile says or as listed, whichever is more.
    /// `read`: followers whose lists were read (n). `counted`: how many of them follow the candidate
    /// (c). `candidate`: the candidate's followers (B). `None` when nothing was read.
    ///
    /// B is at least c, and est = c * N / n at most B and N: without these bounds small accounts get
    /// scores above 1 by chance alone and win.
    pub fn new(followers: u64, read: u64, counted: u64, candidate: u64) -> Option<Self> {
        if read == 0 {
            return None;
        }
        let target = followers.max(read) as f64;
        let candidate = candidate.max(counted) as f64;
        let shared = (counted as f64 * target / read as f64)
            .min(candidate)
            .min(target);
        Some(Self {
            target,
            candidate,
            counted,
            shared,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_never_passes_either_audience() {
        let overlap = Overlap::new(100_000, 800, 10, 40).expect("something was read");
        assert_eq!(
            overlap.shared, 40.0,
            "1,250 by scaling, but the candidate has 40 followers"
        );
        let overlap = Overlap::new(10, 20, 20, 5).expect("something was read");
        assert_eq!(
            (overlap.target, overlap.candidate, overlap.shared),
            (20.0, 20.0, 20.0)
        );
        assert_eq!(Overlap::new(10, 0, 0, 5), None);
    }
}
