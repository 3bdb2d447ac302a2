//! Reads whom each follower follows.
//!
//! The opening task puts the followers in their reading order; slices of that order then become one
//! task a follower, a few hundred at a time so that no transaction is large. A list belongs to the
//! network and the follower: one that is known and fresh costs no request, and one that another crawl
//! has begun is gone on with, not begun again.

use async_trait::async_trait;

use crate::asking::{About, Claims};
use crate::context::Context;
use crate::ledger::FollowerState;
use crate::model::{
    AccountId, Crawl, Cursor, Done, Found, Known, ListEnd, NewTask, Onward, Page, Refusal,
    StageName, Subject, Task, Unreadable,
};
use crate::networks::{Network, NetworkError};
use crate::stages::{Failure, Stage};

/// Followers that become tasks in one transaction.
const SLICE: usize = 200;

/// Pages of a list at most. Networks end lists at some thousand accounts; what goes on is a circle.
const MOST_PAGES: usize = 1_000;

pub(super) struct Subscriptions;

#[async_trait]
impl Stage for Subscriptions {
    fn name(&self) -> StageName {
        StageName::Subscriptions
    }

    async fn run(
        &self,
        cx: &Context,
        network: &dyn Network,
        claims: &Claims,
        crawl: &Crawl,
        task: &Task,
    ) -> Result<Done, Failure> {
        match &task.subject {
            Subject::Opening => open(cx, crawl),
            Subject::Slice { from, to } => plan(cx, crawl, *from as usize, *to as usize),
            Subject::Account(follower) => read(cx, network, claims, crawl, follower).await,
        }
    }

    fn give_up(&self, _crawl: &Crawl, task: &Task) -> Done {
        Done::found(match &task.subject {
            Subject::Account(follower) => Found::Unread {
                follower: follower.clone(),
                why: Unreadable::GivenUp,
            },
            Subject::Opening | Subject::Slice { .. } => Found::Nothing,
        })
    }
}

fn open(cx: &Context, crawl: &Crawl) -> Result<Done, Failure> {
    let followers = cx.ledger.listed_followers(crawl)?;
    if followers.is_empty() {
        return Ok(Done::found(Found::Refused(Refusal::HiddenFollowers)));
    }
    let first = slice(0, followers.len());
    Ok(Done {
        found: Found::ReadingOrder(followers),
        then: vec![first],
    })
}

fn plan(cx: &Context, crawl: &Crawl, from: usize, to: usize) -> Result<Done, Failure> {
    let order = cx.ledger.reading_order(crawl)?;
    let end = to.min(from + SLICE);
    let followers = order.get(from..end).unwrap_or_default();
    let mut known = Known::default();
    let mut then = Vec::new();
    for (follower, state) in followers
        .iter()
        .zip(cx.ledger.follower_states(crawl, followers)?)
    {
        match state {
            FollowerState::Read { broken_off } => {
                known.read += 1;
                known.broken_off += u64::from(broken_off);
            }
            FollowerState::Unreadable(Unreadable::Private) => known.private += 1,
            FollowerState::Unreadable(_) => known.gone += 1,
            FollowerState::Unknown | FollowerState::Reading { .. } => {
                then.push(NewTask {
                    subject: Subject::Account(follower.clone()),
                    cursor: None,
                });
            }
        }
    }
    if end < to {
        then.push(slice(end, to));
    }
    Ok(Done {
        found: Found::Known(known),
        then,
    })
}

async fn read(
    cx: &Context,
    network: &dyn Network,
    claims: &Claims,
    crawl: &Crawl,
    follower: &AccountId,
) -> Result<Done, Failure> {
    if !claims.claim(
        About::Following,
        &crawl.network,
        std::slice::from_ref(follower),
    ) {
        return Err(Failure::Busy);
    }
    // The row says where the reading stands, whoever has brought it there.
    let state = cx
        .ledger
        .follower_states(crawl, std::slice::from_ref(follower))?
        .pop();
    let (asked, pages): (Option<Cursor>, usize) = match state {
        Some(FollowerState::Read { broken_off }) => {
            return Ok(Done::found(Found::Known(Known {
                read: 1,
                broken_off: u64::from(broken_off),
                ..Known::default()
            })));
        }
        Some(FollowerState::Unreadable(why)) => {
            return Ok(Done::found(Found::Unread {
                follower: follower.clone(),
                why,
            }));
        }
        Some(FollowerState::Reading { next, pages }) => (next, pages),
        Some(FollowerState::Unknown) | None => (None, 0),
    };
    let (ids, onward) = match network.following(follower, asked.as_ref()).await {
        Ok(page) => onward(cx, crawl, follower, asked.as_ref(), pages, page)?,
        // The place in the list is lost. What there is of it is kept.
        Err(NetworkError::BadCursor) if asked.is_some() => {
            (Vec::new(), Onward::End(ListEnd::Partial))
        }
        Err(error) => return unreadable(follower, error),
    };
    let again = match &onward {
        Onward::Next(next) => vec![NewTask {
            subject: Subject::Account(follower.clone()),
            cursor: Some(next.clone()),
        }],
        Onward::End(_) => Vec::new(),
    };
    let found = Found::Following {
        follower: follower.clone(),
        ids,
        asked,
        onward,
    };
    Ok(Done { found, then: again })
}

/// The ids of a page, and whether to go on behind it. A list that leads in a circle has broken off.
fn onward(
    cx: &Context,
    crawl: &Crawl,
    follower: &AccountId,
    asked: Option<&Cursor>,
    pages: usize,
    page: Page,
) -> Result<(Vec<AccountId>, Onward), Failure> {
    let accounts = page.accounts.into_iter();
    let ids: Vec<AccountId> = accounts.map(|account| account.id).collect();
    let Some(next) = page.next else {
        return Ok((ids, Onward::End(ListEnd::Complete)));
    };
    let circles = Some(&next) == asked
        || pages >= MOST_PAGES
        || asked.is_some()
            && !ids.is_empty()
            && !cx.ledger.reads_anybody_new(crawl, follower, &ids)?;
    let onward = match circles {
        true => Onward::End(ListEnd::Partial),
        false => Onward::Next(next),
    };
    Ok((ids, onward))
}

fn unreadable(follower: &AccountId, error: NetworkError) -> Result<Done, Failure> {
    let why = match error {
        NetworkError::Private => Unreadable::Private,
        NetworkError::NotFound | NetworkError::Suspended => Unreadable::Gone,
        NetworkError::BadCursor => Unreadable::GivenUp,
        other => return Err(other.into()),
    };
    Ok(Done::found(Found::Unread {
        follower: follower.clone(),
        why,
    }))
}

fn slice(from: usize, to: usize) -> NewTask {
    let place = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    NewTask {
        subject: Subject::Slice {
            from: place(from),
            to: place(to),
        },
        cursor: None,
    }
}
