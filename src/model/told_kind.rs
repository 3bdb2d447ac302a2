//! What an account is, said by somebody who knows: its network, or an operator.

use serde::{Deserialize, Serialize};

use crate::kind::AccountKind;
use crate::model::{Handle, NetworkName};

/// What an account is, said by somebody who knows. Nothing is guessed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldKind {
    pub kind: AccountKind,
    pub by: KindTeller,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KindTeller {
    Network,
    Operator,
}

/// What an operator has said of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetKind {
    pub network: NetworkName,
    pub handle: Handle,
    pub kind: AccountKind,
}
