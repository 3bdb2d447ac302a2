//! Where a large record is stored.

use serde::{Deserialize, Serialize};

/// The position of a record in the append-only segment files: which file, the offset, and the bytes of payload. Rows
/// contain pointers so that they stay small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pointer {
    pub segment: u32,
    pub offset: u64,
    pub length: u32,
}
