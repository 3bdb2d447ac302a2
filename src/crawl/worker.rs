//! One leased task: runs it, keeps the lease alive meanwhile, and saves the result.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::crawl::books::LeaseBooks;
use crate::crawl::budget::{Allowance, allowance};
use crate::crawl::retry::{After, Failed};
use crate::crawl::{cost_limit, journal, own_keys};
use crate::incidents::Incident;
use crate::keyring::Access;
use crate::ledger::Completion;
use crate::model::{
    Crawl, Facts, Lease, OwnKey, QueueSettings, Refusal, Spent, StageName, Subject, TaskOutput,
};
use crate::networks::{Flow, GatedNetwork, Network, NetworkError};
use crate::stages::{self, Failure};
use crate::stores::StoreError;

/// Works on a task until it is saved or put back, or the lease is lost.
pub(super) async fn work(
    cx: &Context,
    queue: &QueueSettings,
    lease: Lease,
    stop: &CancellationToken,
) -> Result<(), StoreError> {
    let task = &lease.task;
    let Some(crawl) = cx.ledger.crawl(task.crawl)? else {
        return Ok(());
    };
    let key = key_of(cx, &crawl)?;
    let entry = match cx.access(&crawl)? {
        Access::Open(entry) => entry,
        Access::InDoubt(_) => {
            let at = cx.clock.now() + own_keys::RETRY_AFTER;
            return cx.ledger.postpone(&lease, at, false, 0).await;
        }
        Access::NoKey(key) => return own_keys::end_without_key(cx, crawl.id, key).await,
        Access::Off => return Ok(()),
    };
    if matches!(task.subject, Subject::Suggestions(_))
        && cost_limit::cost_over_limit(cx, &crawl).is_some()
    {
        // A crawl that is over the cost limit must not cost more.
        return save(cx, &lease, TaskOutput::of(Facts::Nothing), Spent::default()).await;
    }
    let allowed = allowance(cx, &entry, &crawl, task.queue.stage)?;
    if allowed != Allowance::Go {
        return skip_or_postpone(cx, &lease, &crawl, allowed, Spent::default()).await;
    }
    let flow = Flow {
        crawl: crawl.id,
        weight: crawl.priority,
        urgent: task.queue.stage == StageName::Verify,
        asker: cx.ledger.asker(&crawl)?,
    };
    let books = Arc::new(LeaseBooks::new(cx, &entry, &lease, key.as_ref()));
    let network = GatedNetwork::new(entry.clone(), flow).with_books(books.clone());
    let meter = network.meter();
    // Dropped at the end, after the results are saved.
    let claims = cx.in_flight.claims(crawl.key_of);
    let stage = stages::by_name(task.queue.stage);

    let mut run = std::pin::pin!(stage.run(cx, &network, &claims, &crawl, task));
    let mut ended = std::pin::pin!(cx.ledger.ended(crawl.id));
    let mut deadline = std::pin::pin!(shutdown_deadline(cx, stop));
    let mut kept = std::pin::pin!(keep_alive(cx, &lease));
    let (mut stopping, mut over) = (false, false);
    let outcome = loop {
        // Only tasks that have not sent their request can be stopped at no cost.
        let waits = || meter.is_idle();
        tokio::select! {
            outcome = &mut run => break Some(outcome),
            kept = &mut kept => return kept,
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                if waits() {
                    break None;
                }
            }
            ended = &mut ended, if !over => {
                ended?;
                over = true;
                if waits() {
                    break None;
                }
            }
            () = &mut deadline => break None,
        }
    };
    let spent = || meter.spent();
    let now = cx.clock.now();
    let failure = match outcome {
        None => return cx.ledger.postpone(&lease, now, false, spent()).await,
        Some(Ok(done)) => return save(cx, &lease, done, spent()).await,
        // A damaged record is this task's problem; a failing database is everyone's.
        Some(Err(Failure::Store(error))) if !matches!(error, StoreError::Corrupt(_)) => {
            return Err(error);
        }
        Some(Err(failure)) => failure,
    };
    if let Some(allowed) = books.held_back() {
        return skip_or_postpone(cx, &lease, &crawl, allowed, spent()).await;
    }
    let failed = Failed {
        failure: &failure,
        task,
        queue,
        trouble: entry.gate.trouble(),
        now,
        random: fastrand::f64,
    };
    let after = match failed.after() {
        Some(after) => after,
        None => tokio::select! {
            answer = network.health_check() => {
                if let Err(error) = &answer {
                    doubt_refused(cx, key.as_ref(), error).await?;
                }
                failed.after_health_check(answer.is_ok())
            }
            kept = &mut kept => return kept,
            () = &mut deadline => failed.after_health_check(false),
        },
    };
    match after {
        After::GiveUp => {
            cx.incidents.count(Incident::TaskGivenUp);
            log(&lease, &failure, "given up");
            return save(cx, &lease, stage.give_up(&crawl, task, &failure), spent()).await;
        }
        After::RetryAt { at, counts } => {
            if counts {
                log(&lease, &failure, "to be tried again");
            }
            cx.ledger.postpone(&lease, at, counts, spent()).await?;
        }
    }
    cx.notifier.progress(crawl.id);
    Ok(())
}

/// Marks a key as doubted if it is refused even for a health check.
async fn doubt_refused(
    cx: &Context,
    key: Option<&OwnKey>,
    error: &NetworkError,
) -> Result<(), StoreError> {
    if let Some(key) = key.filter(|_| own_keys::refusal(error).is_some()) {
        tracing::info!(network = %key.network, %error, "a key of somebody's own is in doubt");
        cx.ledger.doubt_key(key).await?;
    }
    Ok(())
}

/// Handles a task that may not send requests.
async fn skip_or_postpone(
    cx: &Context,
    lease: &Lease,
    crawl: &Crawl,
    allowed: Allowance,
    spent: Spent,
) -> Result<(), StoreError> {
    let (ledger, stage, now) = (&cx.ledger, lease.task.queue.stage, cx.clock.now());
    match allowed {
        Allowance::Go => ledger.postpone(lease, now, false, spent).await,
        Allowance::Until(at) => ledger.postpone(lease, at, false, spent).await,
        // Missing suggestions are not worth a message.
        Allowance::NoMoreLookUps(_) if matches!(lease.task.subject, Subject::Suggestions(_)) => {
            save(cx, lease, TaskOutput::of(Facts::Nothing), spent).await
        }
        Allowance::NoMoreLookUps(again_at) => {
            let done = TaskOutput::of(Facts::Refused(Refusal::LookUps { again_at }));
            save(cx, lease, done, spent).await
        }
        Allowance::Spent => {
            tracing::warn!(crawl = crawl.id.0, %stage, "it has cost as much as it may; going on with what there is");
            ledger.postpone(lease, now, false, spent).await?;
            go_on_with_what_there_is(cx, crawl, stage, false).await
        }
        Allowance::Full => {
            tracing::warn!(crawl = crawl.id.0, %stage, bytes = crawl.stored, "it has stored as much as it may; going on with what there is");
            go_on_with_what_there_is(cx, crawl, stage, true).await
        }
    }
}

/// Ends the reading, so that the crawl continues with what it has.
async fn go_on_with_what_there_is(
    cx: &Context,
    crawl: &Crawl,
    stage: StageName,
    full: bool,
) -> Result<(), StoreError> {
    cx.ledger.force_at_limit(crawl.id, stage, full).await?;
    cx.notifier.progress(crawl.id);
    Ok(())
}

/// Returns the own key that a crawl uses, if any.
fn key_of(cx: &Context, crawl: &Crawl) -> Result<Option<OwnKey>, StoreError> {
    match crawl.key_of {
        Some(person) => cx.ledger.own_key(person, &crawl.network),
        None => Ok(None),
    }
}

async fn save(
    cx: &Context,
    lease: &Lease,
    done: TaskOutput,
    spent: Spent,
) -> Result<(), StoreError> {
    match cx.ledger.complete(lease, done, spent).await? {
        Completion::Stale => tracing::info!(
            task = lease.task.id.0,
            "a task was somebody else's by the time it was done"
        ),
        Completion::Open(_) => cx.notifier.progress(lease.task.crawl),
        Completion::Over => {
            if lease.task.queue.stage == StageName::Verify {
                cost_limit::refuse_over_limit(cx, lease.task.crawl).await?;
                cx.ledger.wake_outbox();
            }
            journal::note_end(cx, lease.task.crawl)?;
            cx.notifier.progress(lease.task.crawl);
        }
    }
    Ok(())
}

/// Renews the lease until it is lost.
async fn keep_alive(cx: &Context, lease: &Lease) -> Result<(), StoreError> {
    loop {
        cx.clock.sleep(cx.settings.heartbeat).await;
        if !cx.ledger.extend(lease).await? {
            return Ok(());
        }
    }
}

/// Returns once running tasks have used up the time they get at shutdown.
async fn shutdown_deadline(cx: &Context, stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(cx.settings.shutdown_within).await;
}

fn log(lease: &Lease, error: &Failure, what: &str) {
    tracing::warn!(
        network = %lease.task.queue.network,
        stage = %lease.task.queue.stage,
        crawl = lease.task.crawl.0,
        attempt = lease.task.attempt.saturating_add(1),
        %error,
        "a task failed; {what}"
    );
}
