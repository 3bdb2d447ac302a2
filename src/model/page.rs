//! Paged lists: one response, and the cursor for the next one.

use serde::{Deserialize, Serialize};

use crate::model::{Account, AccountId, Profile};

/// A network's cursor for the next page; opaque.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor(pub String);

/// One of the two lists of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The accounts it follows.
    Following,
    /// Its followers.
    Followers,
}

/// One response of a paged list. It may be short or empty without being the last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub accounts: Vec<Account>,
    /// The profiles of these accounts, if lists include them.
    pub profiles: Vec<Profile>,
    /// Those whose lists are private, by this list.
    pub private: Vec<AccountId>,
    /// Items that could not be read and are missing here.
    pub lost: u64,
    /// Accounts that were requested in vain, since the answer was too long: they may be charged for.
    pub wasted: u64,
    pub next: Option<Cursor>,
    /// There is more, but no cursor for it.
    pub broken_off: bool,
}

/// What comes after a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Onward {
    Next(Cursor),
    End(ListEnd),
}

/// How a list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListEnd {
    /// The network said that there is no more.
    Complete,
    /// Our own cap was reached.
    Capped,
    /// A page or an item was unavailable, or the cursors ran in a circle.
    Partial,
}
