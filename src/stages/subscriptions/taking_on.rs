//! Which followers become tasks: those of whom it is not known yet whom they follow, and who do not follow too
//! many.

use crate::asking::{About, Claims};
use crate::context::Context;
use crate::ledger::ListState;
use crate::model::{AccountId, Crawl, Done, Found, Known, NewTask, Subject, Unreadable};
use crate::networks::{Network, NetworkError};
use crate::stages::{Failure, in_halves};

/// Followers that become tasks in one transaction.
const SLICE: usize = 200;

/// Profiles in one answer from which on it is cheap to look up how many accounts followers follow: of fifty
/// followers two or three follow so many that each of their lists costs as many requests in vain.
const CHEAP: usize = 20;

/// Makes tasks of the followers whose lists are not known.
pub(super) fn plan(
    cx: &Context,
    network: &dyn Network,
    crawl: &Crawl,
    from: usize,
    to: usize,
) -> Result<Done, Failure> {
    let rest = |from, to| Subject::Slice { from, to };
    take_stretch(cx, network, crawl, (from, to), rest)
}

/// The same of followers who were taken on before: what was read of them by then is no request that was saved.
pub(super) fn recount(
    cx: &Context,
    network: &dyn Network,
    crawl: &Crawl,
    from: usize,
    to: usize,
) -> Result<Done, Failure> {
    let rest = |from, to| Subject::Again { from, to };
    let mut done = take_stretch(cx, network, crawl, (from, to), rest)?;
    if let Found::Known(known) = &mut done.found {
        known.pages = 0;
    }
    Ok(done)
}

/// Where that is cheap, it is looked up first who of them follows too many.
fn take_stretch(
    cx: &Context,
    network: &dyn Network,
    crawl: &Crawl,
    (from, to): (usize, usize),
    rest: impl Fn(u32, u32) -> Subject,
) -> Result<Done, Failure> {
    let (followers, end) = stretch(cx, crawl, from, to)?;
    let Taken {
        known,
        mut then,
        uncounted,
    } = take_on(cx, crawl, followers)?;
    let at_once = network.limits().profiles_at_once as usize;
    if crawl.most_followed().is_some() && at_once >= CHEAP {
        let batches = uncounted.chunks(at_once);
        then.extend(batches.map(|ids| task(Subject::Accounts(ids.to_vec()))));
    } else {
        then.extend(uncounted.into_iter().map(of));
    }
    if end < to {
        then.push(task(rest(place(end), place(to))));
    }
    Ok(Done {
        found: Found::Known(known),
        then,
    })
}

/// Looks up how many accounts some followers follow, and makes tasks of those who do not follow too many.
pub(super) async fn count(
    cx: &Context,
    network: &dyn Network,
    claims: &Claims,
    crawl: &Crawl,
    followers: &[AccountId],
) -> Result<Done, Failure> {
    if !claims.claim(About::Profile, &crawl.network, followers) {
        return Err(Failure::Busy);
    }
    let Taken {
        mut known,
        mut then,
        uncounted,
    } = take_on(cx, crawl, followers.to_vec())?;
    if uncounted.is_empty() {
        return Ok(Done {
            found: Found::Known(known),
            then,
        });
    }
    let profiles = match network.profiles(&uncounted).await {
        Ok(profiles) => profiles,
        Err(error) if error.is_final() => Vec::new(),
        Err(NetworkError::TooLarge(_) | NetworkError::Incomplete(_)) if uncounted.len() > 1 => {
            then.extend(in_halves(&uncounted).then);
            return Ok(Done {
                found: Found::Known(known),
                then,
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
                    then.push(of(id));
                }
            },
        }
    }
    known.gone += gone.len() as u64;
    Ok(Done {
        found: Found::Counted {
            profiles,
            gone,
            known,
        },
        then,
    })
}

/// What is known of some followers, what is to be read of the others, and of whom nothing is known.
struct Taken {
    known: Known,
    then: Vec<NewTask>,
    uncounted: Vec<AccountId>,
}

fn take_on(cx: &Context, crawl: &Crawl, followers: Vec<AccountId>) -> Result<Taken, Failure> {
    let limit = crawl.most_followed();
    let mut known = Known::default();
    let (mut then, mut uncounted) = (Vec::new(), Vec::new());
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
                then.push(of(follower));
            }
            ListState::Unknown => uncounted.push(follower),
            // Who was given up is counted as such, which asks nothing.
            ListState::Reading { .. }
            | ListState::Read { .. }
            | ListState::Unreadable(Unreadable::GivenUp) => then.push(of(follower)),
        }
    }
    Ok(Taken {
        known,
        then,
        uncounted,
    })
}

/// Makes tasks of the followers who were skipped.
pub(super) fn resume(cx: &Context, crawl: &Crawl, from: usize, to: usize) -> Result<Done, Failure> {
    let limit = Some(crawl.max_following);
    let (followers, end) = stretch(cx, crawl, from, to)?;
    let states = cx.ledger.follower_states(crawl, &followers)?;
    let skipped = followers
        .into_iter()
        .zip(states)
        .filter(|(_, state)| state.exceeds(limit));
    let mut then: Vec<NewTask> = skipped.map(|(follower, _)| of(follower)).collect();
    if end < to {
        let (from, to) = (place(end), place(to));
        then.push(task(Subject::Skipped { from, to }));
    }
    Ok(Done {
        found: Found::Nothing,
        then,
    })
}

/// The first of a slice, and where the rest of it begins.
fn stretch(
    cx: &Context,
    crawl: &Crawl,
    from: usize,
    to: usize,
) -> Result<(Vec<AccountId>, usize), Failure> {
    let end = to.min(from + SLICE);
    Ok((cx.ledger.reading_order(crawl, from..end)?, end))
}

pub(super) fn of(follower: AccountId) -> NewTask {
    task(Subject::Account(follower))
}

pub(super) fn task(subject: Subject) -> NewTask {
    NewTask {
        subject,
        cursor: None,
    }
}

fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
