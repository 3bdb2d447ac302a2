//! Whole conversations, from the first message to the list, over real HTTP.

mod afterwards;
mod answers;
mod bubble;
mod changes;
mod compared_again;
mod comparisons;
mod confirming;
mod depth;
mod did_you_mean;
mod groups;
mod inline;
mod kinds;
mod languages;
pub(crate) mod long_lists;
mod operator;
pub(crate) mod orders;
mod outages;
mod partial;
mod pictures;
mod privacy;
mod reading;
mod results;
mod room;
