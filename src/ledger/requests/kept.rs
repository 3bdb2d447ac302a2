//! Comparisons that were told: kept to be sent again and to be shared, as they were.
//!
//! The rows of a person's comparisons are bounded by their number. A comparison goes when a result of it does, since it
//! says of the same followers what the result says.

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, DbNumber};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say_at;
use crate::model::{
    Comparison, ComparisonId, Counted, Crawl, CrawlId, KeptComparison, Outcome, PersonId, Place,
    Say,
};
use crate::stores::StoreError;

/// Fewer results can't be compared.
const FEWEST: usize = 2;

impl Ledger {
    pub fn comparison(&self, id: ComparisonId) -> Result<Option<KeptComparison>, StoreError> {
        self.get(&rows::kept_comparison(id))
    }

    /// Returns what a comparison tells; `None` until that has been counted.
    pub fn counted(&self, id: ComparisonId) -> Result<Option<Counted>, StoreError> {
        self.get(&rows::counted(id))
    }

    /// Returns the comparisons that a person was told, the newest first.
    pub fn comparisons_of(&self, person: PersonId) -> Result<Vec<KeptComparison>, StoreError> {
        let ids = self.list(&rows::kept_of_person(person), rows::KEPT)?;
        let kept = ids.into_iter().map(|(_, id)| self.comparison(id));
        kept.filter_map(Result::transpose).collect()
    }

    /// Stores what a comparison tells, unless it is gone or that is there already: from then on it is told the same.
    pub async fn keep_counted(&self, id: ComparisonId, counted: Counted) -> Result<(), StoreError> {
        self.transact(move |tx| {
            let key = rows::counted(id);
            let is_kept = tx.read(&rows::kept_comparison(id))?.is_some();
            if is_kept && tx.read(&key)?.is_none() {
                tx.write(&key, &counted)?;
            }
            Ok(())
        })
        .await
    }

    /// Removes the comparisons of which a result is gone. Returns how many.
    pub(crate) async fn drop_comparisons(&self) -> Result<u64, StoreError> {
        let mut removed = 0;
        for (_, kept) in self.list(&rows::kept_comparisons(), usize::MAX)? {
            let is_there = |id: &CrawlId| self.crawl(*id).map(|crawl| crawl.is_some());
            let there = kept.crawls.iter().map(is_there);
            let there = there.collect::<Result<Vec<bool>, _>>()?;
            if there.contains(&false) {
                removed += 1;
                self.transact(move |tx| remove_comparison(tx, kept.id))
                    .await?;
            }
        }
        Ok(removed)
    }
}

/// Keeps a comparison that is being told; `None` if there are too few results to compare.
pub(crate) fn keep(
    tx: &mut Transaction<'_>,
    comparison: &Comparison,
) -> Result<Option<KeptComparison>, StoreError> {
    let mut compared: Vec<Crawl> = Vec::new();
    let mut asked_at = None;
    for id in &comparison.analyses {
        let analysis = tx.read(&rows::analysis(*id))?;
        let analysis = analysis.filter(|it| matches!(it.outcome, Some(Outcome::Delivered { .. })));
        let Some((id, created_at)) = analysis.and_then(|it| Some((it.crawl?, it.created_at)))
        else {
            continue;
        };
        asked_at = asked_at.max(Some(created_at));
        // Two names may be one account's.
        if let Some(crawl) = tx.read(&rows::crawl(id))?
            && !compared.iter().any(|other| other.id == id)
        {
            compared.push(crawl);
        }
    }
    let Some((first, asked_at)) = compared.first().zip(asked_at) else {
        return Ok(None);
    };
    if compared.len() < FEWEST {
        return Ok(None);
    }
    let kept = KeptComparison {
        id: ComparisonId(tx.next(DbNumber::LastComparison)?),
        person: comparison.person,
        chat: comparison.chat,
        question: comparison.question,
        topic: comparison.topic,
        network: first.network.clone(),
        analyses: comparison.analyses.clone(),
        crawls: compared.iter().map(|crawl| crawl.id).collect(),
        handles: compared
            .iter()
            .map(|crawl| crawl.own_name().clone())
            .collect(),
        shared: None,
        asked_at,
    };
    add(tx, &kept)?;
    Ok(Some(kept))
}

/// Adds a person's latest comparison; the oldest goes if there are too many.
pub(crate) fn add(tx: &mut Transaction<'_>, kept: &KeptComparison) -> Result<(), StoreError> {
    tx.write(&rows::kept_of(kept.person, kept.id), &kept.id)?;
    tx.write(&rows::kept_comparison(kept.id), kept)?;
    let own = tx.first(&rows::kept_of_person(kept.person), usize::MAX)?;
    for (key, id) in own.into_iter().skip(rows::KEPT) {
        remove_comparison(tx, id)?;
        tx.remove_at(key);
    }
    Ok(())
}

pub(crate) fn remove_comparison(
    tx: &mut Transaction<'_>,
    id: ComparisonId,
) -> Result<(), StoreError> {
    tx.remove(&rows::counted(id));
    let Some(kept) = tx.read(&rows::kept_comparison(id))? else {
        return Ok(());
    };
    tx.remove(&rows::kept_comparison(id));
    tx.remove(&rows::kept_of(kept.person, id));
    if let Some(share) = &kept.shared {
        tx.remove(&rows::shared_comparison(share));
    }
    Ok(())
}

/// Queues the picture and the text of a comparison.
pub(crate) fn send_comparison(
    tx: &mut Transaction<'_>,
    kept: &KeptComparison,
    place: Place,
) -> Result<(), StoreError> {
    let picture = Say::ComparedPicture {
        analyses: kept.analyses.clone(),
        question: kept.question,
        kept: Some(kept.id),
    };
    let text = Say::Compared {
        analyses: kept.analyses.clone(),
        question: kept.question,
        kept: Some(kept.id),
    };
    say_at(tx, kept.chat, Some(place), picture)?;
    say_at(tx, kept.chat, Some(place), text)
}
