//! The next page of an account's list, whoever has brought the list so far.
//!
//! A list belongs to the network and the account: one that is known and fresh costs no request, and one that
//! another crawl has begun is gone on with, not begun again.

use crate::context::Context;
use crate::in_flight::{Claims, RequestKind};
use crate::ledger::ListState;
use crate::model::{
    AccountId, Crawl, Cursor, ListEnd, NewTask, Onward, Profile, Relation, Subject, Unreadable,
};
use crate::networks::{Network, NetworkError};
use crate::stages::{Failure, note_lost};

/// Which list, and how far to read it.
pub(super) struct WantedList<'a> {
    pub(super) relation: Relation,
    pub(super) account: &'a AccountId,
    /// Of a list that is known to be longer than this nothing is asked.
    pub(super) limit: Option<u64>,
    /// Pages at most. What goes on behind them is a circle.
    pub(super) most_pages: u64,
}

/// What came of it.
pub(super) enum ListPage {
    /// Nothing had to be asked: the list is read, can't be had, or is too long.
    Known(ListState),
    Page(FetchedPage),
    Unreadable(Unreadable),
}

/// A page, what asked for it, and what comes after it.
pub(super) struct FetchedPage {
    pub(super) ids: Vec<AccountId>,
    /// Items of it that could not be read.
    pub(super) lost: u64,
    /// Of those on it, where the list tells them, without what is long.
    pub(super) profiles: Vec<Profile>,
    pub(super) asked: Option<Cursor>,
    pub(super) onward: Onward,
    /// Ids of the list with this page.
    pub(super) length: u64,
}

impl FetchedPage {
    /// What asks for the page behind it, if there is one.
    pub(super) fn next_task(&self, account: &AccountId) -> Option<NewTask> {
        match &self.onward {
            Onward::Next(next) => Some(NewTask {
                subject: Subject::Account(account.clone()),
                cursor: Some(next.clone()),
            }),
            Onward::End(_) => None,
        }
    }
}

pub(super) async fn next_page(
    cx: &Context,
    network: &dyn Network,
    claims: &Claims,
    crawl: &Crawl,
    wanted: &WantedList<'_>,
) -> Result<ListPage, Failure> {
    let (relation, account) = (wanted.relation, wanted.account);
    let claimed = std::slice::from_ref(account);
    if !claims.claim(RequestKind::List(relation), &crawl.network, claimed) {
        return Err(Failure::Busy);
    }
    // The row says where the reading stands, whoever has brought it there.
    let state = cx.ledger.list_state(crawl, relation, account)?;
    if state.exceeds(wanted.limit) {
        return Ok(ListPage::Known(state));
    }
    let (asked, pages, before) = match state {
        ListState::Read { .. } | ListState::Unreadable(_) => return Ok(ListPage::Known(state)),
        ListState::Reading {
            next, pages, ids, ..
        } => (next, pages, ids),
        ListState::Unknown | ListState::Counted(_) => (None, 0, 0),
    };
    let answer = network.list(relation, account, asked.as_ref()).await;
    let page = match answer {
        Ok(page) => page,
        // The place in the list is lost. What there is of it is kept.
        Err(NetworkError::BadCursor) if asked.is_some() => {
            return Ok(ListPage::Page(FetchedPage {
                ids: Vec::new(),
                lost: 0,
                profiles: Vec::new(),
                asked,
                onward: Onward::End(ListEnd::Partial),
                length: before,
            }));
        }
        Err(NetworkError::Private | NetworkError::Hidden | NetworkError::ShutOut) => {
            return Ok(ListPage::Unreadable(Unreadable::Private));
        }
        Err(NetworkError::NotFound | NetworkError::Suspended | NetworkError::Deactivated) => {
            return Ok(ListPage::Unreadable(Unreadable::Gone));
        }
        Err(NetworkError::BadCursor) => return Ok(ListPage::Unreadable(Unreadable::GivenUp)),
        Err(other) => return Err(other.into()),
    };
    let accounts = page.accounts.into_iter();
    let ids: Vec<AccountId> = accounts.map(|account| account.id).collect();
    note_lost(cx, &crawl.network, page.lost);
    let onward = match page.broken_off {
        true => Onward::End(ListEnd::Partial),
        false => onward(cx, crawl, wanted, asked.as_ref(), pages, &ids, page.next)?,
    };
    let length = before.saturating_add(ids.len() as u64);
    let profiles = page.profiles.into_iter().map(|profile| Profile {
        bio: String::new(),
        ..profile
    });
    Ok(ListPage::Page(FetchedPage {
        ids,
        lost: page.lost,
        profiles: profiles.collect(),
        asked,
        onward,
        length,
    }))
}

/// Whether to go on behind a page. A list that leads in a circle has broken off.
fn onward(
    cx: &Context,
    crawl: &Crawl,
    wanted: &WantedList<'_>,
    asked: Option<&Cursor>,
    pages: u64,
    ids: &[AccountId],
    next: Option<Cursor>,
) -> Result<Onward, Failure> {
    let Some(next) = next else {
        return Ok(Onward::End(ListEnd::Complete));
    };
    let (relation, account) = (wanted.relation, wanted.account);
    let circles = Some(&next) == asked
        || pages >= wanted.most_pages
        || asked.is_some()
            && !ids.is_empty()
            && !cx.ledger.reads_anybody_new(crawl, relation, account, ids)?;
    Ok(match circles {
        true => Onward::End(ListEnd::Partial),
        false => Onward::Next(next),
    })
}
