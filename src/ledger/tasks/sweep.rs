//! Sweeping: stages that stand still, tasks of ended crawls, data past its retention time.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, FollowList, RowKey, RowPrefix};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::people::share::remove_share;
use crate::ledger::requests::outcome::conclude;
use crate::ledger::requests::reuse::{forget_names, serves};
use crate::ledger::tasks::advance::{advance, deliver};
use crate::ledger::tasks::end::{end, refuse};
use crate::ledger::tasks::stage::{leave_tasks, remove_follower_pages};
use crate::ledger::tasks::turn::start_waiting;
use crate::model::{
    ByStage, Crawl, CrawlId, ListEnd, Mode, Outcome, Queue, Refusal, Relation, StageName, Status,
    Task,
};
use crate::stores::StoreError;

/// Rows that one transaction removes at most.
const BATCH: usize = 500;

impl Ledger {
    /// Starts waiting crawls while there is room. Returns how many.
    pub async fn start_waiting(&self) -> Result<u32, StoreError> {
        let (max_active, now) = (self.rules.max_active, self.clock.now());
        self.transact(move |tx| start_waiting(tx, max_active, now))
            .await
    }

    /// Forces on the crawls whose stage has completed no task for longer than its deadline: they continue with what
    /// they have. Returns the crawls and their stages.
    pub async fn force_overdue(
        &self,
        deadlines: ByStage<std::time::Duration>,
    ) -> Result<Vec<(CrawlId, StageName)>, StoreError> {
        let now = self.clock.now();
        let mode_change = self.mode()?;
        if mode_change.mode == Mode::Paused {
            return Ok(Vec::new());
        }
        // While no process ran, or an operator had paused it, nothing could be completed.
        let able_since = self.opened_at.max(mode_change.since);
        let since = |crawl: &Crawl| crawl.progress_at.max(able_since);
        let overdue = |crawl: &Crawl| {
            crawl.status != Status::Queued && now - deadlines[crawl.stage] > since(crawl)
        };
        let mut forced = Vec::new();
        for crawl in self.live_crawls()?.into_iter().filter(overdue) {
            let max_active = self.rules.max_active;
            let (id, stage) = (crawl.id, crawl.stage);
            let was = crawl.progress_at;
            let done = self
                .transact(move |tx| {
                    let crawl = tx.read(&rows::crawl(id))?;
                    match crawl.filter(|crawl| {
                        crawl.is_live() && crawl.stage == stage && crawl.progress_at == was
                    }) {
                        Some(mut crawl) => force(tx, &mut crawl, max_active, now).map(|()| true),
                        None => Ok(false),
                    }
                })
                .await?;
            if done {
                forced.push((id, stage));
            }
        }
        Ok(forced)
    }

    /// Forces a crawl on that has reached its limit of cost, or with `full` of bytes stored, unless it has moved on.
    pub async fn force_at_limit(
        &self,
        id: CrawlId,
        stage: StageName,
        full: bool,
    ) -> Result<(), StoreError> {
        let (max_active, now) = (self.rules.max_active, self.clock.now());
        self.transact(move |tx| {
            let crawl = tx.read(&rows::crawl(id))?;
            let Some(mut crawl) = crawl.filter(|crawl| crawl.is_at_work() && crawl.stage == stage)
            else {
                return Ok(());
            };
            crawl.full |= full;
            crawl.capped |= !full;
            force(tx, &mut crawl, max_active, now)
        })
        .await
    }

    /// Removes tasks that ended crawls and forced stages have left, a batch at a time. Returns how many.
    pub async fn remove_leftovers(&self) -> Result<u64, StoreError> {
        let mut removed = 0;
        while let Some((_, row)) = self.list(&rows::leftovers(), 1)?.pop() {
            let (queue, crawl, round) = row.clone();
            // Postponed tasks lie by time, not by crawl.
            let all = rows::all_waiting(&queue);
            removed += self
                .remove_where(&all, move |task: &Task| {
                    task.crawl == crawl && task.round <= round
                })
                .await?;
            loop {
                let row = row.clone();
                let count = self.transact(move |tx| remove_ready(tx, &row)).await?;
                removed += count as u64;
                if count < BATCH {
                    break;
                }
            }
        }
        Ok(removed)
    }

    /// Removes what has passed its retention time. Returns how many rows.
    ///
    /// So the folder stops growing: a list is gone from the disk at most two days after the retention time, or after
    /// the end of the last crawl that was in progress or could read it then. Everything else in the segments (pages of
    /// followers, orders, earlier readings of lists) goes with them. sled uses the room of removed rows for new ones.
    pub async fn drop_aged(&self) -> Result<u64, StoreError> {
        // Whatever a crawl that has started may still read is kept, however long it takes. One that waits to start has
        // read nothing yet.
        let under_way = self
            .live_crawls()?
            .iter()
            .filter(|crawl| crawl.started_at.is_some())
            .map(|crawl| self.fresh_since(crawl))
            .min();
        let now = self.clock.now();
        let aged = now - self.rules.retention;
        let before = under_way.map_or(aged, |under_way| under_way.min(aged));
        let mut removed = 0;
        for relation in [Relation::Following, Relation::Followers] {
            removed += self
                .remove_where(&rows::follow_lists(relation), move |list: &FollowList| {
                    oldest(list) < before
                })
                .await?;
        }
        removed += self
            .remove_where(&rows::profiles(), move |known| known.at < before)
            .await?;
        removed += self
            .remove_where(&rows::known_messages(), move |known| known.at < aged)
            .await?;
        let aged_day = rows::day(aged);
        removed += self
            .remove_where(&rows::all_spent(), move |(day, _)| *day < aged_day)
            .await?;
        removed += self
            .remove_where(&rows::all_paid(), move |(day, _)| *day < aged_day)
            .await?;
        removed += self.forget_days().await?;
        removed += self.forget_unanswered().await?;
        let day = before.timestamp().div_euclid(86_400).saturating_sub(1);
        let mut segment = u32::try_from(day).unwrap_or(0);
        let compared = self.compared()?;
        for (_, crawl) in self.list(&rows::crawls(), usize::MAX)? {
            if crawl.ended_at.is_some_and(|ended_at| ended_at < aged) {
                removed += 1;
                self.transact(move |tx| remove_crawl(tx, &crawl)).await?;
                continue;
            }
            let mut crawl = crawl;
            let is_over = crawl.status == Status::Finished && crawl.reading_order.is_some();
            if is_over && !serves(&crawl, &self.rules, now) && !compared.contains(&crawl.id) {
                // It can't be taken deeper any more.
                crawl.reading_order = None;
                crawl.candidate_list = None;
                let row = crawl.clone();
                self.transact(move |tx| tx.write(&rows::crawl(row.id), &row))
                    .await?;
            }
            // They can be older than the crawl's end by as long as no process ran.
            let kept = [crawl.ranking, crawl.reading_order, crawl.candidate_list];
            let kept = kept.into_iter().flatten();
            segment = kept.map(|kept| kept.segment).fold(segment, u32::min);
        }
        for (_, analysis) in self.list(&rows::analyses(), usize::MAX)? {
            // An analysis can take longer than the retention time; its result is new all the same.
            let has_crawl = self.crawl_of(&analysis)?.is_some();
            if analysis.outcome.is_some() && analysis.created_at < aged && !has_crawl {
                removed += 1;
                self.transact(move |tx| {
                    tx.remove(&rows::of_person(analysis.person, analysis.id));
                    tx.remove(&rows::analysis(analysis.id));
                    remove_share(tx, &analysis);
                    Ok(())
                })
                .await?;
            }
        }
        removed += self.drop_comparisons().await?;
        removed += self.forget_quiet_chats(aged).await?;
        removed += self.forget_lost_handles().await?;
        // Only now that no row points there, and all of that is on disk.
        let segments = self.store.drop_records(segment)?;
        if segments > 0 {
            removed += self.forget_ids(segment).await?;
        }
        if removed > 0 || segments > 0 {
            tracing::info!(
                rows = removed,
                segments,
                "removed what has passed its retention time"
            );
        }
        Ok(removed)
    }

    /// Removes the handles whose crawl is gone. An account that was asked for by several handles has all of them, and
    /// the crawl knows only two.
    async fn forget_lost_handles(&self) -> Result<u64, StoreError> {
        let mut removed = 0;
        let handles = rows::by_any_handle();
        for (handle, id) in self.list(&handles, usize::MAX)? {
            if self.crawl(id)?.is_some() {
                continue;
            }
            let handle = handles.row(handle);
            removed += self
                .transact(move |tx| {
                    // It may lead to another crawl by now.
                    let lost = tx.read(&handle)? == Some(id);
                    if lost {
                        tx.remove(&handle);
                    }
                    Ok(u64::from(lost))
                })
                .await?;
        }
        Ok(removed)
    }

    pub(crate) async fn remove_where<T: DeserializeOwned + Send + 'static>(
        &self,
        prefix: &RowPrefix<T>,
        aged: impl Fn(&T) -> bool + Copy + Send + 'static,
    ) -> Result<u64, StoreError> {
        let mut removed = 0;
        let mut from = prefix.bytes.clone();
        loop {
            let rows = self.range(&from, &prefix.end(), BATCH)?;
            let Some((last, _)) = rows.last() else {
                return Ok(removed);
            };
            from = last.clone();
            from.push(0);
            let keys: Vec<RowKey<T>> = rows
                .into_iter()
                .filter(|(_, row)| aged(row))
                .map(|(key, _)| prefix.row(key))
                .collect();
            if keys.is_empty() {
                continue;
            }
            removed += self
                .transact(move |tx| {
                    let mut count = 0;
                    for key in keys {
                        // It may have been written since it was read.
                        if tx.read(&key)?.is_some_and(|row| aged(&row)) {
                            tx.remove(&key);
                            count += 1;
                        }
                    }
                    Ok(count)
                })
                .await?;
        }
    }
}

/// Ends a stage that stands still; the crawl continues with what it has.
fn force(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    max_active: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if crawl.status == Status::Asking {
        for id in std::mem::take(&mut crawl.wanted_by) {
            conclude(tx, id, Outcome::Cancelled)?;
        }
        return end(tx, crawl, Status::Dropped, max_active, now);
    }
    crawl.forced.push(crawl.stage);
    match crawl.stage {
        StageName::Verify => return refuse(tx, crawl, &Refusal::NoAnswer, max_active, now),
        StageName::Followers if crawl.followers.listed == 0 => {
            return refuse(tx, crawl, &Refusal::NoAnswer, max_active, now);
        }
        // Without a ranking there is nothing to hand over.
        StageName::Rank => return refuse(tx, crawl, &Refusal::NothingShared, max_active, now),
        StageName::Deliver => return deliver(tx, crawl, max_active, now),
        _ => {}
    }
    leave_tasks(tx, crawl)?;
    match crawl.stage {
        StageName::Followers => crawl.followers.end = Some(ListEnd::Partial),
        StageName::Subscriptions => {
            let left = u64::from(crawl.planned);
            let left = left.saturating_sub(crawl.followers.settled());
            crawl.followers.given_up = crawl.followers.given_up.saturating_add(left);
        }
        _ => {}
    }
    advance(tx, crawl, max_active, now)?;
    tx.write(&rows::crawl(crawl.id), crawl)
}

/// Removes ready tasks of a crawl that are left of a round or an earlier one, and with the last of them the note that
/// there are any. Tasks of later rounds come after them.
fn remove_ready(
    tx: &mut Transaction<'_>,
    (queue, crawl, round): &(Queue, CrawlId, u32),
) -> Result<usize, StoreError> {
    let ready = tx.first(&rows::ready_of(queue, *crawl), BATCH)?;
    let left = ready.into_iter().filter(|(_, task)| task.round <= *round);
    let left: Vec<Vec<u8>> = left.map(|(key, _)| key).collect();
    let count = left.len();
    left.into_iter().for_each(|key| tx.remove_at(key));
    let note = rows::leftover(queue, *crawl);
    let latest = tx.read(&note)?.is_none_or(|(.., latest)| latest == *round);
    if count < BATCH && latest {
        tx.remove(&note);
    }
    Ok(count)
}

fn remove_crawl(tx: &mut Transaction<'_>, crawl: &Crawl) -> Result<(), StoreError> {
    forget_names(tx, crawl)?;
    remove_follower_pages(tx, crawl.id)?;
    tx.remove(&rows::crawl(crawl.id));
    Ok(())
}

/// Returns when the oldest part of a list was begun. A list goes as a whole: its parts point to segments of that day
/// and later ones.
fn oldest(list: &FollowList) -> DateTime<Utc> {
    let whole = list.whole.as_ref().map(|reading| reading.at);
    let reading = list.reading.as_ref().map(|reading| reading.at);
    let unreadable = list.unreadable.map(|(_, at)| at);
    let given_up = list.given_up.map(|(_, at)| at);
    let counted = list.counted.map(|(_, at)| at);
    [whole, reading, unreadable, given_up, counted]
        .into_iter()
        .flatten()
        .min()
        .unwrap_or(DateTime::UNIX_EPOCH)
}
