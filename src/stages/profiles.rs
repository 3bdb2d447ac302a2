//! Fetches the profiles of the candidates, as many at once as the network allows.

use async_trait::async_trait;

use crate::asking::{About, Claims};
use crate::context::Context;
use crate::model::{AccountId, Crawl, Done, Found, NewTask, StageName, Subject, Task};
use crate::networks::Network;
use crate::stages::{Failure, Stage};

pub(super) struct Profiles;

#[async_trait]
impl Stage for Profiles {
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
    ) -> Result<Done, Failure> {
        let candidates = cx.ledger.candidates(crawl)?;
        let Subject::Slice { from, to } = task.subject else {
            let then = plan(candidates.len(), network.limits().profiles_at_once as usize);
            return Ok(Done {
                found: Found::Nothing,
                then,
            });
        };
        let slice = candidates
            .get(from as usize..to as usize)
            .unwrap_or_default();
        let ids: Vec<AccountId> = slice.iter().map(|candidate| candidate.id.clone()).collect();
        if !claims.claim(About::Profile, &crawl.network, &ids) {
            return Err(Failure::Busy);
        }
        let mut known = Vec::new();
        let mut unknown: Vec<AccountId> = Vec::new();
        for id in ids {
            match cx.ledger.known_profile(crawl, &id)? {
                Some(profile) => known.push(profile),
                None => unknown.push(id),
            }
        }
        let reused = known.len() as u32;
        let asked = unknown.len() as u32;
        let found = match unknown.is_empty() {
            true => Vec::new(),
            false => match network.profiles(&unknown).await {
                Ok(found) => found,
                Err(error) if error.is_final() => Vec::new(),
                Err(error) => return Err(error.into()),
            },
        };
        let missing = asked.saturating_sub(found.len() as u32);
        Ok(Done::found(Found::Profiles {
            found,
            reused,
            missing,
        }))
    }

    fn give_up(&self, _crawl: &Crawl, task: &Task) -> Done {
        let missing = match task.subject {
            Subject::Slice { from, to } => to.saturating_sub(from),
            _ => 0,
        };
        Done::found(Found::Profiles {
            found: Vec::new(),
            reused: 0,
            missing,
        })
    }
}

fn plan(candidates: usize, at_once: usize) -> Vec<NewTask> {
    let place = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let starts = (0..candidates).step_by(at_once.max(1));
    let slices = starts.map(|from| Subject::Slice {
        from: place(from),
        to: place(candidates.min(from + at_once.max(1))),
    });
    slices
        .map(|subject| NewTask {
            subject,
            cursor: None,
        })
        .collect()
}
