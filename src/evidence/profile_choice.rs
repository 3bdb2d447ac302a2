//! Whose profiles count.

use std::collections::BTreeSet;

use crate::evidence::Evidence;
use crate::ledger::CachedProfile;
use crate::measures::Measure;
use crate::model::MeasureName;
use crate::sampling::{FollowerCount, NextProfiles, ProfileCandidate, budget_at, next_profiles};

/// Whose profiles count.
pub(super) struct ProfileChoice {
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
enum ChosenBy {
    Missing(Vec<usize>),
    /// All; so many others could still come into the first places.
    All(usize),
}

impl Evidence<'_> {
    /// Chooses candidates whose profiles count: by the crawl's own measure, and then for each other order that is
    /// wanted as many as that lacks. The own choice is the same whatever else is wanted.
    pub(super) fn choose(&self) -> ProfileChoice {
        let mut standings = self.unknown();
        let mut fetched = BTreeSet::new();
        let (mut undecided, mut missing) = match self.choose_by(self.measure, &mut standings) {
            ChosenBy::All(undecided) => (undecided, Vec::new()),
            ChosenBy::Missing(places) => {
                // Should the stage be forced on, what there is has to do.
                let known = |profile: &KnownAs| *profile != KnownAs::Unknown;
                return ProfileChoice {
                    chosen: self.profiles.iter().map(known).collect(),
                    undecided: places.len(),
                    missing: places,
                    fetched,
                };
            }
        };
        for measure in &self.others {
            match self.choose_by(*measure, &mut standings) {
                ChosenBy::All(_) => _ = fetched.insert(measure.name()),
                ChosenBy::Missing(places) => {
                    missing = places;
                    break;
                }
            }
        }
        let known = |standing: &ProfileCandidate| standing.followers != FollowerCount::Unknown;
        let chosen: Vec<bool> = standings.iter().map(known).collect();
        if !self.others.is_empty() {
            undecided = self.undecided(self.measure, &chosen).min(undecided);
        }
        ProfileChoice {
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
    fn choose_by(&self, measure: &dyn Measure, standings: &mut [ProfileCandidate]) -> ChosenBy {
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
                NextProfiles::Fetch(places) => places,
                NextProfiles::Certain => return ChosenBy::All(0),
                NextProfiles::Spent(undecided) => return ChosenBy::All(undecided),
            };
            let known = |place: &usize| self.profiles.get(*place) != Some(&CachedProfile::Unknown);
            if !places.iter().all(known) {
                return ChosenBy::Missing(places);
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
            NextProfiles::Certain => 0,
            NextProfiles::Spent(undecided) => undecided,
            NextProfiles::Fetch(places) => places.len(),
        }
    }

    fn told(&self, place: usize) -> FollowerCount {
        let followers = match self.profiles.get(place) {
            Some(CachedProfile::Profile(profile)) => profile.followers,
            _ => None,
        };
        followers.map_or(FollowerCount::Untold, FollowerCount::Told)
    }

    /// The candidates as they stand before anything is known of them.
    fn unknown(&self) -> Vec<ProfileCandidate> {
        let candidates = self.candidates.iter().enumerate();
        candidates
            .map(|(place, candidate)| ProfileCandidate {
                counted: candidate.shared,
                followers: FollowerCount::Unknown,
                over_represented: self.over_represented.get(place).copied().unwrap_or(0.0),
            })
            .collect()
    }
}
