//! Fetches the profiles of candidates, in batches, until no other account could change the top places, or the budget is
//! spent.

use async_trait::async_trait;

use crate::context::Context;
use crate::evidence::Evidence;
use crate::in_flight::{Claims, RequestKind};
use crate::ledger::CachedProfile;
use crate::model::{AccountId, Crawl, Facts, NewTask, StageName, Subject, Task, TaskOutput};
use crate::networks::{Network, NetworkError};
use crate::stages::{Failure, Stage, run_blocking, split_batch};

pub(super) struct ProfilesStage;

#[async_trait]
impl Stage for ProfilesStage {
    fn name(&self) -> StageName {
        StageName::Profiles
    }

    async fn run(
        &self,
        cx: &Context,
        network: &dyn Network,
        claims: &Claims,
        crawl: &Crawl,
        task: &Task,
    ) -> Result<TaskOutput, Failure> {
        let Subject::Accounts(ids) = &task.subject else {
            let (cx, crawl) = (cx.clone(), crawl.clone());
            let wanted =
                run_blocking(move || Evidence::gather(&cx, &crawl).map(|it| it.wanted_profiles()))
                    .await?;
            let at_once = network.limits().profiles_at_once.max(1) as usize;
            let batches = wanted
                .chunks(at_once)
                .map(|ids| NewTask::of(Subject::Accounts(ids.to_vec())));
            return Ok(TaskOutput {
                facts: Facts::Nothing,
                follow_ups: batches.collect(),
            });
        };
        if !claims.claim(RequestKind::Profile, &crawl.network, ids) {
            return Err(Failure::Busy);
        }
        let mut unknown: Vec<AccountId> = Vec::new();
        for id in ids {
            if cx.ledger.known_profile(crawl, id)? == CachedProfile::Unknown {
                unknown.push(id.clone());
            }
        }
        if unknown.is_empty() {
            return Ok(TaskOutput::of(Facts::Nothing));
        }
        let found = match network.profiles(&unknown).await {
            Ok(found) => found,
            Err(error) if error.is_final() => Vec::new(),
            Err(NetworkError::TooLarge(_) | NetworkError::Incomplete(_)) if unknown.len() > 1 => {
                return Ok(split_batch(&unknown));
            }
            Err(error) => return Err(error.into()),
        };
        unknown.retain(|id| !found.iter().any(|profile| profile.id == *id));
        Ok(TaskOutput::of(Facts::Profiles {
            found,
            missing: unknown,
            given_up: false,
        }))
    }

    fn give_up(&self, _crawl: &Crawl, task: &Task, _why: &Failure) -> TaskOutput {
        TaskOutput::of(match &task.subject {
            Subject::Accounts(ids) => Facts::Profiles {
                found: Vec::new(),
                missing: ids.clone(),
                given_up: true,
            },
            _ => Facts::Nothing,
        })
    }
}
