//! What a sample of followers says about all of them, and how certainly. Pure: counts in, numbers out.

mod audiences;
mod calibration;
mod changes;
mod closest_pair;
mod confirm;
mod followed_more;
mod follows;
mod headline;
mod interim_looks;
mod interval;
mod next_profiles;
mod paired_samples;
mod possible_orders;
mod reading_order;
mod shrinkage;
#[cfg(test)]
mod unlike_depths;

pub use audiences::{Estimate, Side, Tallies, close_to_all, in_both};
pub use calibration::Calibration;
pub use changes::{Moved, RankingChanges, changes};
pub use closest_pair::{Closest, Pair, closest_pair};
pub use confirm::{Confirmation, Contender, LISTED_AT_ONCE, OwnList, confirm, confirmation_budget};
pub use followed_more::followed_more;
pub use follows::Follows;
pub use headline::Headline;
pub use interim_looks::next_aim;
pub use interval::{Interval, USUAL, share};
pub use next_profiles::{
    AT_ONCE, FollowerCount, NextProfiles, ProfileCandidate, budget_at, comes_in, next_profiles,
    over_representation,
};
pub use possible_orders::{PossibleOrders, REPORTED, TOP};
pub use reading_order::ReadingOrder;
