//! Counts how many of the followers follow each account, and keeps the most followed, with how often other audiences
//! follow them.

use async_trait::async_trait;

use crate::context::Context;
use crate::counting::most_frequent;
use crate::evidence::places;
use crate::in_flight::Claims;
use crate::model::{AccountId, Crawl, Facts, Refusal, Shortlist, StageName, Task, TaskOutput};
use crate::networks::Network;
use crate::stages::{Failure, Stage, run_blocking};
use crate::stores::StoreError;

/// Accounts that may enter the ranking. Those after them are followed by very few.
const CANDIDATES: usize = 5_000;

/// Lists from other audiences that the counts are compared with.
const ELSEWHERE: usize = 2_000;

pub(super) struct AggregateStage;

#[async_trait]
impl Stage for AggregateStage {
    fn name(&self) -> StageName {
        StageName::Aggregate
    }

    async fn run(
        &self,
        cx: &Context,
        _network: &dyn Network,
        _claims: &Claims,
        crawl: &Crawl,
        _task: &Task,
    ) -> Result<TaskOutput, Failure> {
        if crawl.followers.read == 0 {
            return Ok(TaskOutput::of(Facts::Refused(Refusal::NothingReadable)));
        }
        let target = crawl
            .profile
            .as_ref()
            .map_or(AccountId::new(""), |profile| profile.id.clone());
        let id = crawl.id.0;
        let (cx, crawl) = (cx.clone(), crawl.clone());
        tracing::debug!(crawl = id, "counting whom the followers follow");
        let shortlist = run_blocking(move || shortlist(&cx, &crawl, &target)).await?;
        let candidates = shortlist.candidates.len();
        tracing::debug!(crawl = id, candidates, "counted");
        Ok(TaskOutput::of(match candidates {
            0 => Facts::Refused(Refusal::NothingShared),
            _ => Facts::Shortlist(shortlist),
        }))
    }

    fn give_up(&self, _crawl: &Crawl, _task: &Task, _why: &Failure) -> TaskOutput {
        TaskOutput::of(Facts::Refused(Refusal::NothingShared))
    }
}

fn shortlist(cx: &Context, crawl: &Crawl, target: &AccountId) -> Result<Shortlist, StoreError> {
    let lists = cx.ledger.lists(crawl, crawl.most_followed())?;
    let candidates = most_frequent(&lists, CANDIDATES, target)?;
    let elsewhere_lists = cx.ledger.lists_elsewhere(crawl, ELSEWHERE)?;
    let ids = candidates.iter().map(|candidate| &candidate.id);
    let places = places(&elsewhere_lists, ids)?;
    let mut elsewhere = vec![0; candidates.len()];
    elsewhere_lists.for_each(|list| {
        for place in list.iter().filter_map(|key| places.get(key)) {
            elsewhere[*place] += 1;
        }
    })?;
    Ok(Shortlist {
        complete: candidates.len() < CANDIDATES,
        candidates,
        read: lists.count() as u64,
        elsewhere_read: elsewhere_lists.count() as u64,
        elsewhere,
    })
}
