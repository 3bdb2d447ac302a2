//! Counts how many of the followers follow each account, and keeps the most followed.

use async_trait::async_trait;

use crate::asking::Claims;
use crate::context::Context;
use crate::counting::most_frequent;
use crate::model::{AccountId, Crawl, Done, Found, Refusal, StageName, Task};
use crate::networks::Network;
use crate::stages::{Failure, Stage};

pub(super) struct Aggregate;

#[async_trait]
impl Stage for Aggregate {
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
    ) -> Result<Done, Failure> {
        if crawl.followers.read == 0 {
            return Ok(Done::found(Found::Refused(Refusal::NothingReadable)));
        }
        let target = crawl
            .profile
            .as_ref()
            .map_or(AccountId::new(""), |profile| profile.id.clone());
        let id = crawl.id.0;
        let (cx, crawl) = (cx.clone(), crawl.clone());
        tracing::debug!(crawl = id, "counting whom the followers follow");
        // Seconds of reading and counting: not on a thread that others wait for.
        let counted = tokio::task::spawn_blocking(move || {
            most_frequent(&cx.ledger.lists(&crawl)?, cx.settings.candidates, &target)
        });
        let candidates = counted
            .await
            .map_err(|error| crate::stores::StoreError::Io(error.to_string()))??;
        tracing::debug!(crawl = id, candidates = candidates.len(), "counted");
        Ok(Done::found(match candidates.is_empty() {
            true => Found::Refused(Refusal::NothingShared),
            false => Found::Candidates(candidates),
        }))
    }

    fn give_up(&self, _crawl: &Crawl, _task: &Task) -> Done {
        Done::found(Found::Refused(Refusal::NothingShared))
    }
}
