//! The state of accounts' lists, as far as a crawl may use them.

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, FollowList};
use crate::model::{AccountId, Crawl, Cursor, Relation, Unreadable};
use crate::stores::StoreError;

/// The state of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListState {
    Unknown,
    /// None of it was read yet, but its length is known.
    Counted(u64),
    /// Its reading is in progress: the cursor of the next page, the pages read, and the length that the network tells.
    Reading {
        next: Option<Cursor>,
        pages: u64,
        ids: u64,
        counted: Option<u64>,
    },
    Read {
        broken_off: bool,
        pages: u64,
        ids: u64,
    },
    Unreadable(Unreadable),
}

impl ListState {
    /// Returns whether the list is known to be longer than this.
    pub fn exceeds(&self, limit: Option<u64>) -> bool {
        let length = match self {
            ListState::Reading { ids, counted, .. } => counted.unwrap_or(0).max(*ids),
            ListState::Read { ids, .. } | ListState::Counted(ids) => *ids,
            ListState::Unknown | ListState::Unreadable(_) => 0,
        };
        limit.is_some_and(|limit| length > limit)
    }

    /// Returns how many accounts of it are still to come; `None` while its length is not known.
    pub fn to_come(&self) -> Option<u64> {
        match self {
            ListState::Counted(length) => Some(*length),
            ListState::Reading { ids, counted, .. } => Some((*counted)?.saturating_sub(*ids)),
            ListState::Read { .. } | ListState::Unreadable(_) => Some(0),
            ListState::Unknown => None,
        }
    }
}

impl Ledger {
    /// Returns the state of an account's list.
    pub fn list_state(
        &self,
        crawl: &Crawl,
        relation: Relation,
        account: &AccountId,
    ) -> Result<ListState, StoreError> {
        let list = self.get(&rows::follow_list(
            &self.order,
            &crawl.network,
            relation,
            account,
        ))?;
        Ok(state(
            list.unwrap_or_default(),
            crawl,
            self.fresh_since(crawl),
        ))
    }

    /// Returns the states of the lists of some followers of a crawl's target.
    pub fn follower_states(
        &self,
        crawl: &Crawl,
        followers: &[AccountId],
    ) -> Result<Vec<ListState>, StoreError> {
        followers
            .iter()
            .map(|follower| self.list_state(crawl, Relation::Following, follower))
            .collect()
    }
}

fn state(list: FollowList, crawl: &Crawl, since: DateTime<Utc>) -> ListState {
    let counted = list.counted.filter(|(_, at)| *at >= since);
    let counted = counted.map(|(count, _)| count);
    match list {
        FollowList {
            whole: Some(whole), ..
        } if whole.at >= since => ListState::Read {
            broken_off: whole.broken_off,
            pages: whole.pages.max(1),
            ids: whole.ids,
        },
        FollowList {
            unreadable: Some((why, at)),
            ..
        } if at >= since => ListState::Unreadable(why),
        FollowList {
            given_up: Some((by, _)),
            ..
        } if by == crawl.id => ListState::Unreadable(Unreadable::GivenUp),
        FollowList {
            reading: Some(reading),
            ..
        } if reading.at >= since => ListState::Reading {
            next: reading.next,
            pages: reading.pages,
            ids: reading.ids,
            counted,
        },
        _ => counted.map_or(ListState::Unknown, ListState::Counted),
    }
}
