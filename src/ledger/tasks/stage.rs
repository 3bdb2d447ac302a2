//! The present stage of a crawl: entered, given tasks, and left.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows::{self, DbNumber};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::requests::terms::wanted;
use crate::model::{Crawl, CrawlId, NewTask, Queue, StageName, Subject, Task, TaskId};
use crate::sampling::next_aim;
use crate::stores::StoreError;

impl Crawl {
    pub(crate) fn queue(&self) -> Queue {
        Queue {
            network: self.network.clone(),
            stage: self.stage,
        }
    }
}

/// Adds a task to the crawl's present stage, ready at once.
pub(crate) fn add_task(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    new: NewTask,
) -> Result<(), StoreError> {
    let id = TaskId(tx.next(DbNumber::LastTask)?);
    add_task_as(tx, crawl, new, id)
}

/// The same, in a place in line that is free.
pub(crate) fn add_task_as(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    new: NewTask,
    id: TaskId,
) -> Result<(), StoreError> {
    let queue = crawl.queue();
    let task = Task {
        id,
        crawl: crawl.id,
        queue: queue.clone(),
        round: crawl.round,
        subject: new.subject,
        cursor: new.cursor,
        attempt: 0,
    };
    tx.write(&rows::ready(&queue, crawl.id, task.id), &task)?;
    tx.note_ready(&queue);
    crawl.open = crawl.open.saturating_add(1);
    Ok(())
}

/// Brings a crawl into a stage, with the one task that every stage opens with.
pub(crate) fn enter(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    stage: StageName,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tracing::debug!(crawl = crawl.id.0, %stage, "a crawl enters a stage");
    crawl.stage = stage;
    crawl.round = crawl.round.saturating_add(1);
    crawl.progress_at = now;
    crawl.open = 0;
    add_task(
        tx,
        crawl,
        NewTask {
            subject: Subject::Opening,
            cursor: None,
        },
    )
}

/// Reads on until the next look; or fetches more of the profiles counted last, if that is all that is wanted.
pub(crate) fn go_on(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    crawl.again = !wants_reading(tx, crawl)?;
    if crawl.again {
        let stage = match crawl.candidate_list {
            Some(_) => StageName::Profiles,
            None => StageName::Aggregate,
        };
        return enter(tx, crawl, stage, now);
    }
    let at_most = crawl.depth.followers().unwrap_or(u64::MAX);
    crawl.aim = next_aim(crawl.followers.read, at_most);
    enter(tx, crawl, StageName::Subscriptions, now)
}

/// Returns whether anyone who wants a crawl, and has agreed to the cost, wants more read than its ranking rests on.
pub(crate) fn wants_reading(tx: &Transaction<'_>, crawl: &Crawl) -> Result<bool, StoreError> {
    let Some(reached) = &crawl.reached else {
        return Ok(true);
    };
    let mut agreed = wanted(tx, crawl)?.into_iter().filter(|it| it.agreed);
    Ok(agreed.any(|it| !reached.is_deep_enough(it.depth, it.order.as_ref())))
}

/// Gives up the open tasks of the present stage.
pub(crate) fn leave_tasks(tx: &mut Transaction<'_>, crawl: &mut Crawl) -> Result<(), StoreError> {
    if crawl.open > 0 {
        tx.write(
            &rows::leftover(&crawl.queue(), crawl.id),
            &(crawl.queue(), crawl.id, crawl.round),
        )?;
        crawl.open = 0;
    }
    Ok(())
}

/// Removes the pages in which a crawl's followers were listed, however many it has counted.
pub(crate) fn remove_follower_pages(
    tx: &mut Transaction<'_>,
    crawl: CrawlId,
) -> Result<(), StoreError> {
    for (key, _) in tx.first(&rows::follower_pages(crawl), usize::MAX)? {
        tx.remove_at(key);
    }
    Ok(())
}
