//! Followers that are read again and again, so that one result can be compared with the next follower by follower.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::AccountId;

/// The followers read first, and which of them follow which accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohort {
    /// A number for each, in reading order: a follower has the same one in every result.
    pub members: Vec<u32>,
    /// Those whose lists were read since the previous result; all, if there was none.
    pub newly_read: Members,
    /// The members that follow each account.
    pub follow: BTreeMap<AccountId, Members>,
}

/// A set of a cohort's members, by their places in it: one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members(Vec<u64>);

impl Cohort {
    /// Adds a follower who follows these accounts. Accounts outside the cohort are ignored.
    pub fn add<'a>(
        &mut self,
        member: u32,
        newly_read: bool,
        accounts: impl IntoIterator<Item = &'a AccountId>,
    ) {
        let place = self.members.len();
        self.members.push(member);
        if newly_read {
            self.newly_read.insert(place);
        }
        for account in accounts {
            if let Some(follow) = self.follow.get_mut(account) {
                follow.insert(place);
            }
        }
    }
}

impl Members {
    pub fn contains(&self, place: usize) -> bool {
        let bits = self.0.get(place / 64).copied().unwrap_or(0);
        bits >> (place % 64) & 1 == 1
    }

    fn insert(&mut self, place: usize) {
        let word = place / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (place % 64);
        }
    }
}
