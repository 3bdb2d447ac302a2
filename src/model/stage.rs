//! The names of the stages, in the order of a crawl.

use std::fmt;
use std::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

/// One step of an analysis. The name is stored, never the position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    Verify,
    Followers,
    Subscriptions,
    Aggregate,
    Profiles,
    Confirm,
    Rank,
    Deliver,
}

impl StageName {
    pub const ALL: [StageName; 8] = [
        StageName::Verify,
        StageName::Followers,
        StageName::Subscriptions,
        StageName::Aggregate,
        StageName::Profiles,
        StageName::Confirm,
        StageName::Rank,
        StageName::Deliver,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            StageName::Verify => "verify",
            StageName::Followers => "followers",
            StageName::Subscriptions => "subscriptions",
            StageName::Aggregate => "aggregate",
            StageName::Profiles => "profiles",
            StageName::Confirm => "confirm",
            StageName::Rank => "rank",
            StageName::Deliver => "deliver",
        }
    }

    /// Whether it sends requests to the network.
    pub fn asks(self) -> bool {
        !matches!(
            self,
            StageName::Aggregate | StageName::Rank | StageName::Deliver
        )
    }

    /// Whether the stage restarts whenever all its tasks are done, until it finds nothing more to do.
    pub fn comes_round(self) -> bool {
        matches!(
            self,
            StageName::Subscriptions | StageName::Profiles | StageName::Confirm
        )
    }

    /// Returns the stage after this one; `None` after the last.
    pub fn next(self) -> Option<StageName> {
        let mut rest = Self::ALL.into_iter().skip_while(|stage| *stage != self);
        rest.next();
        rest.next()
    }
}

impl fmt::Display for StageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One value for each stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ByStage<T> {
    pub verify: T,
    pub followers: T,
    pub subscriptions: T,
    pub aggregate: T,
    pub profiles: T,
    pub confirm: T,
    pub rank: T,
    pub deliver: T,
}

impl<T> Index<StageName> for ByStage<T> {
    type Output = T;

    fn index(&self, stage: StageName) -> &T {
        match stage {
            StageName::Verify => &self.verify,
            StageName::Followers => &self.followers,
            StageName::Subscriptions => &self.subscriptions,
            StageName::Aggregate => &self.aggregate,
            StageName::Profiles => &self.profiles,
            StageName::Confirm => &self.confirm,
            StageName::Rank => &self.rank,
            StageName::Deliver => &self.deliver,
        }
    }
}

impl<T> IndexMut<StageName> for ByStage<T> {
    fn index_mut(&mut self, stage: StageName) -> &mut T {
        match stage {
            StageName::Verify => &mut self.verify,
            StageName::Followers => &mut self.followers,
            StageName::Subscriptions => &mut self.subscriptions,
            StageName::Aggregate => &mut self.aggregate,
            StageName::Profiles => &mut self.profiles,
            StageName::Confirm => &mut self.confirm,
            StageName::Rank => &mut self.rank,
            StageName::Deliver => &mut self.deliver,
        }
    }
}
