//! The shelf of stages: one step of an analysis each. To add one: add a file, a name in [`StageName`], and a line in
//! [`by_name`].

mod aggregate;
mod confirm;
mod deliver;
mod followers;
mod list_page;
mod profiles;
mod rank;
mod subscriptions;
mod verify;

use async_trait::async_trait;

use crate::context::Context;
use crate::in_flight::Claims;
use crate::incidents::Incident;
use crate::model::{
    AccountId, Crawl, Facts, NetworkName, NewTask, Refusal, StageName, Subject, Task, TaskOutput,
};
use crate::networks::{Network, NetworkError};
use crate::stores::StoreError;

use list_page::{PageOutcome, WantedList, next_page};

/// One step. It turns tasks into facts and follow-ups, and changes no state itself.
#[async_trait]
pub trait Stage: Send + Sync {
    fn name(&self) -> StageName;

    /// Runs one task. What it requests is claimed before the cache is consulted. A final answer about an account is a
    /// fact, not a failure.
    async fn run(
        &self,
        cx: &Context,
        network: &dyn Network,
        claims: &Claims,
        crawl: &Crawl,
        task: &Task,
    ) -> Result<TaskOutput, Failure>;

    /// Returns the output of a task that has used up its retries.
    fn give_up(&self, crawl: &Crawl, task: &Task, why: &Failure) -> TaskOutput;
}

/// Why a task was not completed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Network(#[from] NetworkError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another crawl is requesting the same thing; in a moment it will be cached.
    #[error("another crawl is at it")]
    Busy,
}

/// Returns the stage of this name.
pub fn by_name(name: StageName) -> &'static dyn Stage {
    match name {
        StageName::Verify => &verify::VerifyStage,
        StageName::Followers => &followers::FollowersStage,
        StageName::Subscriptions => &subscriptions::SubscriptionsStage,
        StageName::Aggregate => &aggregate::AggregateStage,
        StageName::Profiles => &profiles::ProfilesStage,
        StageName::Confirm => &confirm::ConfirmStage,
        StageName::Rank => &rank::RankStage,
        StageName::Deliver => &deliver::DeliverStage,
    }
}

/// Runs something that reads and counts for seconds on a thread of its own.
///
/// # Errors
/// Those of `work`; [`StoreError::Io`] if it panics.
async fn run_blocking<T: Send + 'static, E: Into<Failure> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| StoreError::Io(error.to_string()))?;
    done.map_err(E::into)
}

/// Returns why an account can't be analysed, if the error is a final answer about it.
fn refusal(error: &NetworkError) -> Option<Refusal> {
    match error {
        NetworkError::NotFound => Some(Refusal::NoSuchAccount),
        NetworkError::Suspended => Some(Refusal::Suspended),
        NetworkError::Deactivated => Some(Refusal::Deactivated),
        NetworkError::Private => Some(Refusal::Private),
        NetworkError::Hidden => Some(Refusal::HiddenFollowers),
        NetworkError::ShutOut => Some(Refusal::ShutOut),
        _ => None,
    }
}

/// Splits a batch in two whose answer was too large or incomplete.
fn split_batch(accounts: &[AccountId]) -> TaskOutput {
    let halves = accounts.chunks(accounts.len().div_ceil(2).max(1));
    TaskOutput {
        facts: Facts::Nothing,
        follow_ups: halves
            .map(|half| NewTask::of(Subject::Accounts(half.to_vec())))
            .collect(),
    }
}

/// Counts the items that were left out of an answer.
fn count_lost_items(cx: &Context, network: &NetworkName, lost: u64) {
    if lost > 0 {
        cx.incidents.count(Incident::AnswerIncomplete);
        tracing::debug!(%network, lost, "left odd items out of an answer");
    }
}

/// Returns why nothing is known about an account whose task was given up.
fn given_up_refusal(why: &Failure) -> Refusal {
    match why {
        Failure::Network(NetworkError::HostUnknown) => Refusal::NoSuchServer,
        Failure::Network(NetworkError::HostForeign) => Refusal::ForeignServer,
        Failure::Network(NetworkError::HostLost | NetworkError::HostFailed(_)) => {
            Refusal::ServerSilent
        }
        Failure::Network(NetworkError::HostsSpent) => Refusal::ServersSpent,
        _ => Refusal::NoAnswer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_server_is_to_blame_for_is_told_of_that_server() {
        let told = |error| given_up_refusal(&Failure::Network(error));
        let broken = || "HTTP 502".to_owned();
        assert_eq!(told(NetworkError::HostUnknown), Refusal::NoSuchServer);
        assert_eq!(told(NetworkError::HostLost), Refusal::ServerSilent);
        assert_eq!(told(NetworkError::HostForeign), Refusal::ForeignServer);
        let failed = NetworkError::HostFailed(broken());
        assert_eq!(told(failed), Refusal::ServerSilent);
        assert_eq!(told(NetworkError::HostsSpent), Refusal::ServersSpent);
        let failed = NetworkError::Temporary(broken());
        assert_eq!(told(failed), Refusal::NoAnswer);
    }

    #[test]
    fn the_pipeline_is_in_the_order_in_which_crawls_pass_through_it() {
        let names = StageName::ALL.map(|name| by_name(name).name());
        assert_eq!(names, StageName::ALL);
    }
}
