//! Fetches the next page of an account's list, continuing where any crawl has left off.
//!
//! A list belongs to the network and the account: a cached one costs no request, and one that another crawl has begun
//! is continued, not restarted.

use crate::context::Context;
use crate::in_flight::{Claims, RequestKind};
use crate::ledger::ListState;
use crate::model::{
    AccountId, Crawl, Cursor, ListEnd, NewTask, Onward, Profile, Relation, Subject, Unreadable,
};
use crate::networks::{Network, NetworkError};
use crate::stages::{Failure, count_lost_items};

/// Which list, and how far to read it.
pub(super) struct WantedList<'a> {
    pub(super) relation: Relation,
    pub(super) account: &'a AccountId,
    /// Lists known to be longer than this are not requested.
    pub(super) limit: Option<u64>,
    /// Pages at most. A list that continues after them runs in a circle.
    pub(super) most_pages: u64,
}

/// The result of asking for a page.
pub(super) enum PageOutcome {
    /// No request was needed: the list has been read, is unavailable, or is too long.
    Known(ListState),
    Page(FetchedPage),
    Unreadable(Unreadable),
}

/// A page, the cursor that fetched it, and what comes after it.
pub(super) struct FetchedPage {
    pub(super) ids: Vec<AccountId>,
    /// Items of it that could not be read.
    pub(super) lost: u64,
    /// The profiles on it, if the list includes them, without their long texts.
    pub(super) profiles: Vec<Profile>,
    pub(super) asked: Option<Cursor>,
    pub(super) onward: Onward,
    /// Ids in the list so far, this page included.
    pub(super) length: u64,
}

impl FetchedPage {
    /// Returns the task for the next page, if there is one.
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
) -> Result<PageOutcome, Failure> {
    let (relation, account) = (wanted.relation, wanted.account);
    let claimed = std::slice::from_ref(account);
    if !claims.claim(RequestKind::List(relation), &crawl.network, claimed) {
        return Err(Failure::Busy);
    }
    // The row knows how far the list was read, by whichever crawl.
    let state = cx.ledger.list_state(crawl, relation, account)?;
    if state.exceeds(wanted.limit) {
        return Ok(PageOutcome::Known(state));
    }
    let (asked, pages, before) = match state {
        ListState::Read { .. } | ListState::Unreadable(_) => return Ok(PageOutcome::Known(state)),
        ListState::Reading {
            next, pages, ids, ..
        } => (next, pages, ids),
        ListState::Unknown | ListState::Counted(_) => (None, 0, 0),
    };
    let answer = network.list(relation, account, asked.as_ref()).await;
    let page = match answer {
        Ok(page) => page,
        // The position in the list is lost. What was read of it is kept.
        Err(NetworkError::BadCursor) if asked.is_some() => {
            return Ok(PageOutcome::Page(FetchedPage {
                ids: Vec::new(),
                lost: 0,
                profiles: Vec::new(),
                asked,
                onward: Onward::End(ListEnd::Partial),
                length: before,
            }));
        }
        Err(NetworkError::Private | NetworkError::Hidden | NetworkError::ShutOut) => {
            return Ok(PageOutcome::Unreadable(Unreadable::Private));
        }
        Err(NetworkError::NotFound | NetworkError::Suspended | NetworkError::Deactivated) => {
            return Ok(PageOutcome::Unreadable(Unreadable::Gone));
        }
        Err(NetworkError::BadCursor) => return Ok(PageOutcome::Unreadable(Unreadable::GivenUp)),
        Err(other) => return Err(other.into()),
    };
    let accounts = page.accounts.into_iter();
    let ids: Vec<AccountId> = accounts.map(|account| account.id).collect();
    count_lost_items(cx, &crawl.network, page.lost);
    let onward = if page.broken_off {
        Onward::End(ListEnd::Partial)
    } else {
        onward(cx, crawl, wanted, asked.as_ref(), pages, &ids, page.next)?
    };
    let length = before.saturating_add(ids.len() as u64);
    let profiles = page.profiles.into_iter().map(|profile| Profile {
        bio: String::new(),
        ..profile
    });
    Ok(PageOutcome::Page(FetchedPage {
        ids,
        lost: page.lost,
        profiles: profiles.collect(),
        asked,
        onward,
        length,
    }))
}

/// Returns whether and where the list continues. A list that runs in a circle is treated as cut short.
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
    Ok(if circles {
        Onward::End(ListEnd::Partial)
    } else {
        Onward::Next(next)
    })
}
