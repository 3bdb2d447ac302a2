//! An order of the list by another measure than the one that profiles are fetched for.

use serde::{Deserialize, Serialize};

use crate::model::{Depth, ListView, MeasureName, MessageId, Reached};

/// A list that someone wants complete in another order: the missing profiles are fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedOrder {
    pub measure: MeasureName,
    /// Followers that the list is based on; a list based on fewer will not do.
    pub read: u64,
    /// The message with the list, and how it shows it.
    pub message: MessageId,
    pub shown: ListView,
}

impl Reached {
    /// Whether it satisfies a request: for a depth, or for a complete order.
    pub fn serves(&self, depth: Depth, order: Option<&WantedOrder>) -> bool {
        self.is_deep_enough(depth, order)
            && order.is_none_or(|order| self.lacking(order.measure).is_none())
    }

    /// Whether enough followers have been read for that.
    pub fn is_deep_enough(&self, depth: Depth, order: Option<&WantedOrder>) -> bool {
        depth.is_reached(self) || order.is_some_and(|order| self.read >= order.read)
    }

    /// Returns how many profiles the order by a measure still needs; `None` if no more are to be fetched for it.
    pub fn lacking(&self, measure: MeasureName) -> Option<u64> {
        let coverage = self.orders.get(&measure)?;
        (coverage.undecided > 0 && !coverage.fetched).then_some(coverage.undecided)
    }
}
