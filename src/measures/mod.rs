//! The shelf of similarity measures: one formula each, pure. To add one: add a file, a name in [`MeasureName`], and a
//! line in [`ALL`] and in [`by_name`].

mod balanced;
mod count;
mod niche;
mod peers;

use std::cmp::Ordering;

use crate::model::{Certainty, MeasureName, Overlap, Ranking, Sample, Similar};

/// A formula for how similar a candidate is to the target.
pub trait Measure: Send + Sync {
    /// Returns its name in settings and results.
    fn name(&self) -> MeasureName;

    /// Returns the name of its formula, which settings accept too.
    fn formula(&self) -> &'static str;

    /// Returns a score; higher is more similar. At a given share it falls with the candidate's followers, and at given
    /// followers it rises with the share: the bounds in [`crate::sampling`] rely on that.
    fn score(&self, overlap: &Overlap) -> f64;
}

/// Every measure; the first is the default.
pub const ALL: [&dyn Measure; 4] = [
    &peers::Peers,
    &niche::Niche,
    &balanced::Balanced,
    &count::PlainCount,
];

/// Returns the measure that needs no follower counts.
pub fn by_count() -> &'static dyn Measure {
    &count::PlainCount
}

/// Returns the measure of this name.
pub fn by_name(name: MeasureName) -> &'static dyn Measure {
    match name {
        MeasureName::Peers => &peers::Peers,
        MeasureName::Niche => &niche::Niche,
        MeasureName::Balanced => &balanced::Balanced,
        MeasureName::Count => &count::PlainCount,
    }
}

/// Finds a measure by its name or the name of its formula.
pub fn parse(text: &str) -> Option<&'static dyn Measure> {
    ALL.into_iter()
        .find(|measure| measure.name().as_str() == text || measure.formula() == text)
}

/// Reorders a ranking by another measure, with what is known about that order. It needs no request, but only includes
/// accounts whose profiles were fetched. A ranking without follower counts stays ordered by count.
pub fn reorder(ranking: &mut Ranking, measure: &dyn Measure) {
    if ranking.measure == measure.name() || !ranking.tells_sizes() {
        return;
    }
    order_by(measure, &ranking.sample, &mut ranking.rows);
    // Nothing is known about an order that was not evaluated.
    let certainty = match ranking.certainty.get(&measure.name()) {
        Some(certainty) => certainty.clone(),
        None => Certainty {
            undecided: 1,
            precision: 1.0,
            sure: Vec::new(),
            fetched: false,
        },
    };
    for row in &mut ranking.rows {
        row.sure = certainty.sure.contains(&row.id);
    }
    ranking.measure = measure.name();
    ranking.undecided = certainty.undecided;
    ranking.precision = certainty.precision;
    ranking.reordered = true;
}

/// Scores rows by a measure, and sorts them, most similar first.
pub fn order_by(measure: &dyn Measure, sample: &Sample, rows: &mut [Similar]) {
    for row in rows.iter_mut() {
        row.score = score(measure, sample, row);
    }
    rows.sort_by(order);
}

/// Returns a row's score by a measure.
pub fn score(measure: &dyn Measure, sample: &Sample, row: &Similar) -> f64 {
    let overlap = Overlap::new(sample, &row.tally());
    overlap.map_or(0.0, |overlap| measure.score(&overlap))
}

/// Orders the most similar first. Ties go to the larger count, then the smaller account, then the id, so that the same
/// counts always give the same list.
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
    use crate::model::{Tally, example};

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
            calibrated: None,
            followers: candidate,
        };
        let overlap = Overlap::new(&sample, &tally).expect("something was read");
        parse(name).expect("a measure").score(&overlap)
    }

    #[test]
    fn every_measure_is_found_by_the_name_that_buttons_and_settings_have() {
        for measure in ALL {
            let name = measure.name();
            assert_eq!(by_name(name).name(), name);
            assert_eq!(name.as_str().parse(), Ok(name));
            assert_eq!(parse(name.as_str()).map(|it| it.name()), Some(name));
        }
    }

    #[test]
    fn a_full_crawl_gives_the_plain_formulas() {
        assert_eq!(score("peers", 100, 100, 50, 50), 0.5);
        assert_eq!(
            score("balanced", 100, 100, 50, 25),
            50.0 / (100.0f64 * 50.0).sqrt()
        );
        assert_eq!(score("niche", 100, 100, 50, 1_000), 50.0 / 1_005.0);
        assert!((score("count", 100, 100, 7, 1_000_000) - 7.0).abs() < 1e-9);
    }

    #[test]
    fn a_sample_is_scaled_before_it_is_compared_with_full_audiences() {
        assert_eq!(score("jaccard", 1_000, 100, 10, 900), 100.0 / 1_800.0);
    }

    #[test]
    fn no_score_passes_one_however_small_the_candidate() {
        for candidate in [0, 1, 10, 100] {
            for measure in ["peers", "niche", "balanced"] {
                assert!(score(measure, 100_000, 800, 10, candidate) <= 1.0);
            }
        }
    }

    #[test]
    fn every_score_rises_with_the_share_and_falls_with_the_followers() {
        for measure in ALL {
            let score = |counted, candidate| {
                score(measure.name().as_str(), 10_000, 1_000, counted, candidate)
            };
            for counted in 0..100 {
                assert!(score(counted, 20_000) <= score(counted + 1, 20_000));
                assert!(score(counted, 20_000) >= score(counted, 30_000));
            }
        }
    }

    fn row(id: &str, followers: u64, shared: u64) -> Similar {
        Similar {
            followers: Some(followers),
            shared,
            score: 0.0,
            sure: id == "large",
            ..example::row(id)
        }
    }

    /// By count the large account is first, by peers the one of the target's size.
    fn ranking(certainty: serde_json::Value) -> Ranking {
        let rows = vec![row("large", 1_000_000, 40), row("alike", 100, 30)];
        let mut ranking = example::ranking(rows, 100, 100, 50);
        ranking.measure = MeasureName::Count;
        ranking.certainty = serde_json::from_value(certainty).expect("what is known of orders");
        ranking
    }

    #[test]
    fn what_is_said_of_an_order_is_its_own() {
        let of_peers = serde_json::json!({
            "undecided": 3, "precision": 0.4, "sure": ["alike"], "fetched": true,
        });
        let mut ranking = ranking(serde_json::json!({ "peers": of_peers }));
        reorder(&mut ranking, ALL[0]);
        assert_eq!(ranking.rows[0].id.as_str(), "alike");
        assert_eq!((ranking.undecided, ranking.precision), (3, 0.4));
        let sure: Vec<bool> = ranking.rows.iter().map(|row| row.sure).collect();
        assert_eq!(sure, [true, false]);
    }

    #[test]
    fn nothing_is_said_of_an_order_of_which_nothing_is_known() {
        let mut ranking = ranking(serde_json::json!({}));
        reorder(&mut ranking, ALL[0]);
        assert_eq!((ranking.undecided, ranking.precision), (1, 1.0));
        assert!(ranking.rows.iter().all(|row| !row.sure));
    }
}
