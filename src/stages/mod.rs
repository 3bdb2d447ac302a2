//! The shelf of stages: one step of an analysis each. To add one: add a file, a name in [`StageName`], where it is
//! stored, and a line in [`by_name`].

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

use list_page::{ListPage, WantedList, next_page};

/// One step. It turns tasks into facts and follow-ups, and changes nothing itself.
#[async_trait]
pub trait Stage: Send + Sync {
    fn name(&self) -> StageName;

    /// Does one task; what it asks the network for is claimed before it is looked up whether it is
    /// known already. Whatever the network says for good about an account is a fact, not a failure.
    async fn run(
        &self,
        cx: &Context,
        network: &dyn Network,
        claims: &Claims,
        crawl: &Crawl,
        task: &Task,
    ) -> Result<TaskOutput, Failure>;

    /// What a task yields that is not tried again after its last failure.
    fn give_up(&self, crawl: &Crawl, task: &Task, why: &Failure) -> TaskOutput;
}

/// Why a task did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Network(#[from] NetworkError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another crawl is at the same thing right now; a moment later there is nothing left to ask.
    #[error("another crawl is at it")]
    Busy,
}

/// The stage of a name, in the order of [`StageName::ALL`].
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

/// Does what takes seconds of reading and counting on a thread that nobody waits for.
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

/// What an error says about the account for good.
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

/// What was too much for one answer, or was not told whole, to be asked for in two.
fn in_halves(accounts: &[AccountId]) -> TaskOutput {
    let halves = accounts.chunks(accounts.len().div_ceil(2).max(1));
    TaskOutput {
        facts: Facts::Nothing,
        follow_ups: halves
            .map(|half| NewTask::of(Subject::Accounts(half.to_vec())))
            .collect(),
    }
}

/// Counts what was left out of an answer.
fn note_lost(cx: &Context, network: &NetworkName, lost: u64) {
    if lost > 0 {
        cx.incidents.count(Incident::AnswerIncomplete);
        tracing::debug!(%network, lost, "left odd items out of an answer");
    }
}

/// Why nothing is known of an account that is not asked for again.
fn unanswered(why: &Failure) -> Refusal {
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
        let told = |error| unanswered(&Failure::Network(error));
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
