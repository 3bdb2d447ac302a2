//! Looks the account up: who is it, and can it be analysed at all? If it is not found: who may be meant?

mod guesses;
mod nearness;

use async_trait::async_trait;

use crate::context::Context;
use crate::in_flight::{Claims, RequestKind};
use crate::ledger::CachedProfile;
use crate::model::{
    Account, AccountId, By, Crawl, Facts, Handle, NewTask, Profile, Refusal, StageName, Subject,
    Task, TaskOutput,
};
use crate::networks::{Network, NetworkError, Resolved};
use crate::stages::{Failure, Stage, given_up_refusal, refusal};

/// Suggestions by the network that are shown: as many as fit on a line or two.
const SUGGESTIONS: usize = 5;

pub(super) struct VerifyStage;

#[async_trait]
impl Stage for VerifyStage {
    fn name(&self) -> StageName {
        StageName::Verify
    }

    async fn run(
        &self,
        cx: &Context,
        network: &dyn Network,
        claims: &Claims,
        crawl: &Crawl,
        task: &Task,
    ) -> Result<TaskOutput, Failure> {
        let looked_up = match &task.subject {
            Subject::Suggestions(id) => return Ok(suggested(network, id).await),
            Subject::Guesses(found) => return guesses::count(cx, network, crawl, found).await,
            Subject::Name => return guesses::search(cx, network, crawl).await,
            Subject::Opening if crawl.by.is_name() => {
                return guesses::search(cx, network, crawl).await;
            }
            Subject::Account(id) => {
                if !claims.claim(
                    RequestKind::Profile,
                    &crawl.network,
                    std::slice::from_ref(id),
                ) {
                    return Err(Failure::Busy);
                }
                match known(cx, crawl, id)? {
                    Some(profile) => Ok(judge(profile)),
                    None => profile(network, id).await.map(judge),
                }
            }
            _ => match network.resolve(&crawl.handle).await {
                Ok(Resolved::Profile(profile)) => Ok(judge(profile)),
                Ok(Resolved::Account(account)) => Ok(found(cx, crawl, account)?),
                Err(error) => Err(error),
            },
        };
        let error = match looked_up {
            Ok(done) => {
                let done = unless_left_alone(cx, crawl, done)?;
                return Ok(with_suggestions(network, done));
            }
            Err(error) => error,
        };
        match refusal(&error) {
            Some(Refusal::NoSuchAccount) => guesses::not_found(cx, network, crawl).await,
            Some(refusal) => Ok(TaskOutput::of(Facts::Refused(refusal))),
            None => Err(error.into()),
        }
    }

    fn give_up(&self, crawl: &Crawl, task: &Task, why: &Failure) -> TaskOutput {
        TaskOutput::of(match &task.subject {
            Subject::Suggestions(_) => Facts::Nothing,
            Subject::Guesses(found) => return guesses::only(found.clone()),
            Subject::Name if crawl.by == By::Handle => return guesses::only(Vec::new()),
            _ => Facts::Refused(given_up_refusal(why)),
        })
    }
}

/// Continues with an account that exists: its profile is requested, unless it is cached.
fn found(cx: &Context, crawl: &Crawl, account: Account) -> Result<TaskOutput, Failure> {
    Ok(match known(cx, crawl, &account.id)? {
        Some(profile) => judge(profile),
        None => TaskOutput {
            facts: Facts::Nothing,
            follow_ups: vec![NewTask::of(Subject::Account(account.id))],
        },
    })
}

fn known(cx: &Context, crawl: &Crawl, id: &AccountId) -> Result<Option<Profile>, Failure> {
    Ok(match cx.ledger.known_profile(crawl, id)? {
        CachedProfile::Profile(profile) if !crawl.refresh => Some(profile),
        _ => None,
    })
}

async fn profile(network: &dyn Network, id: &AccountId) -> Result<Profile, NetworkError> {
    let profiles = network.profiles(std::slice::from_ref(id)).await?;
    profiles.into_iter().next().ok_or(NetworkError::NotFound)
}

/// Refuses an account that has opted out, which is recognised under its other names, too.
fn unless_left_alone(cx: &Context, crawl: &Crawl, done: TaskOutput) -> Result<TaskOutput, Failure> {
    let left_alone = cx.ledger.left_alone(&crawl.network)?;
    Ok(match &done.facts {
        Facts::Account(profile) if left_alone.is(&profile.handle) => {
            TaskOutput::of(Facts::Refused(Refusal::LeftAlone))
        }
        _ => done,
    })
}

/// Adds a task for suggestions, if the network has any. They are worth a request: they give a first answer at once.
fn with_suggestions(network: &dyn Network, done: TaskOutput) -> TaskOutput {
    let TaskOutput {
        facts: Facts::Account(profile),
        follow_ups: _,
    } = &done
    else {
        return done;
    };
    let subject = Subject::Suggestions(profile.id.clone());
    let task = NewTask::of(subject);
    TaskOutput {
        follow_ups: Vec::from_iter(network.limits().suggests.then_some(task)),
        ..done
    }
}

/// Returns the accounts that the network suggests. They are not worth a retry.
async fn suggested(network: &dyn Network, id: &AccountId) -> TaskOutput {
    let others = network.suggested(id).await.unwrap_or_else(|error| {
        tracing::debug!(network = %network.name(), %error, "no suggestions");
        Vec::new()
    });
    let is_other = |it: &Account| it.id != *id && !it.handle.0.is_empty();
    let others = others.into_iter().filter(is_other);
    let handles: Vec<Handle> = others.take(SUGGESTIONS).map(|other| other.handle).collect();
    TaskOutput::of(Facts::Suggested(handles))
}

fn judge(profile: Profile) -> TaskOutput {
    TaskOutput::of(match profile {
        Profile {
            opted_out: true, ..
        } => Facts::Refused(Refusal::OptedOut),
        Profile { private: true, .. } => Facts::Refused(Refusal::Private),
        Profile {
            followers: Some(0), ..
        } => Facts::Refused(Refusal::NoFollowers),
        profile => Facts::Account(profile),
    })
}
