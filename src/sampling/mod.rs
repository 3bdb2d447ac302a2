//! What a sample of followers says about all of them, and how surely. Pure: counts in, numbers out.

mod audiences;
mod calibration;
mod changes;
mod confirm;
mod follows;
mod interval;
mod looks;
mod order;
mod orders;
mod shortlist;
mod shrinkage;
mod twice;

pub use audiences::{Counts, Estimate, Side, close_to_all, followed_more, in_both};
pub use calibration::Calibration;
pub use changes::{Changes, Moved, changes};
pub use confirm::{Confirmation, Contender, LISTED_AT_ONCE, OwnList, confirm, confirmation_budget};
pub use follows::Follows;
pub use interval::{Interval, USUAL, share};
pub use looks::next_aim;
pub use order::Order;
pub use orders::{Orders, REPORTED, TOP};
pub use shortlist::{
    AT_ONCE, Knowledge, Next, Standing, budget_at, comes_in, next_profiles, over_representation,
};
