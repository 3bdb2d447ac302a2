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
    AccountId, Crawl, Cursor, Done, Found, Known, NewTask, Refusal, StageName, Subject, Task,
    Unreadable,
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
            FollowerState::Read => known.read += 1,
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
        Some(FollowerState::Read) => {
            return Ok(Done::found(Found::Known(Known {
                read: 1,
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
    let page = match network.following(follower, asked.as_ref()).await {
        Ok(page) => page,
        Err(error) => return unreadable(follower, error),
    };
    let ids = page
        .accounts
        .into_iter()
        .map(|account| account.id)
        .collect();
    // Cursors that lead in a circle: what there is of the list is taken for the whole.
    let next = page
        .next
        .filter(|next| Some(next) != asked.as_ref() && pages < MOST_PAGES);
    let again = next.clone().map(|next| NewTask {
        subject: Subject::Account(follower.clone()),
        cursor: Some(next),
    });
    let found = Found::Following {
        follower: follower.clone(),
        ids,
        asked,
        next,
    };
    Ok(Done {
        found,
        then: again.into_iter().collect(),
    })
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
