//! Sharing: results that anyone with their link may see, until their owner takes it back.

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, DbNumber};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::requests::outcome::send_result;
use crate::model::{Analysis, AnalysisId, ChatId, Outcome, PersonId, Place, ShareId};
use crate::stores::StoreError;

impl Ledger {
    /// Returns the analysis whose result a link shares.
    pub fn behind_link(&self, share: &ShareId) -> Result<Option<Analysis>, StoreError> {
        let Some(id) = self.get(&rows::share(share))? else {
            return Ok(None);
        };
        let analysis = self.analysis(id)?;
        Ok(analysis.filter(|analysis| analysis.shared.as_ref() == Some(share)))
    }
}

/// Shares a person's result by a link; if it has one already, that stays.
pub(crate) fn share(
    tx: &mut Transaction<'_>,
    id: AnalysisId,
    person: PersonId,
    share: ShareId,
) -> Result<(), StoreError> {
    let own = own(tx, id, person)?;
    let Some(mut analysis) = own.filter(|analysis| analysis.shared.is_none()) else {
        return Ok(());
    };
    tx.write(&rows::share(&share), &id)?;
    analysis.shared = Some(share);
    tx.write(&rows::analysis(id), &analysis)
}

/// Takes back all links of a person to the same result. People who have opened one keep what it has shown.
pub(crate) fn unshare(
    tx: &mut Transaction<'_>,
    id: AnalysisId,
    person: PersonId,
) -> Result<(), StoreError> {
    let Some(analysis) = own(tx, id, person)? else {
        return Ok(());
    };
    for (_, other) in tx.first(&rows::all_of_person(person), rows::OF_PERSON)? {
        let other = tx.read(&rows::analysis(other))?;
        let is_same = |it: &Analysis| it.id == id || it.crawl == analysis.crawl;
        if let Some(mut other) = other.filter(|it| it.shared.is_some() && is_same(it)) {
            remove_share(tx, &other);
            other.shared = None;
            tx.write(&rows::analysis(other.id), &other)?;
        }
    }
    Ok(())
}

/// Removes the row of an analysis' link. The caller removes or writes the analysis.
pub(crate) fn remove_share(tx: &mut Transaction<'_>, analysis: &Analysis) {
    if let Some(share) = &analysis.shared {
        tx.remove(&rows::share(share));
    }
}

/// Sends a person the result that a link shares, as if they had asked for it and it had been there. Does nothing if it
/// is gone: that was told when it was looked for.
pub(crate) fn open_share(
    tx: &mut Transaction<'_>,
    share: &ShareId,
    person: PersonId,
    (chat, place): (ChatId, Place),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let shown = tx.read(&rows::share(share))?;
    let shown = shown.map(|id| tx.read(&rows::analysis(id))).transpose()?;
    let Some(shown) = shown
        .flatten()
        .filter(|it| it.shared.as_ref() == Some(share))
    else {
        return Ok(());
    };
    let crawl = shown.crawl.map(|crawl| tx.read(&rows::crawl(crawl)));
    let crawl = crawl.transpose()?.flatten();
    let Some(reached) = crawl.and_then(|crawl| crawl.reached) else {
        return Ok(());
    };
    let id = AnalysisId(tx.next(DbNumber::LastAnalysis)?);
    let analysis = Analysis {
        id,
        person,
        chat,
        question: place.question,
        topic: place.topic,
        others: Vec::new(),
        bubble: None,
        outcome: Some(Outcome::Delivered {
            made_at: Some(reached.made_at),
        }),
        order: None,
        shared: None,
        compared: false,
        created_at: now,
        ..shown
    };
    tx.write(&rows::of_person(person, id), &id)?;
    tx.write(&rows::analysis(id), &analysis)?;
    send_result(tx, &analysis, None)
}

fn own(
    tx: &Transaction<'_>,
    id: AnalysisId,
    person: PersonId,
) -> Result<Option<Analysis>, StoreError> {
    let analysis = tx.read(&rows::analysis(id))?;
    Ok(analysis.filter(|analysis| analysis.person == person))
}
