//! Comparisons: several analyses of one person, told together once all results are there.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::ledger::db::rows::{self, DbNumber};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::requests::consent::deepen;
use crate::ledger::requests::settle::{place, settle};
use crate::ledger::requests::submit::{submit, take_in};
use crate::ledger::requests::under_way::{is_same, under_way_of};
use crate::ledger::{Ledger, Rules};
use crate::model::{Comparison, CrawlId, NewComparison, Outgoing, OutgoingId, Say};
use crate::stores::StoreError;

impl Ledger {
    /// Returns the crawls whose results wait to be compared.
    pub(crate) fn compared(&self) -> Result<BTreeSet<CrawlId>, StoreError> {
        let mut crawls = BTreeSet::new();
        for (_, comparison) in self.list(&rows::comparisons(), usize::MAX)? {
            for id in comparison.analyses {
                crawls.extend(self.analysis(id)?.and_then(|analysis| analysis.crawl));
            }
        }
        Ok(crawls)
    }
}

/// Takes a comparison in, and submits the analyses that it needs.
pub(crate) fn compare(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    new: &NewComparison,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Whatever follows comes after it in the outbox.
    let announcement = OutgoingId(tx.next(DbNumber::LastOutgoing)?);
    let (mut analyses, mut deeper) = (Vec::new(), None);
    for account in &new.accounts {
        let mut under_way = under_way_of(tx, account.person)?.into_iter();
        analyses.push(match under_way.find(|it| is_same(it, account)) {
            Some(analysis) => {
                let depth = account.depth;
                if account.agreed && deepen(tx, rules, analysis.id, account.person, depth, now)? {
                    deeper = Some(depth);
                } else if !account.agreed && depth > analysis.depth {
                    // The cost is asked about first, as if the account alone were wanted at that depth.
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
    tx.note_outgoing();
    tx.write(&rows::outgoing(announcement), &row)
}
