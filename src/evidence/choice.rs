//! Whose profiles count.

use crate::evidence::Evidence;
use crate::ledger::KnownAs;
use crate::measures::Measure;
use crate::sampling::{Knowledge, Next, Standing, budget_at, next_profiles};

/// Whose profiles count.
pub(super) enum Choice {
    /// Those of these candidates as well, but not all of them are known.
    Missing(Vec<usize>),
    Made {
        chosen: Vec<bool>,
        undecided: usize,
    },
}

impl Evidence<'_> {
    /// Chooses candidates whose profiles count, in stretches, as far as these are known. The choice rests on
    /// what was counted and on the profiles of those chosen before, and not on what else happens to be
    /// known: so it is the same whoever else is at work, and wherever the process was killed. Only where the
    /// budget is too small does it hang on the lists of others, of which there can be more at a second count.
    pub(super) fn choose(&self) -> Choice {
        let budget = self.cx.settings.profile_budget;
        let budget = budget_at(budget, self.sample.read, self.crawl.is_last_look());
        let mut standings = self.unknown();
        let mut spent = 0;
        loop {
            let next = next_profiles(
                self.measure,
                &self.sample,
                &standings,
                self.complete,
                spent,
                budget,
            );
            let places = match next {
                Next::Fetch(places) => places,
                Next::Certain => return made(&standings, 0),
                Next::Spent(undecided) => return made(&standings, undecided),
            };
            let known = |place: &usize| self.profiles.get(*place) != Some(&KnownAs::Unknown);
            if !places.iter().all(known) {
                return Choice::Missing(places);
            }
            spent += places.len();
            for place in places {
                let told = self.told(place);
                if let Some(standing) = standings.get_mut(place) {
                    standing.followers = told;
                }
            }
        }
    }

    /// How many others than those chosen could still come into the first places by another measure.
    pub(super) fn undecided(&self, measure: &dyn Measure, chosen: &[bool]) -> usize {
        let mut standings = self.unknown();
        for (place, standing) in standings.iter_mut().enumerate() {
            if chosen.get(place) == Some(&true) {
                standing.followers = self.told(place);
            }
        }
        match next_profiles(measure, &self.sample, &standings, self.complete, 0, 0) {
            Next::Certain => 0,
            Next::Spent(undecided) => undecided,
            Next::Fetch(places) => places.len(),
        }
    }

    fn told(&self, place: usize) -> Knowledge {
        let followers = match self.profiles.get(place) {
            Some(KnownAs::Profile(profile)) => profile.followers,
            _ => None,
        };
        followers.map_or(Knowledge::Untold, Knowledge::Told)
    }

    /// The candidates as they stand before anything is known of them.
    fn unknown(&self) -> Vec<Standing> {
        let candidates = self.candidates.iter().enumerate();
        candidates
            .map(|(place, candidate)| Standing {
                counted: candidate.shared,
                followers: Knowledge::Unknown,
                over_represented: self.over_represented.get(place).copied().unwrap_or(0.0),
            })
            .collect()
    }
}

/// Which candidates count, and how many others could still come into the first places.
fn made(standings: &[Standing], undecided: usize) -> Choice {
    let known = |standing: &Standing| standing.followers != Knowledge::Unknown;
    Choice::Made {
        chosen: standings.iter().map(known).collect(),
        undecided,
    }
}
