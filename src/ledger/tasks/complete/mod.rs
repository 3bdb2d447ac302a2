//! Completing a task: its facts, its follow-ups, its removal and what follows for the crawl, in one transaction.

mod candidates;
mod followers;
mod lists;
mod reached;

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::lists::ListPage;
use crate::ledger::lists::profile_cache::{cache_late, note_hints, note_profiles};
use crate::ledger::reports::spending::{note_spent, note_spent_late};
use crate::ledger::requests::identity::identify;
use crate::ledger::tasks::advance::{advance, deliver};
use crate::ledger::tasks::end::{not_found, refuse};
use crate::ledger::tasks::lease::{held_lease, live_crawl_of};
use crate::ledger::tasks::stage::{add_task, add_task_as, enter};
use crate::ledger::{Ledger, Rules};
use crate::model::{
    AccountId, Crawl, Facts, Hints, Lease, NewTask, Relation, Spent, StageName, Subject, TaskOutput,
};
use crate::stores::StoreError;

/// The state of the stage after a completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// The lease was taken over by another worker; nothing was changed.
    Stale,
    /// The stage has this many tasks open.
    Open(u64),
    /// The stage is over, and the crawl has moved on or ended.
    Over,
}

impl Ledger {
    /// Saves the output of a task, if the lease is still good, and charges what was `spent`.
    pub async fn complete(
        &self,
        lease: &Lease,
        done: TaskOutput,
        spent: impl Into<Spent>,
    ) -> Result<Completion, StoreError> {
        let spent = spent.into();
        let (lease, rules, now) = (lease.clone(), self.rules, self.clock.now());
        self.transact(move |tx| {
            let Some(lease) = held_lease(tx, &lease)? else {
                return Ok(Completion::Stale);
            };
            tx.remove(&rows::leased(lease.task.id));
            let Some(mut crawl) = live_crawl_of(tx, &lease.task)? else {
                note_spent_late(tx, &lease, spent, now)?;
                cache_late(tx, &rules, &lease.task, done.facts, now)?;
                return Ok(Completion::Stale);
            };
            note_spent(tx, &mut crawl, &lease, spent, now)?;
            let task = lease.task;
            // A crawl that turns out too expensive is refused before anyone is asked about it.
            if task.queue.stage == StageName::Verify {
                tx.hold_outbox();
            }
            crawl.progress_at = now;
            crawl.open = crawl.open.saturating_sub(1);
            apply(tx, &rules, &mut crawl, done.facts, now)?;
            crawl.stored = crawl.stored.saturating_add(tx.grown());
            if !crawl.is_live() {
                return Ok(Completion::Over);
            }
            // The next page keeps the place in line, so that a list is finished before others are begun.
            let mut place = Some(task.id);
            for new in done.follow_ups {
                let is_next_page = new.cursor.is_some() && new.subject == task.subject;
                match place.take_if(|_| is_next_page) {
                    Some(place) => add_task_as(tx, &mut crawl, new, place)?,
                    None => add_task(tx, &mut crawl, new)?,
                }
            }
            let left = if crawl.open == 0 {
                Completion::Over
            } else {
                Completion::Open(crawl.open)
            };
            if left == Completion::Over {
                // A stage that comes round is over when its opening finds nothing more to do.
                if crawl.stage.comes_round() && task.subject != Subject::Opening {
                    let stage = crawl.stage;
                    enter(tx, &mut crawl, stage, now)?;
                } else {
                    advance(tx, &mut crawl, rules.max_active, now)?;
                }
            }
            crawl.percent = crawl.percent_done();
            tx.write(&rows::crawl(crawl.id), &crawl)?;
            Ok(left)
        })
        .await
    }
}

/// Applies the facts that a task of a crawl has found.
fn apply(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    facts: Facts,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match facts {
        Facts::Nothing => Ok(()),
        Facts::Account(profile) => identify(tx, rules, crawl, profile, now),
        Facts::Suggested(handles) => {
            crawl.suggested = handles;
            Ok(())
        }
        Facts::NotFound { guesses, profiles } => {
            note_profiles(tx, rules, &crawl.network, profiles, now)?;
            not_found(tx, crawl, &guesses, rules.max_active, now)
        }
        Facts::Refused(refusal) => refuse(tx, crawl, &refusal, rules.max_active, now),
        Facts::Followers {
            ids,
            lost,
            end,
            hints,
        } => {
            followers::add_page(tx, crawl, &ids, lost, end)?;
            note_hints(tx, &crawl.network, hints, now)
        }
        Facts::KnownFollowers { ids, pages } => followers::add_all(tx, crawl, &ids, pages),
        Facts::ReadingOrder(ids) => followers::put_in_order(tx, crawl, ids),
        Facts::Planned(to) => {
            crawl.planned = to;
            Ok(())
        }
        Facts::Recounting => {
            lists::recount(crawl);
            Ok(())
        }
        Facts::Unskipped(known) => {
            lists::read_long(crawl, &known);
            Ok(())
        }
        Facts::Known(known) => {
            lists::note_known(crawl, &known);
            Ok(())
        }
        Facts::Counted {
            profiles,
            gone,
            known,
        } => {
            note_hints(tx, &crawl.network, Hints::of(&profiles), now)?;
            note_profiles(tx, rules, &crawl.network, profiles, now)?;
            lists::note_counted(tx, crawl, &gone, &known, now)
        }
        Facts::Following {
            follower,
            ids,
            lost,
            profiles,
            asked,
            onward,
            skip,
        } => {
            let page = ListPage {
                relation: Relation::Following,
                account: &follower,
                ids: &ids,
                lost,
                asked,
                onward,
            };
            lists::add_page(tx, crawl, page, skip)?;
            note_profiles(tx, rules, &crawl.network, profiles, now)
        }
        Facts::Unread { follower, why } => lists::give_up(tx, crawl, &follower, why, now),
        Facts::Shortlist(shortlist) => candidates::shortlist(tx, crawl, &shortlist),
        Facts::Profiles {
            found,
            missing,
            given_up,
        } => candidates::note_fetched(tx, crawl, (found, missing), given_up, now),
        Facts::Confirming(left) => {
            crawl.to_confirm = crawl.requests.confirm.saturating_add(left);
            Ok(())
        }
        Facts::FollowersOf {
            candidate,
            ids,
            lost,
            asked,
            onward,
        } => {
            let page = ListPage {
                relation: Relation::Followers,
                account: &candidate,
                ids: &ids,
                lost,
                asked,
                onward,
            };
            candidates::add_page(tx, crawl, page)
        }
        Facts::Unlisted { candidate, why } => candidates::give_up(tx, crawl, &candidate, why, now),
        Facts::Ranking(ranking) => candidates::rank(tx, crawl, &ranking),
        Facts::Delivered => deliver(tx, crawl, rules.max_active, now),
    }
}

/// The task that reads an account's list from its beginning.
fn from_the_start(account: AccountId) -> NewTask {
    NewTask {
        subject: Subject::Account(account),
        cursor: None,
    }
}
