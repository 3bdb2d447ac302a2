//! Comparisons: several analyses of one person whose results are told together, once all are there.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::ledger::db::rows::{self, Number};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say_at;
use crate::ledger::requests::submit::{submit, take_in};
use crate::ledger::requests::under_way::{deepen, is_same, under_way_of, want_by_itself};
use crate::ledger::{Ledger, Rules};
use crate::model::{
    ChatId, Comparison, CrawlId, NewComparison, Outcome, Outgoing, OutgoingId, PersonId, Place, Say,
};
use crate::stores::StoreError;

/// Fewer can't be compared.
const FEWEST: usize = 2;

impl Ledger {
    /// The crawls whose results wait to be compared.
    pub(in crate::ledger) fn compared(&self) -> Result<BTreeSet<CrawlId>, StoreError> {
        let mut crawls = BTreeSet::new();
        for (_, comparison) in self.list(&rows::comparisons(), usize::MAX)? {
            for id in comparison.analyses {
                crawls.extend(self.analysis(id)?.and_then(|analysis| analysis.crawl));
            }
        }
        Ok(crawls)
    }
}

/// Takes a comparison in, and whatever has to be found out for it.
pub(in crate::ledger) fn compare(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    new: &NewComparison,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // What follows is said behind it.
    let announcement = OutgoingId(tx.next(Number::LastOutgoing)?);
    let (mut analyses, mut deeper) = (Vec::new(), None);
    for account in &new.accounts {
        let mut under_way = under_way_of(tx, account.person)?.into_iter();
        analyses.push(match under_way.find(|it| is_same(it, account)) {
            Some(analysis) => {
                let depth = account.depth;
                if account.agreed && deepen(tx, rules, analysis.id, account.person, depth, now)? {
                    deeper = Some(depth);
                } else if !account.agreed && depth > analysis.depth {
                    // What costs is asked for first, as where the account alone is wanted so deep.
                    submit(tx, rules, account, now)?;
                }
                analysis.id
            }
            None => take_in(tx, rules, account, true, now)?,
        });
    }
    let comparison = Comparison {
        person: new.person,
        chat: new.chat,
        question: new.question,
        topic: new.topic,
        analyses,
    };
    let key = rows::comparison(comparison.person, comparison.chat, comparison.question);
    tx.write(&key, &comparison)?;
    settle(tx, new.person)?;
    let Some(waiting) = tx.read(&key)? else {
        return Ok(());
    };
    let place = Some(place(&waiting));
    let Comparison {
        chat,
        question,
        analyses,
        ..
    } = waiting;
    let say = Say::Comparing {
        analyses,
        question,
        deeper,
    };
    let row = Outgoing { chat, place, say };
    tx.write(&rows::outgoing(announcement), &row)
}

/// Tells a person's comparisons of which nothing is to come any more. One of which fewer than two results
/// are there or can still come is told at once; what is under way for it goes on for its own sake.
pub(in crate::ledger) fn settle(
    tx: &mut Transaction<'_>,
    person: PersonId,
) -> Result<(), StoreError> {
    for (key, comparison) in tx.first(&rows::comparisons_of(person), usize::MAX)? {
        let mut to_come = Vec::new();
        let mut there = 0;
        for id in &comparison.analyses {
            let analysis = tx.read(&rows::analysis(*id))?;
            match analysis.as_ref().map(|analysis| &analysis.outcome) {
                Some(None) => to_come.extend(analysis),
                Some(Some(Outcome::Delivered { .. })) => there += 1,
                _ => {}
            }
        }
        let is_possible = there + to_come.len() >= FEWEST;
        if is_possible && !to_come.is_empty() {
            continue;
        }
        tx.remove_at(key);
        for analysis in to_come {
            want_by_itself(tx, analysis.id)?;
        }
        let place = Some(place(&comparison));
        let Comparison {
            chat,
            question,
            analyses,
            ..
        } = comparison;
        if is_possible {
            let analyses = analyses.clone();
            let say = Say::ComparedPicture { analyses, question };
            say_at(tx, chat, place, say)?;
        }
        say_at(tx, chat, place, Say::Compared { analyses, question })?;
    }
    Ok(())
}

/// Where a comparison is told: where it was asked for, and among others in answer to that.
fn place(comparison: &Comparison) -> Place {
    let among_others = comparison.chat.0 < 0;
    Place {
        topic: comparison.topic,
        question: among_others.then_some(comparison.question),
    }
}

/// A chat has a new id.
pub(in crate::ledger) fn carry(
    tx: &mut Transaction<'_>,
    from: ChatId,
    to: ChatId,
) -> Result<(), StoreError> {
    for (key, comparison) in tx.first(&rows::comparisons(), usize::MAX)? {
        if comparison.chat == from {
            tx.remove_at(key);
            let moved = Comparison {
                chat: to,
                ..comparison
            };
            let key = rows::comparison(moved.person, moved.chat, moved.question);
            tx.write(&key, &moved)?;
        }
    }
    Ok(())
}
