//! Who a person is where it is counted what they ask for in a day.

use serde::{Deserialize, Serialize};

/// A person's name for one day: it tells nobody whose it is (see [`crate::sealing::Pseudonyms`]), so that what is counted
/// by it can stay when the person is forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pseudonym {
    /// Days since 1970.
    pub day: u64,
    pub name: String,
}
