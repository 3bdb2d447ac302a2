//! Completing a task: its facts, its follow-ups, its removal and what follows for the crawl, in one
//! transaction.

mod reached;

use chrono::{DateTime, Utc};

use crate::ledger::db::rows::{self, FollowList, KnownProfile, Reading};
use crate::ledger::db::transaction::{Transaction, encode};
use crate::ledger::lists::profile_cache::{keep, note_hints, note_profiles};
use crate::ledger::lists::{Added, ListPage, add_to_list, append_ids, append_order, give_up_list};
use crate::ledger::reports::spending::{note_spent, note_spent_late};
use crate::ledger::requests::identity::identify;
use crate::ledger::tasks::advance::{advance, deliver};
use crate::ledger::tasks::complete::reached::reached;
use crate::ledger::tasks::end::refuse;
use crate::ledger::tasks::lease::{held_lease, live_crawl_of};
use crate::ledger::tasks::stage::{add_task, add_task_as, enter, remove_follower_pages};
use crate::ledger::{Ledger, Rules};
use crate::model::{
    AccountId, Crawl, Facts, Followers, Hints, KnownLists, Lease, ListEnd, NewTask, Onward,
    Pointer, Relation, Spent, Subject, Task, TaskOutput, Unreadable,
};
use crate::stores::StoreError;

/// What a completion left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The lease was somebody else's by then; nothing was changed.
    Stale,
    /// The stage has this many tasks open.
    Open(u64),
    /// The stage is over, and the crawl has moved on or ended.
    Over,
}

impl Ledger {
    /// Saves what a task has yielded, if the lease is still good. `spent` is what it took.
    pub async fn complete(
        &self,
        lease: &Lease,
        done: TaskOutput,
        spent: impl Into<Spent>,
    ) -> Result<Left, StoreError> {
        let spent = spent.into();
        let (lease, rules, now) = (lease.clone(), self.rules, self.clock.now());
        self.transact(move |tx| {
            let Some(lease) = held_lease(tx, &lease)? else {
                return Ok(Left::Stale);
            };
            tx.remove(&rows::leased(lease.task.id));
            let Some(mut crawl) = live_crawl_of(tx, &lease.task)? else {
                note_spent_late(tx, &lease, spent, now)?;
                keep(tx, &rules, &lease.task.queue.network, done.facts, now)?;
                return Ok(Left::Stale);
            };
            note_spent(tx, &mut crawl, &lease, spent, now)?;
            let task = lease.task;
            crawl.progress_at = now;
            crawl.open = crawl.open.saturating_sub(1);
            apply(tx, &rules, &mut crawl, &task, done.facts, now)?;
            add(&mut crawl.stored, tx.grown());
            if !crawl.is_live() {
                return Ok(Left::Over);
            }
            // The next page keeps the place in line, so that a list which was begun is done before others
            // are begun.
            let mut place = Some(task.id);
            for new in done.follow_ups {
                let is_next_page = new.cursor.is_some() && new.subject == task.subject;
                match place.take_if(|_| is_next_page) {
                    Some(place) => add_task_as(tx, &mut crawl, new, place)?,
                    None => add_task(tx, &mut crawl, new)?,
                }
            }
            let left = if crawl.open == 0 {
                Left::Over
            } else {
                Left::Open(crawl.open)
            };
            if left == Left::Over {
                // What comes round is over when its first task finds nothing more to do.
                if crawl.stage.comes_round() && task.subject != Subject::Opening {
                    let stage = crawl.stage;
                    enter(tx, &mut crawl, stage, now)?;
                } else {
                    advance(tx, &mut crawl, rules.max_active, now)?;
                }
            }
            tx.write(&rows::crawl(crawl.id), &crawl)?;
            Ok(left)
        })
        .await
    }
}

fn apply(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    task: &Task,
    found: Facts,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match found {
        Facts::Nothing => {}
        Facts::Account(profile) => identify(tx, rules, crawl, profile, now)?,
        Facts::Suggested(handles) => crawl.suggested = handles,
        Facts::Refused(refusal) => refuse(tx, crawl, &refusal, rules.max_active, now)?,
        Facts::Followers {
            ids,
            lost,
            end,
            hints,
        } => {
            add(&mut crawl.followers.lost, lost);
            follower_page(tx, crawl, &ids, end)?;
            note_hints(tx, &crawl.network, hints, now)?;
        }
        Facts::KnownFollowers { ids, pages } => {
            add(&mut crawl.followers.saved, pages);
            follower_page(tx, crawl, &ids, Some(ListEnd::Complete))?;
        }
        Facts::ReadingOrder(ids) => {
            let (order, listed) = append_order(tx, &crawl.network, ids)?;
            crawl.followers.listed = listed as u64;
            crawl.reading_order = Some(order);
            remove_follower_pages(tx, crawl.id)?;
            note_followers(tx, crawl, order)?;
        }
        Facts::Planned(to) => crawl.planned = to,
        Facts::Recounting => {
            crawl.left_behind = false;
            crawl.followers.forget_counts();
        }
        Facts::Unskipped(known) => {
            crawl.reads_long = true;
            crawl.followers = Followers {
                read: known.read,
                broken_off: known.broken_off,
                private: known.private,
                gone: known.gone,
                skipped: known.skipped,
                // They are tried once more, which asks nothing.
                given_up: 0,
                ..crawl.followers
            };
        }
        Facts::Counted {
            profiles,
            gone,
            known,
        } => {
            note_hints(tx, &crawl.network, Hints::of(&profiles), now)?;
            note_profiles(tx, rules, &crawl.network, profiles, now)?;
            let (relation, by) = (Relation::Following, (crawl.id, now));
            for follower in gone {
                give_up_list(
                    tx,
                    &crawl.network,
                    relation,
                    &follower,
                    Unreadable::Gone,
                    by,
                )?;
            }
            note_known(crawl, &known);
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
            following(tx, crawl, page, skip)?;
            note_profiles(tx, rules, &crawl.network, profiles, now)?;
        }
        Facts::Unread { follower, why } => unread(tx, crawl, &follower, why, now)?,
        Facts::Known(known) => note_known(crawl, &known),
        Facts::Shortlist(shortlist) => {
            crawl.candidates = shortlist.candidates.len() as u32;
            crawl.candidate_list = Some(tx.append(&encode(&shortlist)?)?);
        }
        Facts::Profiles {
            found,
            missing,
            given_up,
        } => {
            let count = |more: usize, to: u32| to.saturating_add(more as u32);
            crawl.profiles_done = count(found.len(), crawl.profiles_done);
            crawl.profiles_missing = count(missing.len(), crawl.profiles_missing);
            let given_up_by = given_up.then_some(crawl.id);
            let found = found
                .into_iter()
                .map(|profile| (profile.id.clone(), Some(profile)));
            let missing = missing.into_iter().map(|id| (id, None));
            for (id, profile) in found.chain(missing) {
                let row = KnownProfile {
                    profile,
                    at: now,
                    given_up_by,
                };
                tx.write_fact(&rows::profile(&task.queue.network, &id), &row)?;
            }
        }
        Facts::Confirming(left) => {
            crawl.to_confirm = crawl.requests.confirm.saturating_add(left);
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
            followers_of(tx, crawl, page)?;
        }
        Facts::Unlisted { candidate, why } => {
            let by = (crawl.id, now);
            give_up_list(tx, &crawl.network, Relation::Followers, &candidate, why, by)?;
        }
        Facts::Ranking(ranking) => {
            crawl.suggested.clear();
            crawl.reached = Some(reached(crawl, &ranking));
            // It is as new as was wished.
            crawl.refresh = false;
            crawl.ranking = Some(tx.append(&encode(&ranking)?)?);
        }
        Facts::Delivered => deliver(tx, crawl, rules.max_active, now)?,
    }
    Ok(())
}

fn follower_page(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    ids: &[AccountId],
    end: Option<ListEnd>,
) -> Result<(), StoreError> {
    if !ids.is_empty() {
        let pointer = append_ids(tx, &crawl.network, ids)?;
        tx.write(
            &rows::follower_page(crawl.id, crawl.followers.pages),
            &pointer,
        )?;
        crawl.followers.pages = crawl.followers.pages.saturating_add(1);
        add(&mut crawl.followers.listed, ids.len() as u64);
    }
    crawl.followers.end = end.or(crawl.followers.end);
    Ok(())
}

fn note_known(crawl: &mut Crawl, known: &KnownLists) {
    let followers = &mut crawl.followers;
    for (count, more) in [
        (&mut followers.read, known.read),
        (&mut followers.broken_off, known.broken_off),
        (&mut followers.private, known.private),
        (&mut followers.gone, known.gone),
        (&mut followers.skipped, known.skipped),
        (&mut followers.saved, known.pages),
        (&mut followers.counted, known.counted),
        (&mut followers.promised, known.promised),
    ] {
        add(count, more);
    }
}

/// Other crawls may want to know who follows the target: all are in the record of the reading order.
fn note_followers(
    tx: &mut Transaction<'_>,
    crawl: &Crawl,
    order: Pointer,
) -> Result<(), StoreError> {
    let (Some(target), Some(ListEnd::Complete)) = (&crawl.profile, crawl.followers.end) else {
        return Ok(());
    };
    let key = rows::follow_list(tx.order(), &crawl.network, Relation::Followers, &target.id);
    let whole = Reading {
        runs: vec![order],
        ids: crawl.followers.listed,
        at: crawl.started_at.unwrap_or(crawl.created_at),
        pages: crawl.followers.pages.into(),
        next: None,
        broken_off: false,
    };
    let list = FollowList {
        whole: Some(whole),
        ..FollowList::default()
    };
    tx.write(&key, &list)
}

/// Adds to a stored count, which damage may have made any number.
pub(in crate::ledger) fn add(count: &mut u64, more: u64) {
    *count = count.saturating_add(more);
}

fn following(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    page: ListPage<'_>,
    skip: bool,
) -> Result<(), StoreError> {
    let follower = page.account.clone();
    let goes_on = matches!(page.onward, Onward::Next(_)) && !skip;
    match add_to_list(tx, &crawl.network, page, crawl.progress_at)? {
        // The follow-up finds out from the row.
        Added::Nothing if goes_on => {}
        Added::Nothing => add_task(tx, crawl, of(follower))?,
        Added::More => add(&mut crawl.followers.skipped, u64::from(skip)),
        Added::Whole { .. } if skip => add(&mut crawl.followers.skipped, 1),
        Added::Whole { broken_off } => {
            add(&mut crawl.followers.read, 1);
            add(&mut crawl.followers.broken_off, u64::from(broken_off));
        }
    }
    Ok(())
}

/// A page of a candidate's followers says nothing of the crawl itself.
fn followers_of(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    page: ListPage<'_>,
) -> Result<(), StoreError> {
    let candidate = page.account.clone();
    let goes_on = matches!(page.onward, Onward::Next(_));
    match add_to_list(tx, &crawl.network, page, crawl.progress_at)? {
        Added::Nothing if !goes_on => add_task(tx, crawl, of(candidate)),
        Added::Nothing | Added::More | Added::Whole { .. } => Ok(()),
    }
}

fn of(account: AccountId) -> NewTask {
    NewTask {
        subject: Subject::Account(account),
        cursor: None,
    }
}

fn unread(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    follower: &AccountId,
    why: Unreadable,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let count = match why {
        Unreadable::Private => &mut crawl.followers.private,
        Unreadable::Gone => &mut crawl.followers.gone,
        Unreadable::GivenUp => &mut crawl.followers.given_up,
    };
    add(count, 1);
    let by = (crawl.id, now);
    give_up_list(tx, &crawl.network, Relation::Following, follower, why, by)
}
