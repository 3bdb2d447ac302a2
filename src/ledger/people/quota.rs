//! What each person has had of a day (UTC): as many searches as it allows, look-ups that the shared key has paid for,
//! and the word that the bot is not for them.
//!
//! It is counted by a pseudonym, which only the running bot can make of a person's number. So it stays when somebody
//! is forgotten, who would else have all of the day again, and names nobody. It goes when the day is over.

use chrono::{DateTime, Utc};

use crate::clock::midnight_after;
use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, Had};
use crate::ledger::db::transaction::Transaction;
use crate::model::{
    Analysis, Crawl, NetworkName, NewAnalysis, Outcome, PersonId, Pseudonym, Refusal, Spent,
};
use crate::sealing::Pseudonyms;
use crate::stores::StoreError;

impl Ledger {
    /// What the shared key has paid on the present day for looking up what was wanted by the one, of those who want a
    /// crawl, for whom that was the least.
    pub fn looked_up_today(&self, crawl: &Crawl) -> Result<Spent, StoreError> {
        let mut each = Vec::new();
        for id in &crawl.wanted_by {
            if let Some(analysis) = self.analysis(*id)? {
                let who = pseudonym(&self.rules.pseudonyms, analysis.person, self.clock.now());
                let had = self.get(&rows::had(&who))?.unwrap_or_default();
                each.push(had.looked_up(&crawl.network));
            }
        }
        Ok(each.into_iter().min_by_key(size).unwrap_or_default())
    }

    /// Removes what was counted on days that are over. Says how many rows.
    pub(in crate::ledger) async fn forget_days(&self) -> Result<u64, StoreError> {
        let today = rows::day(self.clock.now());
        self.remove_where(&rows::all_had(), move |had| had.day < today)
            .await
    }
}

/// Who a person is on a day.
pub(in crate::ledger) fn pseudonym(
    pseudonyms: &Pseudonyms,
    person: PersonId,
    at: DateTime<Utc>,
) -> Pseudonym {
    let day = rows::day(at);
    let name = pseudonyms.of(person.0, day);
    Pseudonym { day, name }
}

/// For whom the account of a crawl is looked up: the one, of those who want it at everybody's expense, for whom the
/// least was looked up on this day.
pub(in crate::ledger) fn asked_by(
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

/// What the shared key has paid for somebody's look-ups.
pub(in crate::ledger) fn looked_up(
    tx: &Transaction<'_>,
    who: &Pseudonym,
    network: &NetworkName,
) -> Result<Spent, StoreError> {
    let had = tx.read(&rows::had(who))?.unwrap_or_default();
    Ok(had.looked_up(network))
}

fn size(spent: &Spent) -> (u64, u64) {
    (spent.requests, spent.accounts)
}

/// Notes something that somebody has had.
pub(in crate::ledger) fn note_had(
    tx: &mut Transaction<'_>,
    who: &Pseudonym,
    note: impl FnOnce(&mut Had),
) -> Result<(), StoreError> {
    let key = rows::had(who);
    let mut had = tx.read(&key)?.unwrap_or_default();
    had.day = who.day;
    note(&mut had);
    tx.write(&key, &had)
}

/// Says so when somebody has had as many searches as a day allows, and when there is room again.
pub(in crate::ledger) fn exceeded(
    tx: &Transaction<'_>,
    new: &NewAnalysis,
    now: DateTime<Utc>,
) -> Result<Option<Refusal>, StoreError> {
    let Some(limit) = new.quota else {
        return Ok(None);
    };
    let who = pseudonym(tx.pseudonyms(), new.person, now);
    let had = tx.read(&rows::had(&who))?.unwrap_or_default();
    let again_at = midnight_after(now);
    Ok((had.searches >= limit).then_some(Refusal::Quota { limit, again_at }))
}

/// Counts a search that somebody begins.
pub(in crate::ledger) fn count(
    tx: &mut Transaction<'_>,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let who = pseudonym(tx.pseudonyms(), person, now);
    note_had(tx, &who, |had| {
        had.searches = had.searches.saturating_add(1)
    })
}

/// Counts a search no more that has ended so that it counts for none.
pub(in crate::ledger) fn settle_count(
    tx: &mut Transaction<'_>,
    analysis: &Analysis,
) -> Result<(), StoreError> {
    // What was refused at once was not counted.
    if analysis.crawl.is_none() || counts(analysis) {
        return Ok(());
    }
    let who = pseudonym(tx.pseudonyms(), analysis.person, analysis.created_at);
    match tx.read(&rows::had(&who))? {
        Some(_) => note_had(tx, &who, |had| {
            had.searches = had.searches.saturating_sub(1)
        }),
        None => Ok(()),
    }
}

/// What was there already has cost nothing, nor has what was refused; but where the network charges, looking it up
/// has.
fn counts(analysis: &Analysis) -> bool {
    match analysis.outcome {
        Some(Outcome::Refused(_)) => analysis.charged,
        Some(Outcome::Delivered { made_at: Some(_) }) => false,
        _ => true,
    }
}
