//! Turns slices of the reading order into tasks: for followers whose lists are not known yet and not too long.

use crate::context::Context;
use crate::in_flight::{Claims, RequestKind};
use crate::ledger::ListState;
use crate::model::{AccountId, Crawl, Facts, KnownLists, NewTask, Subject, TaskOutput, Unreadable};
use crate::networks::{Network, NetworkError};
use crate::stages::{Failure, run_blocking, split_batch};

/// Followers that become tasks in one transaction.
const SLICE: usize = 200;

/// From this many profiles in one answer it is cheap to look up how many accounts followers follow: of fifty followers,
/// two or three follow so many that each of their lists would waste as many requests.
const CHEAP: usize = 20;

/// Creates tasks for the followers of a slice whose lists are not known. Where that is cheap, looks up first which of
/// them follow too many.
pub(super) fn plan_slice(
    cx: &Context,
    network: &dyn Network,
    crawl: &Crawl,
    subject: &Subject,
    (from, to): (u32, u32),
) -> Result<TaskOutput, Failure> {
    let (followers, end) = stretch(cx, crawl, from as usize, to as usize)?;
    let Classified {
        known,
        wanted,
        uncounted,
    } = classify(cx, crawl, followers)?;
    let mut follow_ups: Vec<NewTask> = wanted.into_iter().map(account_task).collect();
    match cheap(network, crawl) {
        Some(at_once) => {
            let batches = uncounted.chunks(at_once);
            follow_ups.extend(batches.map(|ids| NewTask::of(Subject::Accounts(ids.to_vec()))));
        }
        None => follow_ups.extend(uncounted.into_iter().map(account_task)),
    }
    let end = place(end);
    if end < to {
        let from = end;
        follow_ups.push(NewTask::of(match subject {
            Subject::Again { .. } => Subject::Again { from, to },
            _ => Subject::Slice { from, to },
        }));
    }
    let facts = match subject {
        // Pages read by this very crawl are no saving.
        Subject::Again { .. } => Facts::Known(KnownLists { pages: 0, ..known }),
        _ => Facts::Known(known),
    };
    Ok(TaskOutput { facts, follow_ups })
}

/// Returns the batch size if it is cheap to look up beforehand who follows too many.
fn cheap(network: &dyn Network, crawl: &Crawl) -> Option<usize> {
    let at_once = network.limits().profiles_at_once as usize;
    (crawl.most_followed().is_some() && at_once >= CHEAP).then_some(at_once)
}

/// Creates tasks for followers who do not follow too many, and looks up that number first where it is cheap.
pub(super) async fn count_following(
    cx: &Context,
    network: &dyn Network,
    claims: &Claims,
    crawl: &Crawl,
    followers: &[AccountId],
) -> Result<TaskOutput, Failure> {
    if !claims.claim(RequestKind::Profile, &crawl.network, followers) {
        return Err(Failure::Busy);
    }
    let Classified {
        mut known,
        wanted,
        mut uncounted,
    } = classify(cx, crawl, followers.to_vec())?;
    let mut follow_ups: Vec<NewTask> = wanted.into_iter().map(account_task).collect();
    if cheap(network, crawl).is_none() {
        follow_ups.extend(uncounted.drain(..).map(account_task));
    }
    if uncounted.is_empty() {
        return Ok(TaskOutput {
            facts: Facts::Known(known),
            follow_ups,
        });
    }
    let profiles = match network.profiles(&uncounted).await {
        Ok(profiles) => profiles,
        Err(error) if error.is_final() => Vec::new(),
        Err(NetworkError::TooLarge(_) | NetworkError::Incomplete(_)) if uncounted.len() > 1 => {
            follow_ups.extend(split_batch(&uncounted).follow_ups);
            return Ok(TaskOutput {
                facts: Facts::Known(known),
                follow_ups,
            });
        }
        Err(error) => return Err(error.into()),
    };
    let limit = crawl.most_followed();
    let mut gone = Vec::new();
    for id in uncounted {
        match profiles.iter().find(|profile| profile.id == id) {
            None => gone.push(id),
            Some(profile) if profile.private || profile.opted_out => known.private += 1,
            Some(profile) => match profile.following {
                Some(following) if limit.is_some_and(|limit| following > limit) => {
                    known.skipped += 1;
                }
                following => {
                    known.counted += u64::from(following.is_some());
                    known.promised += following.unwrap_or(0);
                    follow_ups.push(account_task(id));
                }
            },
        }
    }
    known.gone += gone.len() as u64;
    Ok(TaskOutput {
        facts: Facts::Counted {
            profiles,
            gone,
            known,
        },
        follow_ups,
    })
}

/// Followers sorted by what is known: lists that are known, lists to read, and followers to count first.
struct Classified {
    known: KnownLists,
    wanted: Vec<AccountId>,
    uncounted: Vec<AccountId>,
}

fn classify(cx: &Context, crawl: &Crawl, followers: Vec<AccountId>) -> Result<Classified, Failure> {
    let limit = crawl.most_followed();
    let mut known = KnownLists::default();
    let (mut wanted, mut uncounted) = (Vec::new(), Vec::new());
    let states = cx.ledger.follower_states(crawl, &followers)?;
    for (follower, state) in followers.into_iter().zip(states) {
        match state {
            ListState::Read {
                broken_off, pages, ..
            } if !state.exceeds(limit) => {
                known.read += 1;
                known.pages += pages;
                known.broken_off += u64::from(broken_off);
            }
            state if state.exceeds(limit) => known.skipped += 1,
            ListState::Unreadable(Unreadable::Private) => known.private += 1,
            ListState::Unreadable(Unreadable::Gone) => known.gone += 1,
            ListState::Counted(following) => {
                known.counted += 1;
                known.promised += following;
                wanted.push(follower);
            }
            ListState::Unknown => uncounted.push(follower),
            // Lists that were given up are counted as such, without a request.
            ListState::Reading { .. }
            | ListState::Read { .. }
            | ListState::Unreadable(Unreadable::GivenUp) => wanted.push(follower),
        }
    }
    Ok(Classified {
        known,
        wanted,
        uncounted,
    })
}

/// Plans the followers that were skipped, if longer lists are allowed now. All planned followers are classified again,
/// so that the result does not depend on which crawl has read which list under which limit.
pub(super) async fn take_up_skipped(
    cx: &Context,
    network: &dyn Network,
    crawl: &Crawl,
) -> Result<TaskOutput, Failure> {
    let crawl = Crawl {
        reads_long: true,
        ..crawl.clone()
    };
    let at_once = cheap(network, &crawl).unwrap_or(SLICE);
    let cx = cx.clone();
    // Reads a row for each follower, so not on a thread that others wait for.
    let taken = run_blocking(move || {
        let followers = cx.ledger.reading_order(&crawl, 0..crawl.planned as usize)?;
        classify(&cx, &crawl, followers)
    });
    let taken = taken.await?;
    let open = [taken.wanted, taken.uncounted].concat();
    let batches = open.chunks(at_once);
    Ok(TaskOutput {
        facts: Facts::Unskipped(taken.known),
        follow_ups: batches
            .map(|ids| NewTask::of(Subject::Accounts(ids.to_vec())))
            .collect(),
    })
}

/// Returns the first followers of a slice, and where the rest of it begins.
fn stretch(
    cx: &Context,
    crawl: &Crawl,
    from: usize,
    to: usize,
) -> Result<(Vec<AccountId>, usize), Failure> {
    let end = to.min(from + SLICE);
    Ok((cx.ledger.reading_order(crawl, from..end)?, end))
}

pub(super) fn account_task(follower: AccountId) -> NewTask {
    NewTask::of(Subject::Account(follower))
}

fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
