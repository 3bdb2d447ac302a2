//! Lists the followers of the target, page by page.

use async_trait::async_trait;

use crate::context::Context;
use crate::in_flight::Claims;
use crate::model::{
    AccountId, Crawl, Cursor, Facts, Hints, ListEnd, NewTask, Refusal, Relation, StageName,
    Subject, Task, TaskOutput,
};
use crate::networks::{Network, NetworkError};
use crate::stages::{Failure, Stage, count_lost_items, given_up_refusal, refusal};

/// Pages allowed for a small list.
const MOST_PAGES: u64 = 1_000;

/// Accounts on a page, on average, of the network with the shortest pages.
const SHORTEST_PAGE: u64 = 10;

pub(super) struct FollowersStage;

#[async_trait]
impl Stage for FollowersStage {
    fn name(&self) -> StageName {
        StageName::Followers
    }

    async fn run(
        &self,
        cx: &Context,
        network: &dyn Network,
        _claims: &Claims,
        crawl: &Crawl,
        task: &Task,
    ) -> Result<TaskOutput, Failure> {
        let Some(target) = &crawl.profile else {
            return Ok(TaskOutput::of(Facts::Refused(Refusal::NoSuchAccount)));
        };
        if task.cursor.is_none()
            && let Some(known) = known(cx, crawl, &target.id)?
        {
            return Ok(TaskOutput::of(known));
        }
        let cursor = task.cursor.as_ref();
        let page = match network.list(Relation::Followers, &target.id, cursor).await {
            Ok(page) => page,
            Err(error) if error.is_final() => return Ok(cut_off(crawl, &error)),
            Err(error) => return Err(error.into()),
        };
        let room = cx
            .settings
            .followers_cap
            .saturating_sub(crawl.followers.listed);
        let mut hints = Hints::of(&page.profiles);
        hints.private.extend(page.private);
        let mut ids: Vec<AccountId> = page
            .accounts
            .into_iter()
            .map(|account| account.id)
            .collect();
        // Networks that lose their cursor start over, or repeat the last page forever. An empty page may occur in the
        // middle of a list.
        let circles = page.next.is_some()
            && task.cursor.is_some()
            && !ids.is_empty()
            && !cx.ledger.lists_anybody_new(crawl, &ids)?;
        count_lost_items(cx, &crawl.network, page.lost);
        let is_whole = !page.broken_off && page.lost == 0 && crawl.followers.lost == 0;
        let full = ids.len() as u64 >= room;
        let dropped = ids.len() as u64 > room;
        ids.truncate(usize::try_from(room).unwrap_or(usize::MAX));
        let (end, next): (Option<ListEnd>, Option<Cursor>) = match page.next {
            None if dropped => (Some(ListEnd::Capped), None),
            None if is_whole => (Some(ListEnd::Complete), None),
            None => (Some(ListEnd::Partial), None),
            // Cursors that lead in a circle would continue forever.
            Some(next)
                if circles || Some(&next) == task.cursor.as_ref() || is_endless(cx, crawl) =>
            {
                (Some(ListEnd::Partial), None)
            }
            Some(_) if full => (Some(ListEnd::Capped), None),
            next => (None, next),
        };
        let follow_ups = next.map(|next| NewTask {
            subject: Subject::Opening,
            cursor: Some(next),
        });
        Ok(TaskOutput {
            facts: Facts::Followers {
                ids,
                lost: page.lost,
                end,
                hints,
            },
            follow_ups: follow_ups.into_iter().collect(),
        })
    }

    fn give_up(&self, crawl: &Crawl, _task: &Task, why: &Failure) -> TaskOutput {
        if crawl.followers.listed == 0 {
            return TaskOutput::of(Facts::Refused(given_up_refusal(why)));
        }
        TaskOutput::of(Facts::Followers {
            ids: Vec::new(),
            lost: 0,
            end: Some(ListEnd::Partial),
            hints: Hints::default(),
        })
    }
}

/// Returns the followers if another crawl has listed all of them recently; `None` if a refresh was asked for.
fn known(cx: &Context, crawl: &Crawl, target: &AccountId) -> Result<Option<Facts>, Failure> {
    if crawl.refresh || crawl.followers.listed > 0 {
        return Ok(None);
    }
    let known = cx.ledger.known_followers(crawl, target)?;
    let whole = known.filter(|(ids, _)| ids.len() as u64 <= cx.settings.followers_cap);
    Ok(whole.map(|(ids, pages)| Facts::KnownFollowers { ids, pages }))
}

/// Whether more pages were requested than a list up to the cap can have, however short they are.
fn is_endless(cx: &Context, crawl: &Crawl) -> bool {
    crawl.requests.followers > MOST_PAGES + cx.settings.followers_cap / SHORTEST_PAGE
}

/// Handles an account that has become unavailable: it ends the crawl if nothing has been listed yet, or else the list.
fn cut_off(crawl: &Crawl, error: &NetworkError) -> TaskOutput {
    TaskOutput::of(
        match refusal(error).filter(|_| crawl.followers.listed == 0) {
            Some(refusal) => Facts::Refused(refusal),
            None => Facts::Followers {
                ids: Vec::new(),
                lost: 0,
                end: Some(ListEnd::Partial),
                hints: Hints::default(),
            },
        },
    )
}
