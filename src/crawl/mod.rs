//! The engine: dispatchers, workers that lease tasks, run their stages and save the results, and the sweeper.
//!
//! Everything that must survive is in the ledger; what is kept here (whose turn it is, which tasks are running) may be
//! lost at any moment.

mod books;
mod budget;
mod common_followers;
mod cost_limit;
mod disk_space;
mod dispatcher;
mod estimate;
mod fair_queue;
mod journal;
mod mode;
mod network_alarm;
mod open_files;
mod own_keys;
mod price_changes;
mod remaining_work;
mod retry;
mod slots;
mod stopping_rule;
mod sweeper;
mod worker;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::context::Context;
use crate::model::{Queue, StageName};
use crate::stores::StoreError;

pub use budget::spent_until;
pub use common_followers::common_followers;
pub use cost_limit::{FEW_FOLLOWERS, refuses_nearly_all};
pub use estimate::{Effort, Expected, cost, cost_to_complete, effort, expected};
pub use mode::hold_or_release;
pub use price_changes::note_prices;

/// The running engine.
#[derive(Debug)]
pub struct Engine {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Engine {
    /// Starts a dispatcher for each queue, the sweeper, and a watch over each network, the disk and the open files.
    /// `stop` ends them all; if the database fails one of them, it stops the others.
    pub fn start(cx: &Context, stop: CancellationToken) -> Self {
        let tasks = TaskTracker::new();
        for network in cx.networks.names() {
            for stage in StageName::ALL {
                let queue = Queue {
                    network: network.clone(),
                    stage,
                };
                let dispatch = dispatcher::dispatch(cx.clone(), queue, stop.clone(), tasks.clone());
                tasks.spawn(ends_all(dispatch, stop.clone()));
            }
        }
        for entry in cx.networks.iter() {
            let watch = network_alarm::watch(cx.clone(), entry.clone(), stop.clone());
            tasks.spawn(ends_all(watch, stop.clone()));
        }
        tasks.spawn(ends_all(
            disk_space::watch(cx.clone(), stop.clone()),
            stop.clone(),
        ));
        tasks.spawn(ends_all(
            open_files::watch(cx.clone(), stop.clone()),
            stop.clone(),
        ));
        tasks.spawn(ends_all(
            mode::follow(cx.clone(), stop.clone()),
            stop.clone(),
        ));
        tasks.spawn(ends_all(
            own_keys::check_doubted(cx.clone(), stop.clone()),
            stop.clone(),
        ));
        tasks.spawn(ends_all(
            sweeper::sweep(cx.clone(), stop.clone()),
            stop.clone(),
        ));
        Self { stop, tasks }
    }

    /// Waits until everything in flight has finished or been put back.
    pub async fn shut_down(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

async fn ends_all(work: impl Future<Output = Result<(), StoreError>>, stop: CancellationToken) {
    if let Err(error) = work.await {
        tracing::error!(%error, "the engine stops");
        stop.cancel();
    }
}
