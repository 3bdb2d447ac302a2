//! An order of the accounts by another measure than the one that profiles are fetched for.

use serde::{Deserialize, Serialize};

use crate::model::{Depth, ListView, MeasureName, MessageId, Reached};

/// A list that somebody wants complete in another order: the profiles that it lacks are fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedOrder {
    pub measure: MeasureName,
    /// Followers that the list rests on; one that rests on fewer will not do.
    pub read: u64,
    /// The message that shows the list, and how.
    pub message: MessageId,
    pub shown: ListView,
}

/// How far profiles were fetched for an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// See [`crate::model::Ranking::undecided`].
    pub undecided: u64,
    /// They were fetched, as far as the budget goes.
    pub fetched: bool,
}

impl Reached {
    /// Whether it is what was asked for: so deep, or complete in an order.
    pub fn serves(&self, depth: Depth, order: Option<&WantedOrder>) -> bool {
        self.is_deep_enough(depth, order)
            && order.is_none_or(|order| self.lacking(order.measure).is_none())
    }

    /// Whether no more followers have to be read for that.
    pub fn is_deep_enough(&self, depth: Depth, order: Option<&WantedOrder>) -> bool {
        depth.is_reached(self) || order.is_some_and(|order| self.read >= order.read)
    }

    /// Returns how many profiles could still be of use to the order by a measure; `None` if no more are to be
    /// fetched for it.
    pub fn lacking(&self, measure: MeasureName) -> Option<u64> {
        let coverage = self.orders.get(&measure)?;
        (coverage.undecided > 0 && !coverage.fetched).then_some(coverage.undecided)
    }
}
