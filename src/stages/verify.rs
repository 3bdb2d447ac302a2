//! Looks the account up: who is it, and can it be analysed at all?

use async_trait::async_trait;

use crate::context::Context;
use crate::model::{Crawl, Done, Found, NewTask, Profile, Refusal, StageName, Subject, Task};
use crate::networks::{Network, NetworkError, Resolved};
use crate::stages::{Failure, Stage};

pub(super) struct Verify;

#[async_trait]
impl Stage for Verify {
    fn name(&self) -> StageName {
        StageName::Verify
    }

    async fn run(
        &self,
        _cx: &Context,
        network: &dyn Network,
        crawl: &Crawl,
        task: &Task,
    ) -> Result<Done, Failure> {
        let asked = match &task.subject {
            Subject::Account(id) => {
                let profiles = network.profiles(std::slice::from_ref(id)).await;
                profiles
                    .and_then(|profiles| profiles.into_iter().next().ok_or(NetworkError::NotFound))
                    .map(judge)
            }
            _ => network
                .resolve(&crawl.handle)
                .await
                .map(|resolved| match resolved {
                    Resolved::Profile(profile) => judge(profile),
                    Resolved::Account(account) => Done {
                        found: Found::Nothing,
                        then: vec![NewTask {
                            subject: Subject::Account(account.id),
                            cursor: None,
                        }],
                    },
                }),
        };
        match asked {
            Ok(done) => Ok(done),
            Err(error) => refusal(&error)
                .map(|refusal| Done::found(Found::Refused(refusal)))
                .ok_or(error.into()),
        }
    }

    fn give_up(&self, _crawl: &Crawl, _task: &Task) -> Done {
        Done::found(Found::Refused(Refusal::NoAnswer))
    }
}

fn judge(profile: Profile) -> Done {
    Done::found(match profile {
        Profile { private: true, .. } => Found::Refused(Refusal::Private),
        Profile {
            followers: Some(0), ..
        } => Found::Refused(Refusal::NoFollowers),
        profile => Found::Account(profile),
    })
}

/// What an error says about the account for good.
pub(super) fn refusal(error: &NetworkError) -> Option<Refusal> {
    match error {
        NetworkError::NotFound => Some(Refusal::NoSuchAccount),
        NetworkError::Suspended => Some(Refusal::Suspended),
        NetworkError::Private => Some(Refusal::Private),
        _ => None,
    }
}
