//! Accounts of social networks: what a person types, the network's stable id, and the counted facts.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The name of a social network in configuration, keys and logs, for example `instagram`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct NetworkName(Arc<str>);

/// What a person types for an account, already in the network's normal form and without `@`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Handle(pub String);

/// A network's stable id of an account; opaque text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountId(pub Box<str>);

/// An account as lists and look-ups name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub handle: Handle,
}

/// The public facts of an account. A count is absent when the network does not tell it.
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
    /// The network vouches for who it is.
    #[serde(default)]
    pub verified: bool,
    /// Whoever it belongs to asks not to be shown, or not to be looked at by programs.
    #[serde(default)]
    pub opted_out: bool,
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
