//! What is promised to people who watch an account: nothing before a search has found it, and nothing if none does.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say_at;
use crate::model::{Analysis, Crawl, Outcome, Place, Profile, Refusal, Say, Watch};
use crate::stores::StoreError;

/// Promises a watch whose account has been found, unless that was done before. It is looked at for the first time when
/// its interval has passed from now on.
pub(crate) fn promise(
    tx: &mut Transaction<'_>,
    mut watch: Watch,
    found: Option<&Profile>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(place) = watch.unpromised.take() else {
        return Ok(());
    };
    // A link may name the account by its id.
    if let Some(profile) = found.filter(|profile| watch.handle.0 == profile.id.as_str()) {
        tx.remove(&rows::watch(watch.person, &watch.network, &watch.handle));
        watch.handle = profile.handle.clone();
    }
    watch.next_at = now + watch.every.length();
    let key = rows::watch(watch.person, &watch.network, &watch.handle);
    tx.write(&key, &watch)?;
    let watching = Say::Watching {
        person: watch.person,
        network: watch.network,
        handle: watch.handle,
    };
    say_at(tx, watch.chat, Some(place), watching)
}

/// Promises the watches that have waited for an analysis, since its account has been found.
pub(crate) fn promise_waiting(
    tx: &mut Transaction<'_>,
    analysis: &Analysis,
    crawl: &Crawl,
    found: &Profile,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let names = names(analysis, Some(crawl), Some(found));
    for (_, watch) in tx.first(&rows::watches_of(analysis.person), usize::MAX)? {
        if waits_for(&watch, analysis) && is_named(&watch, &names) {
            promise(tx, watch, Some(found), now)?;
        }
    }
    Ok(())
}

/// Ends the watches that nothing comes of, now that an analysis has ended: those that were not promised yet, if it was
/// to find their account. If the account is to blame, any: that would be told every week.
pub(crate) fn end_watches(tx: &mut Transaction<'_>, analysis: &Analysis) -> Result<(), StoreError> {
    let is_lasting = match &analysis.outcome {
        None | Some(Outcome::Delivered { .. }) => return Ok(()),
        // The other one tells.
        Some(Outcome::Refused(Refusal::AlreadyRunning(_) | Refusal::TakenDeeper(_))) => {
            return Ok(());
        }
        Some(Outcome::Refused(refusal)) => refusal.is_lasting(),
        Some(Outcome::Cancelled | Outcome::Overruled) => false,
    };
    let crawl = analysis.crawl.map(|crawl| tx.read(&rows::crawl(crawl)));
    let crawl = crawl.transpose()?.flatten();
    let names = names(analysis, crawl.as_ref(), None);
    for (key, watch) in tx.first(&rows::watches_of(analysis.person), usize::MAX)? {
        let is_same = watch.network == analysis.network && is_named(&watch, &names);
        if !is_same || !is_lasting && !waits_for(&watch, analysis) {
            continue;
        }
        tx.remove_at(key);
        // Its promise may still be held back by the question what a search costs.
        let is_too_dear = matches!(
            analysis.outcome,
            Some(Outcome::Refused(Refusal::TooDear { .. }))
        );
        if watch.unpromised.is_none() && !is_too_dear {
            let place = Place {
                topic: watch.topic,
                question: None,
            };
            let handle = watch.handle;
            say_at(tx, watch.chat, Some(place), Say::Unwatched { handle })?;
        }
    }
    Ok(())
}

/// Returns what the account of an analysis is called: as typed, as the network spells it, and by its id.
pub(crate) fn names<'a>(
    analysis: &'a Analysis,
    crawl: Option<&'a Crawl>,
    found: Option<&'a Profile>,
) -> Vec<&'a str> {
    let found = found.or(crawl.and_then(|crawl| crawl.profile.as_ref()));
    let by_profile = found.map(|profile| [&*profile.handle.0, profile.id.as_str()]);
    let typed = crawl.map(|crawl| &*crawl.handle.0);
    let names = [&*analysis.handle.0].into_iter().chain(typed);
    names.chain(by_profile.into_iter().flatten()).collect()
}

pub(crate) fn is_named(watch: &Watch, names: &[&str]) -> bool {
    let mut names = names.iter();
    names.any(|name| name.eq_ignore_ascii_case(&watch.handle.0))
}

/// Whether a watch is promised when an analysis has found its account.
fn waits_for(watch: &Watch, analysis: &Analysis) -> bool {
    watch.unpromised.is_some()
        && watch.network == analysis.network
        && watch.chat == analysis.chat
        && analysis.order.is_none()
}
