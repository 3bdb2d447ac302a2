//! An account whose owner wants to be left alone here: it is neither looked at nor shown.

use serde::{Deserialize, Serialize};

use crate::model::{Handle, NetworkName};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOut {
    pub network: NetworkName,
    pub handle: Handle,
    /// It stands in the settings, so only these can take it back.
    pub by_settings: bool,
}
