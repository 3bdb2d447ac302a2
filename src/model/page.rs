//! Paged lists: one response, and the opaque token that asks for the next one.

use serde::{Deserialize, Serialize};

use crate::model::{Account, AccountId, Profile};

/// A network's token for the next page; never looked into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor(pub String);

/// Which of the two lists of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Whom it follows.
    Following,
    /// Who follows it.
    Followers,
}

/// One response of a paged list. It may be short or empty and still not be the last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub accounts: Vec<Account>,
    /// The profiles of these accounts, where lists tell as much.
    pub profiles: Vec<Profile>,
    /// Those of them whose lists nobody may read, as the list says.
    pub private: Vec<AccountId>,
    /// Items that could not be read and are missing here.
    pub lost: u64,
    /// Accounts that were asked for in vain, since the answer was too long: they may be charged for.
    pub wasted: u64,
    pub next: Option<Cursor>,
    /// There is more, but nothing to ask for it with.
    pub broken_off: bool,
}

/// What comes after a page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Onward {
    Next(Cursor),
    End(ListEnd),
}

/// How a list of pages came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListEnd {
    /// The network said that there is no more.
    Complete,
    /// Our own cap was reached.
    Capped,
    /// A page or an item of one could not be had, or the cursors went in circles.
    Partial,
}
