//! Whose profiles count.

use std::collections::BTreeSet;

use crate::evidence::Evidence;
use crate::ledger::CachedProfile;
use crate::measures::Measure;
use crate::model::MeasureName;
use crate::sampling::{Knowledge, Next, Standing, budget_at, next_profiles};

/// Whose profiles count.
pub(super) struct Choice {
    /// As far as they are known.
    pub(super) chosen: Vec<bool>,
    /// How many others could still come into the first places.
    pub(super) undecided: usize,
    /// Those that count as well, but of which some are not known yet.
    pub(super) missing: Vec<usize>,
    /// The measures, besides its own, for which all that count are known.
    pub(super) fetched: BTreeSet<MeasureName>,
}

/// What came of choosing by one measure.
enum Chosen {
    Missing(Vec<usize>),
    /// All; so many others could still come into the first places.
    All(usize),
}

impl Evidence<'_> {
    /// Chooses candidates whose profiles count: by the crawl's own measure, and then for each other order that is
    /// wanted as many as that lacks. The own choice is the same whatever else is wanted.
    pub(super) fn choose(&self) -> Choice {
        let mut standings = self.unknown();
        let mut fetched = BTreeSet::new();
        let (mut undecided, mut missing) = match self.choose_by(self.measure, &mut standings) {
            Chosen::All(undecided) => (undecided, Vec::new()),
            Chosen::Missing(places) => {
                // Should the stage be forced on, what there is has to do.
                let known = |profile: &CachedProfile| *profile != CachedProfile::Unknown;
                return Choice {
                    chosen: self.profiles.iter().map(known).collect(),
                    undecided: places.len(),
                    missing: places,
                    fetched,
                };
            }
        };
        for measure in &self.others {
            match self.choose_by(*measure, &mut standings) {
                Chosen::All(_) => _ = fetched.insert(measure.name()),
                Chosen::Missing(places) => {
                    missing = places;
                    break;
                }
            }
        }
        let known = |standing: &Standing| standing.followers != Knowledge::Unknown;
        let chosen: Vec<bool> = standings.iter().map(known).collect();
        if !self.others.is_empty() {
            undecided = self.undecided(self.measure, &chosen).min(undecided);
        }
        Choice {
            chosen,
            undecided,
            missing,
            fetched,
        }
    }

    /// Chooses by one measure among those who are not chosen yet, in stretches, as far as these are known. The choice
    /// rests on what was counted and on the profiles of those chosen before, and not on what else happens to be
    /// known: so it is the same whoever else is at work, and wherever the process was killed. Only where the
    /// budget is too small does it hang on the lists of others, of which there can be more at a second count.
    fn choose_by(&self, measure: &dyn Measure, standings: &mut [Standing]) -> Chosen {
        let budget = self.cx.settings.profile_budget;
        let budget = budget_at(budget, self.sample.read, self.crawl.is_last_look());
        let mut spent = 0;
        loop {
            let next = next_profiles(
                measure,
                &self.sample,
                standings,
                self.complete,
                spent,
                budget,
            );
            let places = match next {
                Next::Fetch(places) => places,
                Next::Certain => return Chosen::All(0),
                Next::Spent(undecided) => return Chosen::All(undecided),
            };
            let known = |place: &usize| self.profiles.get(*place) != Some(&CachedProfile::Unknown);
            if !places.iter().all(known) {
                return Chosen::Missing(places);
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

    /// How many others than those chosen could still come into the first places by a measure.
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
            Some(CachedProfile::Profile(profile)) => profile.followers,
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
