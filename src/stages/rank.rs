//! Orders the candidates by how similar their audience is.

use async_trait::async_trait;

use crate::context::Context;
use crate::evidence::Evidence;
use crate::in_flight::Claims;
use crate::model::{Crawl, Done, Found, Refusal, StageName, Task};
use crate::networks::Network;
use crate::stages::{Failure, Stage, run_blocking};

pub(super) struct Rank;

#[async_trait]
impl Stage for Rank {
    fn name(&self) -> StageName {
        StageName::Rank
    }

    async fn run(
        &self,
        cx: &Context,
        _network: &dyn Network,
        _claims: &Claims,
        crawl: &Crawl,
        _task: &Task,
    ) -> Result<Done, Failure> {
        let (cx, own) = (cx.clone(), crawl.clone());
        // All lists are read once more, to see which places are sure.
        let ranking = run_blocking(move || Evidence::gather(&cx, &own)?.ranking()).await?;
        Ok(Done::found(match ranking.rows.is_empty() {
            true if crawl.profiles_done == 0 => Found::Refused(Refusal::NoAnswer),
            true => Found::Refused(Refusal::NothingShared),
            false => Found::Ranking(ranking),
        }))
    }

    fn give_up(&self, _crawl: &Crawl, _task: &Task, _why: &Failure) -> Done {
        Done::found(Found::Refused(Refusal::NothingShared))
    }
}
