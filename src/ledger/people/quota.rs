//! What each person has used up on a day (UTC): searches, lookups that the shared key has paid for, and the message
//! that the bot is not for them.
//!
//! It is counted under a pseudonym, which only the running bot can make from a person's number. So it can outlive
//! /forget, which would otherwise give a person all of the day again, and names nobody. It goes when the day is over.

use chrono::{DateTime, Utc};

use crate::clock::midnight_after;
use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, DailyUse};
use crate::ledger::db::transaction::Transaction;
use crate::model::{
    Analysis, By, Crawl, NetworkName, NewAnalysis, Outcome, PersonId, Pseudonym, Refusal, Spent,
};
use crate::sealing::Pseudonyms;
use crate::stores::StoreError;

impl Ledger {
    /// Returns what the shared key has paid today for lookups, for the person for whom it has paid the least among
    /// those who want a crawl.
    pub fn looked_up_today(&self, crawl: &Crawl) -> Result<Spent, StoreError> {
        let mut each = Vec::new();
        for id in &crawl.wanted_by {
            if let Some(analysis) = self.analysis(*id)? {
                let who = pseudonym(&self.rules.pseudonyms, analysis.person, self.clock.now());
                let used = self.get(&rows::daily_use(&who))?.unwrap_or_default();
                each.push(used.looked_up(&crawl.network));
            }
        }
        Ok(each.into_iter().min_by_key(size).unwrap_or_default())
    }

    /// Removes the counts of days that are over. Returns how many rows.
    pub(crate) async fn forget_days(&self) -> Result<u64, StoreError> {
        let today = rows::day(self.clock.now());
        self.remove_where(&rows::all_daily_use(), move |used| used.day < today)
            .await
    }
}

/// Returns the pseudonym of a person on a day.
pub(crate) fn pseudonym(pseudonyms: &Pseudonyms, person: PersonId, at: DateTime<Utc>) -> Pseudonym {
    let day = rows::day(at);
    let name = pseudonyms.of(person.0, day);
    Pseudonym { day, name }
}

/// Returns the person for whom a crawl's account is looked up: among those who want it at the shared key's expense, the
/// one with the fewest lookups today.
pub(crate) fn asked_by(
    tx: &Transaction<'_>,
    crawl: &Crawl,
    now: DateTime<Utc>,
) -> Result<Option<Pseudonym>, StoreError> {
    let mut each = Vec::new();
    for id in &crawl.wanted_by {
        let analysis = tx.read(&rows::analysis(*id))?;
        if let Some(analysis) = analysis.filter(|analysis| analysis.charged) {
            let who = pseudonym(tx.pseudonyms(), analysis.person, now);
            each.push((size(&looked_up(tx, &who, &crawl.network)?), who));
        }
    }
    let least = each.into_iter().min_by_key(|(spent, _)| *spent);
    Ok(least.map(|(_, who)| who))
}

/// Returns what the shared key has paid for a person's lookups.
pub(crate) fn looked_up(
    tx: &Transaction<'_>,
    who: &Pseudonym,
    network: &NetworkName,
) -> Result<Spent, StoreError> {
    let used = tx.read(&rows::daily_use(who))?.unwrap_or_default();
    Ok(used.looked_up(network))
}

fn size(spent: &Spent) -> (u64, u64) {
    (spent.requests, spent.accounts)
}

/// Changes what a person has used up.
pub(crate) fn note_use(
    tx: &mut Transaction<'_>,
    who: &Pseudonym,
    note: impl FnOnce(&mut DailyUse),
) -> Result<(), StoreError> {
    let key = rows::daily_use(who);
    let mut used = tx.read(&key)?.unwrap_or_default();
    used.day = who.day;
    note(&mut used);
    tx.write(&key, &used)
}

/// Returns the refusal, with the time at which there is room again, if a person has used up the searches of the day.
pub(crate) fn exceeded(
    tx: &Transaction<'_>,
    new: &NewAnalysis,
    now: DateTime<Utc>,
) -> Result<Option<Refusal>, StoreError> {
    let Some(limit) = new.quota else {
        return Ok(None);
    };
    let who = pseudonym(tx.pseudonyms(), new.person, now);
    let used = tx.read(&rows::daily_use(&who))?.unwrap_or_default();
    let again_at = midnight_after(now);
    Ok((used.searches >= limit).then_some(Refusal::Quota { limit, again_at }))
}

/// Counts a search that a person begins.
pub(crate) fn count(
    tx: &mut Transaction<'_>,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let who = pseudonym(tx.pseudonyms(), person, now);
    note_use(tx, &who, |used| {
        used.searches = used.searches.saturating_add(1)
    })
}

/// Takes a search back from the count if it has ended so that it does not count.
pub(crate) fn settle_count(
    tx: &mut Transaction<'_>,
    analysis: &Analysis,
) -> Result<(), StoreError> {
    // A search that was refused at once was not counted.
    if analysis.crawl.is_none() || counts(analysis) {
        return Ok(());
    }
    let who = pseudonym(tx.pseudonyms(), analysis.person, analysis.created_at);
    match tx.read(&rows::daily_use(&who))? {
        Some(_) => note_use(tx, &who, |used| {
            used.searches = used.searches.saturating_sub(1)
        }),
        None => Ok(()),
    }
}

/// A result that was there already has cost nothing, nor has a refusal; but on a network that charges, its lookup has,
/// unless it was for a name that the network was not asked about.
fn counts(analysis: &Analysis) -> bool {
    match analysis.outcome {
        Some(Outcome::Refused(_)) => analysis.charged && analysis.by != By::Name,
        Some(Outcome::Delivered { made_at: Some(_) }) => false,
        _ => true,
    }
}
