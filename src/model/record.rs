//! Where a bulky record lies.

use serde::{Deserialize, Serialize};

/// The place of one record in the append-only segment files: which file, where, how many bytes of
/// payload. Rows hold pointers so that they stay small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pointer {
    pub segment: u32,
    pub offset: u64,
    pub length: u32,
}
