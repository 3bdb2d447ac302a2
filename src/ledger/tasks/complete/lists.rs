//! `subscriptions`: the lists of accounts that the followers follow.
//!
//! 1. The opening takes on the next stretch of the reading order ([`Facts::Planned`]) and returns slices of it.
//! 2. A slice notes what is known already, and returns a task for each follower whose list is to be read.
//! 3. The pages of a follower make up their list; or it is noted why it can't be read.
//! 4. When no task is left, the stage opens again; once enough are read, the opening returns no slices.
//! 5. Then the crawl moves on to `aggregate`.
//!
//! [`Facts::Planned`]: crate::model::Facts::Planned

use chrono::{DateTime, Utc};

use crate::ledger::db::transaction::Transaction;
use crate::ledger::lists::{Added, ListPage, add_to_list, give_up_list};
use crate::ledger::tasks::complete::from_the_start;
use crate::ledger::tasks::stage::add_task;
use crate::model::{AccountId, Crawl, Followers, KnownLists, Onward, Relation, Unreadable};
use crate::stores::StoreError;

/// Counts the followers taken on from the start, since some were left behind.
pub(super) fn recount(crawl: &mut Crawl) {
    crawl.left_behind = false;
    crawl.followers.forget_counts();
}

/// Reads long lists after all; `known` is what is known of all followers taken on, now that lists may be longer.
pub(super) fn read_long(crawl: &mut Crawl, known: &KnownLists) {
    crawl.reads_long = true;
    crawl.followers = Followers {
        read: known.read,
        broken_off: known.broken_off,
        private: known.private,
        gone: known.gone,
        skipped: known.skipped,
        // They are tried once more, which takes no request.
        given_up: 0,
        ..crawl.followers
    };
}

/// Adds what is known of some followers without a request for their lists.
pub(super) fn note_known(crawl: &mut Crawl, known: &KnownLists) {
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
        bump(count, more);
    }
}

/// Notes what the profiles of some followers say of their lists, and which followers are gone.
pub(super) fn note_counted(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    gone: &[AccountId],
    known: &KnownLists,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (relation, by) = (Relation::Following, (crawl.id, now));
    for follower in gone {
        give_up_list(tx, &crawl.network, relation, follower, Unreadable::Gone, by)?;
    }
    note_known(crawl, known);
    Ok(())
}

/// Adds a page of a follower's list; with `skip` this crawl reads no more of the list.
pub(super) fn add_page(
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
        Added::Nothing => add_task(tx, crawl, from_the_start(follower))?,
        Added::More => bump(&mut crawl.followers.skipped, u64::from(skip)),
        Added::Whole { .. } if skip => bump(&mut crawl.followers.skipped, 1),
        Added::Whole { broken_off } => {
            bump(&mut crawl.followers.read, 1);
            bump(&mut crawl.followers.broken_off, u64::from(broken_off));
        }
    }
    Ok(())
}

/// Notes why a follower's list can't be read.
pub(super) fn give_up(
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
    bump(count, 1);
    let by = (crawl.id, now);
    give_up_list(tx, &crawl.network, Relation::Following, follower, why, by)
}

/// Adds to a stored count, which damage may have made any number.
fn bump(count: &mut u64, more: u64) {
    *count = count.saturating_add(more);
}
