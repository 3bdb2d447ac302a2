//! What a sample of followers says about all of them, and how surely. Pure: counts in, numbers out.

mod audiences;
mod changes;
mod confirm;
mod interval;
mod looks;
mod marks;
mod order;
mod shortlist;
mod stopping;
mod twice;

pub use audiences::{Counts, Estimate, Side, close_to_all, followed_more, in_both};
pub use changes::{Changes, Moved, changes};
pub use confirm::{Contender, LISTED_AT_ONCE, confirmation_budget, next_confirmations};
pub use interval::{Interval, USUAL, share};
pub use looks::next_aim;
pub use marks::{Marks, SURE, TOP};
pub use order::Order;
pub use shortlist::{
    AT_ONCE, Knowledge, Next, Standing, budget_at, next_profiles, over_representation,
};
pub use stopping::{REPORTED, SETTLED, precision};
