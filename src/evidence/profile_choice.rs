//! Which candidates' profiles are needed.

use std::collections::BTreeSet;

use crate::evidence::Evidence;
use crate::ledger::CachedProfile;
use crate::measures::Measure;
use crate::model::MeasureName;
use crate::sampling::{FollowerCount, NextProfiles, ProfileCandidate, budget_at, next_profiles};

/// The candidates whose profiles are needed.
pub(super) struct ProfileChoice {
    /// Those whose profiles are known.
    pub(super) chosen: Vec<bool>,
    /// How many others could still reach the top places.
    pub(super) undecided: usize,
    /// Those that are needed but not known yet.
    pub(super) missing: Vec<usize>,
    /// The other measures for which all needed profiles are known.
    pub(super) fetched: BTreeSet<MeasureName>,
}

/// The result of choosing by one measure.
enum ChosenBy {
    Missing(Vec<usize>),
    /// Nothing is missing; this many others could still reach the top places.
    All(usize),
}

impl Evidence<'_> {
    /// Chooses candidates whose profiles are needed: by the crawl's own measure, and then what each other wanted order
    /// lacks. The other orders do not affect the choice for its own.
    pub(super) fn choose(&self) -> ProfileChoice {
        let mut standings = self.unknown();
        let mut fetched = BTreeSet::new();
        let (mut undecided, mut missing) = match self.choose_by(self.measure, &mut standings) {
            ChosenBy::All(undecided) => (undecided, Vec::new()),
            ChosenBy::Missing(places) => {
                // If the stage is forced on, it has to make do with this.
                let known = |profile: &CachedProfile| *profile != CachedProfile::Unknown;
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

    /// Chooses by one measure among those not chosen yet, in batches, as far as their profiles are known. The choice
    /// depends on the counts and the profiles chosen before, and not on what else happens to be cached: so it is the
    /// same whatever other crawls do, and wherever the process was killed. Only if the budget is too small does it
    /// depend on other audiences' lists, of which there may be more the next time.
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

    /// Returns how many others than those chosen could still reach the top places by a measure.
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

    /// Returns the candidates before anything is known about their profiles.
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
