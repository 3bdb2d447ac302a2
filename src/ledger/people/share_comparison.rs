//! Sharing comparisons, as results are shared: see [`crate::ledger::people::share`].

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, DbNumber};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::requests::kept::{add, send_comparison};
use crate::model::{ChatId, ComparisonId, KeptComparison, PersonId, Place, ShareId};
use crate::stores::StoreError;

impl Ledger {
    /// Returns the comparison that a link shares.
    pub fn comparison_behind_link(
        &self,
        share: &ShareId,
    ) -> Result<Option<KeptComparison>, StoreError> {
        let Some(id) = self.get(&rows::shared_comparison(share))? else {
            return Ok(None);
        };
        let kept = self.comparison(id)?;
        Ok(kept.filter(|kept| kept.shared.as_ref() == Some(share)))
    }
}

/// Shares a person's comparison by a link; if it has one already, that stays.
pub(crate) fn share_comparison(
    tx: &mut Transaction<'_>,
    id: ComparisonId,
    person: PersonId,
    share: ShareId,
) -> Result<(), StoreError> {
    let own = own(tx, id, person)?;
    let Some(mut kept) = own.filter(|kept| kept.shared.is_none()) else {
        return Ok(());
    };
    tx.write(&rows::shared_comparison(&share), &id)?;
    kept.shared = Some(share);
    tx.write(&rows::kept_comparison(id), &kept)
}

/// Takes back all links of a person to a comparison of the same results. People who have opened one keep what it has
/// shown.
pub(crate) fn unshare_comparison(
    tx: &mut Transaction<'_>,
    id: ComparisonId,
    person: PersonId,
) -> Result<(), StoreError> {
    let Some(kept) = own(tx, id, person)? else {
        return Ok(());
    };
    for (_, other) in tx.first(&rows::kept_of_person(person), rows::KEPT)? {
        let key = rows::kept_comparison(other);
        let other = tx.read(&key)?;
        if let Some(mut other) = other.filter(|other| other.crawls == kept.crawls)
            && let Some(share) = other.shared.take()
        {
            tx.remove(&rows::shared_comparison(&share));
            tx.write(&key, &other)?;
        }
    }
    Ok(())
}

/// Sends a person the comparison that a link shares, and keeps it for them as one of their own. Does nothing if it is
/// gone: that was told when it was looked for.
pub(crate) fn open_comparison(
    tx: &mut Transaction<'_>,
    share: &ShareId,
    person: PersonId,
    (chat, place): (ChatId, Place),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(id) = tx.read(&rows::shared_comparison(share))? else {
        return Ok(());
    };
    let shown = tx.read(&rows::kept_comparison(id))?;
    let counted = tx.read(&rows::counted(id))?;
    let shown = shown.filter(|shown| shown.shared.as_ref() == Some(share));
    let Some((shown, counted)) = shown.zip(counted) else {
        return Ok(());
    };
    let opened = KeptComparison {
        id: ComparisonId(tx.next(DbNumber::LastComparison)?),
        person,
        chat,
        question: place.question.unwrap_or(shown.question),
        topic: place.topic,
        analyses: Vec::new(),
        shared: None,
        asked_at: now,
        ..shown
    };
    tx.write(&rows::counted(opened.id), &counted)?;
    add(tx, &opened)?;
    send_comparison(tx, &opened, place)
}

fn own(
    tx: &Transaction<'_>,
    id: ComparisonId,
    person: PersonId,
) -> Result<Option<KeptComparison>, StoreError> {
    let kept = tx.read(&rows::kept_comparison(id))?;
    Ok(kept.filter(|kept| kept.person == person))
}
