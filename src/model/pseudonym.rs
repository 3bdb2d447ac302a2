//! A person's pseudonym, under which their daily usage is counted.

use serde::{Deserialize, Serialize};

/// A person's name for one day. It does not reveal the person (see [`crate::sealing::Pseudonyms`]), so counts under it
/// may stay when the person is forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pseudonym {
    /// Days since 1970.
    pub day: u64,
    pub name: String,
}
