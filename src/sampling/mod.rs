//! What a sample of followers says about all of them, and how surely. Pure: counts in, numbers out.

mod audiences;
mod calibration;
mod changes;
mod confirm;
mod follows;
mod interval;
mod interim_looks;
mod reading_order;
mod possible_orders;
mod next_profiles;
mod shrinkage;
mod paired_samples;

pub use audiences::{Tallies, Estimate, Side, close_to_all, followed_more, in_both};
pub use calibration::Calibration;
pub use changes::{Changes, Moved, changes};
pub use confirm::{Confirmation, Contender, LISTED_AT_ONCE, OwnList, confirm, confirmation_budget};
pub use follows::Follows;
pub use interval::{Interval, USUAL, share};
pub use interim_looks::next_aim;
pub use reading_order::ReadingOrder;
pub use possible_orders::{PossibleOrders, REPORTED, TOP};
pub use next_profiles::{
    AT_ONCE, FollowerCount, NextProfiles, ProfileCandidate, budget_at, comes_in, next_profiles, over_representation,
};
