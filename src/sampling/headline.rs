//! What is shown of an account first: the number that its list is ordered by, where that lies, and the shares behind it.

use crate::measures;
use crate::model::{MeasureName, Overlap, Ranking, Similar};
use crate::sampling::{Interval, USUAL, share};

/// What is shown of an account in a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Headline {
    /// Of this measure.
    pub measure: MeasureName,
    /// What the list is ordered by: a part, from 0 to 1, or a number of followers if that is what is compared.
    pub score: f64,
    /// Where the score lies with 95%; `None` if it is counted.
    pub interval: Option<Interval>,
    /// The highest score there could be: a bar of this length is full.
    pub full: f64,
    /// The share of the target's followers who follow it.
    pub of_target: f64,
    /// The share of its own followers who follow the target; `None` if the network does not tell how many it has.
    pub of_own: Option<f64>,
}

impl Headline {
    pub fn of(ranking: &Ranking, row: &Similar) -> Self {
        let (sample, tally) = (&ranking.sample, row.tally());
        let measure = measures::by_name(ranking.measure);
        let at = |share: f64| measure.score(&Overlap::of_share(sample, share, &tally));
        let around = share(sample, &tally, USUAL);
        let interval = Interval {
            low: at(around.low).min(row.score),
            high: at(around.high).max(row.score),
        };
        let overlap = Overlap::new(sample, &tally).filter(|overlap| overlap.candidate > 0.0);
        let of_own = overlap.map(|overlap| overlap.shared / overlap.candidate);
        Self {
            measure: ranking.measure,
            score: row.score,
            interval: (around.low < around.high).then_some(interval),
            full: match ranking.measure {
                MeasureName::Count => sample.audience.max(sample.read).max(1) as f64,
                MeasureName::Peers | MeasureName::Niche | MeasureName::Balanced => 1.0,
            },
            of_target: tally.share(sample),
            of_own: of_own.filter(|_| row.followers.is_some()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::example;

    /// Of 100 followers 50 are read; accounts of all sizes share some of them.
    fn ranking() -> Ranking {
        let rows = [(30, 60), (25, 1_000), (12, 40), (6, 12)].map(|(shared, followers)| Similar {
            shared,
            followers: Some(followers),
            ..example::row(&format!("of{followers}"))
        });
        example::ranking(rows.to_vec(), 100, 100, 50)
    }

    #[test]
    fn what_is_shown_falls_from_top_to_bottom_in_every_order_and_lies_in_its_interval() {
        for measure in measures::ALL {
            let mut ranking = ranking();
            ranking.measure = measure.name();
            measures::order_by(measure, &ranking.sample, &mut ranking.rows);
            let shown = ranking.rows.iter().map(|row| Headline::of(&ranking, row));
            let shown: Vec<Headline> = shown.collect();
            assert!(shown.is_sorted_by(|one, other| one.score >= other.score));
            for headline in shown {
                let Interval { low, high } = headline.interval.expect("half are read");
                assert!(
                    low <= headline.score && headline.score <= high,
                    "{headline:?}"
                );
                assert!(high <= headline.full, "{headline:?}");
            }
        }
    }

    #[test]
    fn the_shares_behind_it_are_of_both_audiences() {
        let ranking = ranking();
        let headline = Headline::of(&ranking, &ranking.rows[0]);
        // 60 of 100, and 60 of 60.
        assert_eq!((headline.of_target, headline.of_own), (0.6, Some(1.0)));
        let unsized_row = Similar {
            followers: None,
            ..ranking.rows[0].clone()
        };
        assert_eq!(Headline::of(&ranking, &unsized_row).of_own, None);
    }
}
