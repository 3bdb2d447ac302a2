//! Lists the followers of candidates whose place in the top is in doubt, so that the followers they share with the
//! target are counted, not estimated.

use async_trait::async_trait;

use crate::context::Context;
use crate::evidence::Evidence;
use crate::in_flight::Claims;
use crate::ledger::CachedProfile;
use crate::model::{
    AccountId, Crawl, Facts, NewTask, Relation, StageName, Subject, Task, TaskOutput, Unreadable,
};
use crate::networks::Network;
use crate::stages::{Failure, PageOutcome, Stage, WantedList, next_page, run_blocking};

/// Pages at most, for each page that the follower count predicts: networks may send short ones.
const MOST_TIMES: u64 = 3;

pub(super) struct ConfirmStage;

#[async_trait]
impl Stage for ConfirmStage {
    fn name(&self) -> StageName {
        StageName::Confirm
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
            Subject::Account(candidate) => list(cx, network, claims, crawl, candidate).await,
            _ => open(cx, crawl).await,
        }
    }

    fn give_up(&self, _crawl: &Crawl, task: &Task, _why: &Failure) -> TaskOutput {
        TaskOutput::of(match &task.subject {
            Subject::Account(candidate) => Facts::Unlisted {
                candidate: candidate.clone(),
                why: Unreadable::GivenUp,
            },
            _ => Facts::Nothing,
        })
    }
}

/// Creates tasks for the next candidates in doubt; none once no place can change.
async fn open(cx: &Context, crawl: &Crawl) -> Result<TaskOutput, Failure> {
    let (cx, crawl) = (cx.clone(), crawl.clone());
    // All lists are read once more, to see which accounts correlate.
    let wanted = run_blocking(move || Evidence::gather(&cx, &crawl)?.wanted_lists()).await?;
    let follow_ups = wanted
        .candidates
        .into_iter()
        .map(|candidate| NewTask::of(Subject::Account(candidate)));
    Ok(TaskOutput {
        facts: Facts::Confirming(wanted.requests),
        follow_ups: follow_ups.collect(),
    })
}

async fn list(
    cx: &Context,
    network: &dyn Network,
    claims: &Claims,
    crawl: &Crawl,
    candidate: &AccountId,
) -> Result<TaskOutput, Failure> {
    let profile = match cx.ledger.known_profile(crawl, candidate)? {
        CachedProfile::Profile(profile) => profile.followers,
        CachedProfile::Unknown | CachedProfile::Missing => None,
    };
    let pages = profile.unwrap_or(0) / u64::from(network.limits().followers_page.max(1));
    let wanted = WantedList {
        relation: Relation::Followers,
        account: candidate,
        limit: None,
        most_pages: MOST_TIMES.saturating_mul(pages + 1),
    };
    Ok(
        match next_page(cx, network, claims, crawl, &wanted).await? {
            PageOutcome::Known(_) => TaskOutput::of(Facts::Nothing),
            PageOutcome::Unreadable(why) => TaskOutput::of(Facts::Unlisted {
                candidate: candidate.clone(),
                why,
            }),
            PageOutcome::Page(page) => TaskOutput {
                follow_ups: page.next_task(candidate).into_iter().collect(),
                facts: Facts::FollowersOf {
                    candidate: candidate.clone(),
                    ids: page.ids,
                    lost: page.lost,
                    asked: page.asked,
                    onward: page.onward,
                },
            },
        },
    )
}
