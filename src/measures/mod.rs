//! The shelf of similarity measures: one formula each, pure. To add one: add a file, and a line in
//! [`ALL`].

mod big_names;
mod count;
mod niche;
mod peers;

use std::cmp::Ordering;

use crate::model::{Overlap, Ranking, Similar};

/// A formula that says how similar a candidate is to the target.
pub trait Measure: Send + Sync {
    /// What it is called in settings and results.
    fn name(&self) -> &'static str;

    /// What its formula is called; settings take that too.
    fn formula(&self) -> &'static str;

    /// Higher is more similar. For a given share it falls with the candidate's followers, and for given
    /// followers it rises with the share: what [`crate::sampling`] knows of bounds rests on that.
    fn score(&self, overlap: &Overlap) -> f64;
}

/// Every measure; the first is the default.
pub const ALL: [&dyn Measure; 4] = [
    &peers::Peers,
    &niche::Niche,
    &big_names::BigNames,
    &count::Count,
];

/// The one that needs no sizes.
pub fn by_count() -> &'static dyn Measure {
    &count::Count
}

/// The measure of a name or of a formula's name.
pub fn by_name(name: &str) -> Option<&'static dyn Measure> {
    ALL.into_iter()
        .find(|measure| measure.name() == name || measure.formula() == name)
}

/// The same ranking by another measure. No request is needed, but only accounts whose profiles were
/// fetched for the first one can be in it, and what was sure of their places is not any more. One without
/// sizes stays by count, which is all that it can be ordered by.
pub fn reorder(ranking: &mut Ranking, measure: &dyn Measure) {
    if ranking.measure == measure.name() || !ranking.tells_sizes() {
        return;
    }
    for row in &mut ranking.rows {
        let overlap = Overlap::new(&ranking.sample, &row.tally());
        row.score = overlap.map_or(0.0, |overlap| measure.score(&overlap));
        row.sure = false;
    }
    ranking.rows.sort_by(order);
    ranking.measure = measure.name().to_owned();
    ranking.undecided = ranking.undecided.max(1);
}

/// Most similar first. Ties go to the larger count, then to the smaller account, then to the id, so
/// that the same counts always make the same list.
pub fn order(one: &Similar, other: &Similar) -> Ordering {
    other
        .score
        .total_cmp(&one.score)
        .then(other.shared.cmp(&one.shared))
        .then(one.tally().followers.cmp(&other.tally().followers))
        .then(one.id.cmp(&other.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Sample, Tally};

    fn score(name: &str, followers: u64, read: u64, counted: u64, candidate: u64) -> f64 {
        let sample = Sample {
            audience: followers,
            listed: followers,
            readable: followers,
            read,
        };
        let tally = Tally {
            counted,
            confirmed: None,
            followers: candidate,
        };
        let overlap = Overlap::new(&sample, &tally).expect("something was read");
        by_name(name).expect("a measure").score(&overlap)
    }

    #[test]
    fn a_full_crawl_gives_the_plain_formulas() {
        assert_eq!(score("peers", 100, 100, 50, 50), 0.5);
        assert_eq!(
            score("big-names", 100, 100, 50, 25),
            50.0 / (100.0f64 * 50.0).sqrt()
        );
        assert_eq!(score("niche", 100, 100, 50, 1_000), 50.0 / 1_005.0);
        assert_eq!(score("count", 100, 100, 7, 1_000_000), 7.0);
    }

    #[test]
    fn a_sample_is_scaled_before_it_is_compared_with_full_audiences() {
        assert_eq!(score("jaccard", 1_000, 100, 10, 900), 100.0 / 1_800.0);
    }

    #[test]
    fn no_score_passes_one_however_small_the_candidate() {
        for candidate in [0, 1, 10, 100] {
            for measure in ["peers", "niche", "big-names"] {
                assert!(score(measure, 100_000, 800, 10, candidate) <= 1.0);
            }
        }
    }

    #[test]
    fn every_score_rises_with_the_share_and_falls_with_the_followers() {
        for measure in ALL {
            let score =
                |counted, candidate| score(measure.name(), 10_000, 1_000, counted, candidate);
            for counted in 0..100 {
                assert!(score(counted, 20_000) <= score(counted + 1, 20_000));
                assert!(score(counted, 20_000) >= score(counted, 30_000));
            }
        }
    }
}
