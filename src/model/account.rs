//! Accounts of social networks: what a person types, the network's stable id, and the public numbers.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::kind::AccountKind;

/// The name of a social network in configuration, keys and logs, for example `instagram`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct NetworkName(Arc<str>);

/// What a person types for an account, already in the network's normal form and without `@`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Handle(pub String);

/// The prefix of ids that replace a name (W3C, Decentralized Identifiers).
const ID: &str = "did:";

/// Characters shown of such an id.
const SHOWN: usize = 16;

impl Handle {
    /// Whether it is an id instead of a name, because the account has none at the moment.
    pub fn is_id(&self) -> bool {
        is_id(&self.0)
    }

    /// Returns it as people write it: with `@`, or the beginning of an id; a name with blanks as it is.
    pub fn shown(&self) -> String {
        shown(&self.0)
    }
}

fn is_id(handle: &str) -> bool {
    handle.starts_with(ID)
}

/// See [`Handle::shown`].
pub fn shown(handle: &str) -> String {
    match is_id(handle) {
        false if handle.contains(' ') => handle.to_owned(),
        false => format!("@{handle}"),
        true if handle.chars().count() <= SHOWN => handle.to_owned(),
        true => handle.chars().take(SHOWN).chain(['…']).collect(),
    }
}

/// A network's stable id of an account: opaque text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountId(pub Box<str>);

/// An account as lists and look-ups return it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub handle: Handle,
}

/// The public facts about an account. A number is `None` if the network does not tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub id: AccountId,
    pub handle: Handle,
    pub name: String,
    pub bio: String,
    pub picture: Option<String>,
    pub followers: Option<u64>,
    pub following: Option<u64>,
    pub private: bool,
    /// The network has verified its identity.
    pub verified: bool,
    /// It asks not to be shown, or not to be read by programs.
    pub opted_out: bool,
    /// What the network says it is; `None` if it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<AccountKind>,
}

impl NetworkName {
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AccountId {
    pub fn new(id: impl Into<Box<str>>) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for NetworkName {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl From<NetworkName> for String {
    fn from(name: NetworkName) -> Self {
        name.0.as_ref().to_owned()
    }
}

impl fmt::Display for NetworkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_in_place_of_a_name_is_shown_by_its_beginning_and_without_a_sign() {
        for (handle, shown) in [
            ("luna.example", "@luna.example"),
            ("did:plc:z72i7hdynmk6r22z27h6tvur", "did:plc:z72i7hdy…"),
            ("did:web:a.example", "did:web:a.exampl…"),
            ("did:web:b.io", "did:web:b.io"),
            ("Luna Park", "Luna Park"),
        ] {
            assert_eq!(Handle(handle.into()).shown(), shown);
        }
    }
}
