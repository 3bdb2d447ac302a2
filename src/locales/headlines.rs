//! What lists are ordered by, in words and numbers for people.

use crate::locales::{Locale, Percent, Whole};
use crate::model::MeasureName;

impl Locale {
    /// Returns the everyday name of an order: "Niche".
    pub fn measure(&self, measure: MeasureName) -> String {
        match measure {
            MeasureName::Peers => self.measure_peers(),
            MeasureName::Niche => self.measure_niche(),
            MeasureName::Balanced => self.measure_balanced(),
            MeasureName::Count => self.measure_count(),
        }
    }

    /// Returns what the numbers of an order mean.
    pub fn meaning(&self, measure: MeasureName) -> String {
        match measure {
            MeasureName::Peers => self.meaning_peers(),
            MeasureName::Niche => self.meaning_niche(),
            MeasureName::Balanced => self.meaning_balanced(),
            MeasureName::Count => self.meaning_count(),
        }
    }

    /// Returns what a column of an order's numbers is called.
    pub fn score_heading(&self, measure: MeasureName) -> String {
        match measure {
            MeasureName::Peers => self.heading_peers(),
            MeasureName::Niche => self.heading_niche(),
            MeasureName::Balanced => self.heading_balanced(),
            MeasureName::Count => self.heading_count(),
        }
    }

    /// Returns a number with what it is: "15% overlap". A number of followers may be an estimate.
    pub fn score(&self, measure: MeasureName, score: f64, is_estimate: bool) -> String {
        match measure {
            MeasureName::Peers => self.score_peers(Percent(score)),
            MeasureName::Niche => self.score_niche(Percent(score)),
            MeasureName::Balanced => self.score_balanced(Percent(score)),
            MeasureName::Count if is_estimate => self.score_count_about(people(score)),
            MeasureName::Count => self.score_count(people(score)),
        }
    }

    /// Returns the number alone: "15%".
    pub fn score_alone(&self, measure: MeasureName, score: f64) -> String {
        match measure {
            MeasureName::Count => self.card_number(people(score)),
            MeasureName::Peers | MeasureName::Niche | MeasureName::Balanced => {
                self.card_percent(Percent(score))
            }
        }
    }
}

fn people(score: f64) -> Whole {
    Whole(score.round() as u64)
}
