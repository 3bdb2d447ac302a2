//! How a crawl moves: into a stage, from stage to stage, to its end, and the next one in.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows::{self, Key, Number};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::{say, say_at};
use crate::ledger::people::own_keys::publish;
use crate::ledger::people::quota::settle_count;
use crate::ledger::people::watches::unwatch;
use crate::ledger::requests::comparisons::settle;
use crate::ledger::requests::consent::ask;
use crate::ledger::tasks::turn::{line_up, start_waiting};
use crate::model::{
    Analysis, AnalysisId, Crawl, CrawlId, Depth, NewTask, Outcome, Place, Queue, Reached, Refusal,
    Say, StageName, Status, Subject, Task, TaskId, WantedOrder,
};
use crate::sampling::next_aim;
use crate::stores::StoreError;

impl Crawl {
    pub(in crate::ledger) fn queue(&self) -> Queue {
        Queue {
            network: self.network.clone(),
            stage: self.stage,
        }
    }
}

/// Adds a task of the crawl's present stage, ready at once.
pub(in crate::ledger) fn add_task(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    new: NewTask,
) -> Result<(), StoreError> {
    let id = TaskId(tx.next(Number::LastTask)?);
    add_task_as(tx, crawl, new, id)
}

/// The same, in a place in line that is free.
pub(in crate::ledger) fn add_task_as(
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
    tx.wake(&queue);
    crawl.open = crawl.open.saturating_add(1);
    Ok(())
}

/// Brings a crawl into a stage, with the one task that every stage opens with.
pub(in crate::ledger) fn enter(
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

/// Moves a crawl on whose stage has nothing left to do.
pub(in crate::ledger) fn advance(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match (crawl.stage, crawl.stage.next()) {
        (StageName::Verify, _) if crawl.agreed.is_none() => ask(tx, crawl, max_active, now),
        (StageName::Verify, _) => line_up(tx, crawl, max_active, now),
        (StageName::Followers, _) => go_on(tx, crawl, now),
        (_, Some(next)) => enter(tx, crawl, next, now),
        (_, None) => Ok(()),
    }
}

/// Reads on, until the next look; or fetches more profiles of those counted at the latest, where that is all that is
/// wanted.
pub(in crate::ledger) fn go_on(
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

/// Whether one of those who want a crawl, and have agreed to it, wants more read than its ranking rests on.
fn wants_reading(tx: &Transaction<'_>, crawl: &Crawl) -> Result<bool, StoreError> {
    let Some(reached) = &crawl.reached else {
        return Ok(true);
    };
    for id in &crawl.wanted_by {
        let analysis = tx.read(&rows::analysis(*id))?;
        let agreed = analysis.filter(|analysis| analysis.agreed);
        if agreed.is_some_and(|it| !reached.is_deep_enough(it.depth, it.order.as_ref())) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes a finished crawl one that goes on, once it has its turn or somebody has agreed to what it costs.
pub(in crate::ledger) fn reopen(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    crawl.status = Status::Asking;
    crawl.agreed = None;
    crawl.capped = false;
    crawl.suspended = false;
    crawl.full = false;
    crawl.since = now - (crawl.ended_at.unwrap_or(now) - crawl.since);
    crawl.ended_at = None;
    crawl.progress_at = now;
    crawl.forced.clear();
    tx.write(&rows::live(crawl.id), &crawl.id)
}

/// The deepest that is asked for, and agreed to, by those who want a crawl.
pub(in crate::ledger) fn deepest(tx: &Transaction<'_>, crawl: &Crawl) -> Result<Depth, StoreError> {
    let mut deepest = None;
    for id in &crawl.wanted_by {
        let analysis = tx.read(&rows::analysis(*id))?;
        let agreed = analysis.filter(|analysis| analysis.agreed);
        deepest = deepest.max(agreed.map(|analysis| analysis.depth));
    }
    Ok(deepest.unwrap_or(crawl.depth))
}

/// Ends a crawl and makes room for the next. What it was made from is let go of; its remaining tasks are
/// swept up later, in batches.
pub(in crate::ledger) fn end(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    status: Status,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    crawl.left_behind |= crawl.stage == StageName::Subscriptions && crawl.open > 0;
    leave_tasks(tx, crawl)?;
    // Who was handed a ranking may look at it again.
    crawl.status = match status {
        Status::Dropped | Status::Refused(_) if crawl.handed_over => Status::Finished,
        status => status,
    };
    crawl.ended_at = Some(now);
    crawl.wanted_by.clear();
    crawl.suspended = false;
    if crawl.key_of.take().is_some() && crawl.status == Status::Finished {
        publish(tx, crawl)?;
    }
    // One that is finished may be wanted deeper.
    if crawl.status != Status::Finished {
        crawl.reading_order = None;
    }
    // So may more of those profiles that its ranking could be made from.
    let is_newer = !crawl.again && (StageName::Profiles..=StageName::Rank).contains(&crawl.stage);
    if crawl.status != Status::Finished || is_newer {
        crawl.candidate_list = None;
    }
    remove_follower_pages(tx, crawl.id)?;
    tx.remove(&rows::live(crawl.id));
    tx.remove(&rows::active(crawl.id));
    tx.remove(&rows::queued(crawl.priority, crawl.id));
    tx.note_line();
    if crawl.status != Status::Finished {
        forget_names(tx, crawl)?;
    }
    tx.write(&rows::crawl(crawl.id), crawl)?;
    tx.note_end();
    start_waiting(tx, max_active, now)?;
    Ok(())
}

/// Removes the pages in which a crawl's followers were listed, whatever it has counted.
pub(in crate::ledger) fn remove_follower_pages(
    tx: &mut Transaction<'_>,
    crawl: CrawlId,
) -> Result<(), StoreError> {
    for (key, _) in tx.first(&rows::follower_pages(crawl), usize::MAX)? {
        tx.remove_at(key);
    }
    Ok(())
}

/// Takes the names back under which a crawl is found; a result that it was to replace is found again.
pub(in crate::ledger) fn forget_names(
    tx: &mut Transaction<'_>,
    crawl: &Crawl,
) -> Result<(), StoreError> {
    let earlier = crawl
        .replaces
        .map(|id| tx.read(&rows::crawl(id)))
        .transpose()?
        .flatten();
    for name in names(crawl) {
        if tx.read(&name)? == Some(crawl.id) {
            match &earlier {
                Some(earlier) => tx.write(&name, &earlier.id)?,
                None => tx.remove(&name),
            }
        }
    }
    Ok(())
}

/// The rows by which others find a crawl.
pub(in crate::ledger) fn names(crawl: &Crawl) -> Vec<Key<CrawlId>> {
    let mut names = vec![rows::by_handle(&crawl.network, &crawl.handle)];
    if let Some(profile) = &crawl.profile {
        names.push(rows::by_handle(&crawl.network, &profile.handle));
        names.push(rows::by_account(&crawl.network, &profile.id));
    }
    names
}

/// Gives up what is still open in the present stage.
pub(in crate::ledger) fn leave_tasks(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
) -> Result<(), StoreError> {
    if crawl.open > 0 {
        tx.write(
            &rows::leftover(&crawl.queue(), crawl.id),
            &(crawl.queue(), crawl.id, crawl.round),
        )?;
        crawl.open = 0;
    }
    Ok(())
}

/// Ends a crawl that can't be done, and tells everybody who waits for it.
pub(in crate::ledger) fn refuse(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    refusal: &Refusal,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for id in std::mem::take(&mut crawl.wanted_by) {
        conclude(tx, id, Outcome::Refused(refusal.clone()))?;
    }
    end(tx, crawl, Status::Refused(refusal.clone()), max_active, now)
}

/// Has a crawl's ranking sent to all who asked for no more, and goes on for the others, or ends.
pub(in crate::ledger) fn deliver(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut others = Vec::new();
    for id in std::mem::take(&mut crawl.wanted_by) {
        let analysis = tx.read(&rows::analysis(id))?;
        let served = |reached: &Reached| {
            let analysis = analysis.as_ref();
            analysis.is_none_or(|analysis| analysis.is_served_by(reached))
        };
        if crawl.reached.as_ref().is_none_or(served) || !crawl.forced.is_empty() {
            hand_over(tx, crawl, id)?;
        } else {
            others.push(id);
        }
    }
    if others.is_empty() {
        return end(tx, crawl, Status::Finished, max_active, now);
    }
    crawl.wanted_by = others;
    if !is_agreed(tx, crawl)? {
        return ask(tx, crawl, max_active, now);
    }
    crawl.depth = deepest(tx, crawl)?;
    crawl.agreed = Some(crawl.depth);
    go_on(tx, crawl, now)
}

/// Whether one of those who want a crawl has agreed to what it costs.
pub(in crate::ledger) fn is_agreed(
    tx: &Transaction<'_>,
    crawl: &Crawl,
) -> Result<bool, StoreError> {
    for id in &crawl.wanted_by {
        let analysis = tx.read(&rows::analysis(*id))?;
        if analysis.is_some_and(|analysis| analysis.agreed) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Gives an analysis the ranking that there is.
pub(in crate::ledger) fn hand_over(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    id: AnalysisId,
) -> Result<(), StoreError> {
    crawl.handed_over = true;
    conclude(tx, id, Outcome::Delivered { made_at: None })?;
    let analysis = tx.read(&rows::analysis(id))?;
    let tells_changes = |analysis: &Analysis| {
        crawl.replaces.is_some() && !analysis.compared && analysis.order.is_none()
    };
    match analysis.filter(tells_changes) {
        Some(analysis) => say(tx, analysis.chat, Say::Changes(id)),
        None => Ok(()),
    }
}

/// Ends an analysis and queues what its chat is told.
pub(in crate::ledger) fn conclude(
    tx: &mut Transaction<'_>,
    id: AnalysisId,
    outcome: Outcome,
) -> Result<(), StoreError> {
    let Some(mut analysis) = tx
        .read(&rows::analysis(id))?
        .filter(|analysis| analysis.outcome.is_none())
    else {
        return Ok(());
    };
    let delivered = matches!(outcome, Outcome::Delivered { .. });
    analysis.outcome = Some(outcome);
    tx.write(&rows::analysis(id), &analysis)?;
    settle_count(tx, &analysis)?;
    // What was there already is told by the comparison alone.
    if !(delivered && analysis.compared && analysis.bubble.is_none()) {
        say(tx, analysis.chat, Say::Bubble(id))?;
    }
    if delivered && !analysis.compared {
        match &analysis.order {
            Some(order) => show_order(tx, &analysis, order)?,
            None => send_result(tx, &analysis, None)?,
        }
    }
    // It would be said every week.
    if let Some(Outcome::Refused(Refusal::NoSuchAccount | Refusal::TooDear { .. })) =
        analysis.outcome
    {
        unwatch(tx, analysis.person, &analysis.network, &analysis.handle);
    }
    settle(tx, analysis.person)
}

/// Queues that the message which has asked for it shows the list in a wanted order.
fn show_order(
    tx: &mut Transaction<'_>,
    analysis: &Analysis,
    order: &WantedOrder,
) -> Result<(), StoreError> {
    let listed = Say::Listed {
        analysis: analysis.id,
        message: order.message,
        shown: order.shown,
    };
    say(tx, analysis.chat, listed)
}

/// Queues the picture and the ranked list: where they were asked for, or at another place of the chat.
pub(in crate::ledger) fn send_result(
    tx: &mut Transaction<'_>,
    analysis: &Analysis,
    place: Option<Place>,
) -> Result<(), StoreError> {
    say_at(tx, analysis.chat, place, Say::Picture(analysis.id))?;
    say_at(tx, analysis.chat, place, Say::Results(analysis.id))
}
