//! Orders the candidates by how similar their audience is.

use async_trait::async_trait;

use crate::context::Context;
use crate::evidence::Evidence;
use crate::in_flight::Claims;
use crate::model::{Crawl, Facts, Refusal, StageName, Task, TaskOutput};
use crate::networks::Network;
use crate::stages::{Failure, Stage, run_blocking};

pub(super) struct RankStage;

#[async_trait]
impl Stage for RankStage {
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
    ) -> Result<TaskOutput, Failure> {
        let (cx, own) = (cx.clone(), crawl.clone());
        // All lists are read once more, to see which places are certain.
        let ranking = run_blocking(move || Evidence::gather(&cx, &own)?.ranking()).await?;
        Ok(TaskOutput::of(match ranking.rows.is_empty() {
            true if crawl.profiles_done == 0 => Facts::Refused(Refusal::NoAnswer),
            true => Facts::Refused(Refusal::NothingShared),
            false => Facts::Ranking(ranking),
        }))
    }

    fn give_up(&self, _crawl: &Crawl, _task: &Task, _why: &Failure) -> TaskOutput {
        TaskOutput::of(Facts::Refused(Refusal::NothingShared))
    }
}
