//! A queue's dispatcher: hands ready tasks to workers, round robin by crawl, as fast as the queue allows.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::context::Context;
use crate::crawl::slots::{Slot, Slots};
use crate::crawl::worker::work;
use crate::incidents::Incident;
use crate::model::{CrawlId, Lease, PersonId, Queue, QueueSettings, RoundRobin};
use crate::networks::TokenBucket;
use crate::stores::StoreError;

/// The longest sleep of a dispatcher with nothing due; a new task wakes it.
const LONGEST_SLEEP: Duration = Duration::from_secs(3_600);

struct Dispatcher {
    cx: Context,
    queue: Queue,
    slots: Slots,
    bucket: Option<TokenBucket>,
    /// Whose turn it is, and then which of their crawls'.
    askers: RoundRobin<Option<PersonId>>,
    crawls: RoundRobin<CrawlId>,
}

/// Dispatches until stopped, or until the database fails.
pub(super) async fn dispatch(
    cx: Context,
    queue: Queue,
    stop: CancellationToken,
    tasks: TaskTracker,
) -> Result<(), StoreError> {
    let Some(settings) = cx
        .settings
        .queues
        .get(&queue.network)
        .map(|stages| stages[queue.stage])
    else {
        return Ok(());
    };
    let mut dispatcher = Dispatcher::new(cx.clone(), queue, &settings);
    loop {
        let leased = tokio::select! {
            leased = dispatcher.next() => leased?,
            () = stop.cancelled() => return Ok(()),
        };
        for (lease, slot) in leased {
            let (cx, stop) = (cx.clone(), stop.clone());
            tasks.spawn(async move {
                let _slot = slot;
                if let Err(error) = guarded(&cx, settings, &lease, &stop).await {
                    tracing::error!(%error, "a worker stops");
                    stop.cancel();
                }
            });
        }
    }
}

/// Works on a task. A panic counts as a failure, and the task waits for its back-off.
async fn guarded(
    cx: &Context,
    queue: QueueSettings,
    lease: &Lease,
    stop: &CancellationToken,
) -> Result<(), StoreError> {
    let (own_cx, own_lease, own_stop) = (cx.clone(), lease.clone(), stop.clone());
    let work = tokio::spawn(async move { work(&own_cx, &queue, own_lease, &own_stop).await });
    match work.await {
        Ok(done) => done,
        Err(panic) => {
            tracing::error!(task = lease.task.id.0, stage = %lease.task.queue.stage, %panic, "a task panicked");
            cx.incidents.count(Incident::TaskPanicked);
            let ready_at = cx.clock.now() + queue.backoff(lease.task.attempt.saturating_add(1));
            cx.ledger.postpone_lost(lease, ready_at).await
        }
    }
}

impl Dispatcher {
    fn new(cx: Context, queue: Queue, settings: &QueueSettings) -> Self {
        let bucket = settings
            .rate
            .map(|rate| TokenBucket::queue(rate, settings.bucket_size, cx.clock.clone()));
        Self {
            cx,
            queue,
            slots: Slots::new(settings.max_concurrent.get() as usize),
            bucket,
            askers: RoundRobin::default(),
            crawls: RoundRobin::default(),
        }
    }

    /// Waits for a free slot and a ready task, and leases it. If dropped half-way, it loses only a lease, which expires
    /// or is returned at the next start.
    async fn next(&mut self) -> Result<Vec<(Lease, Slot)>, StoreError> {
        if let Some(bucket) = &self.bucket {
            bucket.take().await;
        }
        let wake = self.cx.ledger.wake(&self.queue);
        let freed = self.slots.freed();
        loop {
            let due = self.cx.ledger.next_due(&self.queue)?;
            let now = self.cx.clock.now();
            if due.is_some_and(|due| due <= now) {
                self.cx.ledger.wake_due(&self.queue).await?;
                continue;
            }
            let picked = self.pick()?;
            if !picked.is_empty() {
                let leased = self.lease(picked).await?;
                if !leased.is_empty() {
                    return Ok(leased);
                }
                continue;
            }
            let sleep = due
                .and_then(|due| (due - now).to_std().ok())
                .unwrap_or(LONGEST_SLEEP);
            tokio::select! {
                () = wake.notified() => {}
                () = freed.notified() => {}
                () = self.cx.clock.sleep(sleep) => {}
            }
        }
    }

    /// Picks as many tasks as there are free slots, to be leased in one transaction: the disk sync is what costs.
    fn pick(&mut self) -> Result<Vec<(CrawlId, Slot)>, StoreError> {
        let mut ready = self.cx.ledger.ready(&self.queue)?;
        let at_most = if self.bucket.is_some() { 1 } else { usize::MAX };
        let mut picked = Vec::new();
        while picked.len() < at_most {
            ready.retain(|ready| self.slots.has_room(ready.into()));
            let weights: Vec<_> = ready.iter().map(|it| (it.asker, it.priority)).collect();
            let Some(asker) = self.askers.next(&weights) else {
                break;
            };
            let own = ready.iter().filter(|ready| ready.asker == asker);
            let weights: Vec<_> = own.map(|it| (it.crawl, it.priority)).collect();
            let Some(crawl) = self.crawls.next(&weights) else {
                break;
            };
            let taken = ready.iter().find(|ready| ready.crawl == crawl);
            picked.extend(taken.map(|ready| (crawl, self.slots.take(ready.into()))));
        }
        Ok(picked)
    }

    async fn lease(
        &self,
        mut picked: Vec<(CrawlId, Slot)>,
    ) -> Result<Vec<(Lease, Slot)>, StoreError> {
        let crawls = picked.iter().map(|(crawl, _)| *crawl).collect();
        let leases = self.cx.ledger.lease_each(&self.queue, crawls).await?;
        let with_slot = leases.into_iter().filter_map(|lease| {
            let of_it = |(crawl, _): &(CrawlId, Slot)| *crawl == lease.task.crawl;
            let place = picked.iter().position(of_it)?;
            Some((lease, picked.swap_remove(place).1))
        });
        Ok(with_slot.collect())
    }
}
