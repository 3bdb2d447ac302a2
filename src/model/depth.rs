//! How many followers to read.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{MeasureName, Preview};

/// A list is settled at this precision; see [`Reached::precision`].
pub const SETTLED: f64 = 0.02;

/// How far an analysis goes. A greater depth continues where a smaller one has ended.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    Quick,
    #[default]
    Normal,
    Deep,
    /// Until the list is settled.
    Settled,
    /// All followers, however many accounts they follow.
    Full,
}

/// How far a crawl had come when its latest ranking was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// Followers whose lists had been read.
    pub read: u64,
    /// All listed followers were tried.
    pub all: bool,
    /// Followers skipped because they follow too many accounts.
    pub skipped: u64,
    /// See [`crate::sampling::PossibleOrders::precision`].
    pub precision: f64,
    /// Profiles fetched, and those still needed to make the top places certain.
    pub fetched: u64,
    pub undecided: u64,
    /// The same for its orders by other measures.
    pub orders: BTreeMap<MeasureName, Coverage>,
    /// See [`crate::model::Ranking::in_doubt`].
    pub in_doubt: u64,
    /// Accounts in the ranking, and the first of them.
    pub ranked: u64,
    #[serde(default)]
    pub preview: Preview,
    pub made_at: DateTime<Utc>,
}

impl Reached {
    pub fn is_settled(&self) -> bool {
        self.precision <= SETTLED
    }
}

/// How complete the profiles for an order are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// See [`crate::model::Ranking::undecided`].
    pub undecided: u64,
    /// They were fetched, within the budget.
    pub fetched: bool,
}

/// Why no more followers were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// There are no more.
    AllRead,
    /// The stopping rule held.
    Settled,
    /// The depth's number of followers was read.
    Depth,
    /// The person who asked had enough.
    Enough,
    /// The analysis reached its cost limit.
    Cost,
    /// The analysis reached its storage limit.
    Room,
    /// A stage made no progress until its deadline.
    Deadline,
}

impl Depth {
    pub const ALL: [Depth; 5] = [
        Depth::Quick,
        Depth::Normal,
        Depth::Deep,
        Depth::Settled,
        Depth::Full,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Depth::Quick => "quick",
            Depth::Normal => "normal",
            Depth::Deep => "deep",
            Depth::Settled => "settled",
            Depth::Full => "full",
        }
    }

    /// Returns the number of followers to read; `None` if it is not fixed.
    pub fn followers(self) -> Option<u64> {
        match self {
            Depth::Quick => Some(200),
            Depth::Normal => Some(800),
            Depth::Deep => Some(2_000),
            Depth::Settled | Depth::Full => None,
        }
    }

    /// Returns the next greater depth.
    pub fn deeper(self) -> Option<Depth> {
        Self::ALL.into_iter().find(|other| *other > self)
    }

    /// Whether a ranking satisfies this depth.
    pub fn is_reached(self, reached: &Reached) -> bool {
        let all = reached.all && (self != Depth::Full || reached.skipped == 0);
        all || match self {
            Depth::Settled => reached.is_settled(),
            _ => self
                .followers()
                .is_some_and(|followers| reached.read >= followers),
        }
    }
}

impl fmt::Display for Depth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Depth {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|depth| depth.as_str().eq_ignore_ascii_case(word))
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(read: u64, all: bool, skipped: u64, settled: bool) -> Reached {
        Reached {
            read,
            all,
            skipped,
            precision: if settled { SETTLED } else { 0.5 },
            fetched: 9,
            undecided: 0,
            orders: BTreeMap::new(),
            in_doubt: 0,
            ranked: 20,
            preview: Preview::default(),
            made_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_ranking_serves_every_depth_that_asks_for_no_more() {
        let served = |reached: &Reached| -> Vec<&str> {
            let depths = Depth::ALL.into_iter();
            let served = depths.filter(|depth| depth.is_reached(reached));
            served.map(Depth::as_str).collect()
        };
        assert_eq!(served(&reached(100, false, 0, false)), [""; 0]);
        assert_eq!(served(&reached(812, false, 3, false)), ["quick", "normal"]);
        assert_eq!(
            served(&reached(800, false, 0, true)),
            ["quick", "normal", "settled"]
        );
        assert_eq!(
            served(&reached(30, true, 1, false)),
            ["quick", "normal", "deep", "settled"]
        );
        assert_eq!(served(&reached(30, true, 0, false)).len(), 5);
    }

    #[test]
    fn every_depth_is_read_as_it_is_written() {
        for depth in Depth::ALL {
            assert_eq!(depth.to_string().to_uppercase().parse(), Ok(depth));
        }
        assert_eq!("deepest".parse::<Depth>(), Err(()));
        assert_eq!(Depth::Normal.deeper(), Some(Depth::Deep));
        assert_eq!(Depth::Full.deeper(), None);
    }
}
