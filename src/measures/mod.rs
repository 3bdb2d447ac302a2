//! The shelf of similarity measures: one formula each, pure. To add one: add a file, and a line in
//! [`ALL`].

mod cosine;
mod count;
mod jaccard;

use std::cmp::Ordering;

use crate::model::{Overlap, Similar};

/// A formula that says how similar a candidate is to the target.
pub trait Measure: Send + Sync {
    /// What it is called in settings and results.
    fn name(&self) -> &'static str;

    /// Higher is more similar.
    fn score(&self, overlap: &Overlap) -> f64;
}

/// Every measure; the first is the default.
pub const ALL: [&dyn Measure; 3] = [&jaccard::Jaccard, &cosine::Cosine, &count::Count];

pub fn by_name(name: &str) -> Option<&'static dyn Measure> {
    ALL.into_iter().find(|measure| measure.name() == name)
}

/// Most similar first. Ties go to the larger count, then to the smaller account, then to the id, so
/// that the same counts always make the same list.
pub fn order(one: &Similar, other: &Similar) -> Ordering {
    other
        .score
        .total_cmp(&one.score)
        .then(other.shared.cmp(&one.shared))
        .then(one.followers.cmp(&other.followers))
        .then(one.id.cmp(&other.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(name: &str, followers: u64, read: u64, counted: u64, candidate: u64) -> f64 {
        let overlap =
            Overlap::new(followers, read, counted, candidate).expect("something was read");
        by_name(name).expect("a measure").score(&overlap)
    }

    #[test]
    fn a_full_crawl_gives_the_plain_formulas() {
        assert_eq!(score("jaccard", 100, 100, 50, 50), 0.5);
        assert_eq!(
            score("cosine", 100, 100, 50, 25),
            50.0 / (100.0f64 * 50.0).sqrt()
        );
        assert_eq!(score("count", 100, 100, 7, 1_000_000), 7.0);
    }

    #[test]
    fn a_sample_is_scaled_before_it_is_compared_with_full_audiences() {
        assert_eq!(score("jaccard", 1_000, 100, 10, 900), 100.0 / 1_800.0);
    }

    #[test]
    fn no_score_passes_one_however_small_the_candidate() {
        for candidate in [0, 1, 10, 100] {
            assert!(score("jaccard", 100_000, 800, 10, candidate) <= 1.0);
            assert!(score("cosine", 100_000, 800, 10, candidate) <= 1.0);
        }
    }
}
