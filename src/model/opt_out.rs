//! An account whose owner has opted out: it is neither analysed nor shown.

use serde::{Deserialize, Serialize};

use crate::model::{Handle, NetworkName};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOut {
    pub network: NetworkName,
    pub handle: Handle,
    /// It is in the settings, and can only be removed there.
    pub by_settings: bool,
}
