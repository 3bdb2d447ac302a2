//! Looks the account up: who is it, and can it be analysed at all?

use async_trait::async_trait;

use crate::asking::{About, Claims};
use crate::context::Context;
use crate::ledger::KnownAs;
use crate::model::{
    Account, AccountId, Crawl, Done, Found, NewTask, Profile, Refusal, StageName, Subject, Task,
};
use crate::networks::{Network, NetworkError, Resolved};
use crate::stages::{Failure, Stage, refusal};

pub(super) struct Verify;

#[async_trait]
impl Stage for Verify {
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
    ) -> Result<Done, Failure> {
        let looked_up = match &task.subject {
            Subject::Account(id) => {
                if !claims.claim(About::Profile, &crawl.network, std::slice::from_ref(id)) {
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
        looked_up.or_else(|error| {
            let refused = refusal(&error).map(|refusal| Done::found(Found::Refused(refusal)));
            refused.ok_or(error.into())
        })
    }

    fn give_up(&self, _crawl: &Crawl, _task: &Task) -> Done {
        Done::found(Found::Refused(Refusal::NoAnswer))
    }
}

/// The account is there; its profile is asked for, unless it is known and fresh.
fn found(cx: &Context, crawl: &Crawl, account: Account) -> Result<Done, Failure> {
    Ok(match known(cx, crawl, &account.id)? {
        Some(profile) => judge(profile),
        None => Done {
            found: Found::Nothing,
            then: vec![NewTask {
                subject: Subject::Account(account.id),
                cursor: None,
            }],
        },
    })
}

fn known(cx: &Context, crawl: &Crawl, id: &AccountId) -> Result<Option<Profile>, Failure> {
    Ok(match cx.ledger.known_profile(crawl, id)? {
        KnownAs::Profile(profile) if !crawl.refresh => Some(profile),
        _ => None,
    })
}

async fn profile(network: &dyn Network, id: &AccountId) -> Result<Profile, NetworkError> {
    let profiles = network.profiles(std::slice::from_ref(id)).await?;
    profiles.into_iter().next().ok_or(NetworkError::NotFound)
}

fn judge(profile: Profile) -> Done {
    Done::found(match profile {
        Profile {
            opted_out: true, ..
        } => Found::Refused(Refusal::OptedOut),
        Profile { private: true, .. } => Found::Refused(Refusal::Private),
        Profile {
            followers: Some(0), ..
        } => Found::Refused(Refusal::NoFollowers),
        profile => Found::Account(profile),
    })
}
