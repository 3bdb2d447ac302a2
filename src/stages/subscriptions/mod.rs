//! Reads the lists of accounts that the followers follow, in reading order, up to the crawl's aim.
//!
//! Each round plans as many followers as are likely to be enough, in slices of the order: one task for each follower, a
//! few hundred at a time to keep transactions small. A round ends when all of its tasks are done: short lists finish
//! first, and would be over-represented in a sample that did not wait. Followers who follow too many accounts are
//! skipped, and what was read of their lists is kept for crawls that want it. If they are many, they may share a taste:
//! then they are read after all, before anything is counted.

mod plan;

use async_trait::async_trait;

use crate::context::Context;
use crate::in_flight::Claims;
use crate::ledger::ListState;
use crate::model::{
    AccountId, Crawl, Depth, Facts, Followers, KnownLists, NewTask, Refusal, Relation, StageName,
    Subject, Task, TaskOutput, Unreadable,
};
use crate::networks::Network;
use crate::stages::{Failure, PageOutcome, Stage, WantedList, next_page};

use plan::{account_task, count_following, plan_slice, take_up_skipped};

/// Followers planned in a round, at least.
const FEWEST: u64 = 10;

/// Pages of a list at most. Networks end lists at a few thousand accounts; what continues runs in a circle.
const MOST_PAGES: u64 = 1_000;

/// One skipped follower in this many is normal; more are no exception.
const ONE_IN: u64 = 10;

/// Followers tried before that is decided. Of 30, more than three follow too many in one of 16 audiences where one in
/// twenty does, and in 24 of 25 where one in four does. With ten it would be one of 12, and three of four.
const TRIED: u64 = 30;

pub(super) struct SubscriptionsStage;

#[async_trait]
impl Stage for SubscriptionsStage {
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
    ) -> Result<TaskOutput, Failure> {
        match &task.subject {
            Subject::Slice { from, to } | Subject::Again { from, to } => {
                plan_slice(cx, network, crawl, &task.subject, (*from, *to))
            }
            Subject::Account(follower) => read(cx, network, claims, crawl, follower).await,
            Subject::Accounts(followers) => {
                count_following(cx, network, claims, crawl, followers).await
            }
            Subject::Opening | Subject::Suggestions(_) | Subject::Name | Subject::Guesses(_) => {
                open(cx, network, crawl).await
            }
        }
    }

    fn give_up(&self, _crawl: &Crawl, task: &Task, _why: &Failure) -> TaskOutput {
        match &task.subject {
            Subject::Account(follower) => unreadable(follower, Unreadable::GivenUp),
            // Their lists will show how long they are.
            Subject::Accounts(followers) => TaskOutput {
                facts: Facts::Nothing,
                follow_ups: followers.iter().cloned().map(account_task).collect(),
            },
            _ => TaskOutput::of(Facts::Nothing),
        }
    }
}

/// Plans as many followers as are likely to be missing; none if enough are read.
async fn open(cx: &Context, network: &dyn Network, crawl: &Crawl) -> Result<TaskOutput, Failure> {
    if crawl.reading_order.is_none() {
        let followers = cx.ledger.listed_followers(crawl)?;
        if followers.is_empty() {
            return Ok(TaskOutput::of(Facts::Refused(Refusal::HiddenFollowers)));
        }
        return Ok(TaskOutput {
            facts: Facts::ReadingOrder(followers),
            follow_ups: vec![NewTask::of(Subject::Opening)],
        });
    }
    let followers = &crawl.followers;
    if crawl.left_behind {
        let (from, to) = (0, crawl.planned);
        return Ok(TaskOutput {
            facts: Facts::Recounting,
            follow_ups: vec![NewTask::of(Subject::Again { from, to })],
        });
    }
    let reads_all = crawl.depth == Depth::Full && followers.skipped > 0;
    if reads_all || (!crawl.reads_long && are_many(followers)) {
        tracing::debug!(crawl = crawl.id.0, "takes up who was passed over");
        return take_up_skipped(cx, network, crawl).await;
    }
    let missing = crawl.aim.saturating_sub(followers.read);
    let left = followers.listed.saturating_sub(crawl.planned.into());
    if missing == 0 || left == 0 {
        return Ok(TaskOutput::of(Facts::Nothing));
    }
    // For each follower read, this many had to be tried.
    let tried = match followers.read {
        0 => u128::from(missing),
        read => u128::from(missing) * u128::from(followers.settled()) / u128::from(read),
    };
    let more = u64::try_from(tried)
        .unwrap_or(u64::MAX)
        .max(FEWEST)
        .min(left);
    let from = crawl.planned;
    let to = u32::try_from(u64::from(from) + more).unwrap_or(u32::MAX);
    Ok(TaskOutput {
        facts: Facts::Planned(to),
        follow_ups: vec![NewTask::of(Subject::Slice { from, to })],
    })
}

/// Whether so many were skipped that what they share would be missed.
fn are_many(followers: &Followers) -> bool {
    let tried = followers.settled();
    tried >= TRIED && followers.skipped > tried / ONE_IN
}

async fn read(
    cx: &Context,
    network: &dyn Network,
    claims: &Claims,
    crawl: &Crawl,
    follower: &AccountId,
) -> Result<TaskOutput, Failure> {
    let limit = crawl.most_followed();
    let wanted = WantedList {
        relation: Relation::Following,
        account: follower,
        limit,
        most_pages: MOST_PAGES,
    };
    let page = match next_page(cx, network, claims, crawl, &wanted).await? {
        PageOutcome::Page(page) => page,
        PageOutcome::Known(state) => return Ok(known(follower, &state, limit)),
        PageOutcome::Unreadable(why) => return Ok(unreadable(follower, why)),
    };
    let skip = limit.is_some_and(|limit| page.length > limit);
    let next = page.next_task(follower).filter(|_| !skip);
    let facts = Facts::Following {
        follower: follower.clone(),
        ids: page.ids,
        lost: page.lost,
        profiles: page.profiles,
        asked: page.asked,
        onward: page.onward,
        skip,
    };
    Ok(TaskOutput {
        facts,
        follow_ups: next.into_iter().collect(),
    })
}

/// Returns what a list that was read before means to this crawl.
fn known(follower: &AccountId, state: &ListState, limit: Option<u64>) -> TaskOutput {
    TaskOutput::of(Facts::Known(match state {
        state if state.exceeds(limit) => KnownLists {
            skipped: 1,
            ..KnownLists::default()
        },
        ListState::Read {
            broken_off, pages, ..
        } => KnownLists {
            read: 1,
            pages: *pages,
            broken_off: u64::from(*broken_off),
            ..KnownLists::default()
        },
        ListState::Unreadable(why) => return unreadable(follower, *why),
        ListState::Unknown | ListState::Counted(_) | ListState::Reading { .. } => {
            KnownLists::default()
        }
    }))
}

fn unreadable(follower: &AccountId, why: Unreadable) -> TaskOutput {
    TaskOutput::of(Facts::Unread {
        follower: follower.clone(),
        why,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_many_of(tried: u64, skipped: u64) -> bool {
        are_many(&Followers {
            read: tried - skipped,
            skipped,
            ..Followers::default()
        })
    }

    #[test]
    fn more_than_one_in_ten_are_many_but_not_by_the_chance_of_a_few() {
        assert!(!are_many_of(100, 10) && are_many_of(100, 11));
        assert!(!are_many_of(29, 29) && are_many_of(30, 4));
        assert!(!are_many_of(0, 0));
    }
}
