//! Networks that charge from now on, or no longer: the operator has set so from one start to the next, while searches
//! are under way that nobody, or somebody in vain, was asked about.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say;
use crate::ledger::requests::consent::{ask, go_as_deep};
use crate::ledger::{Ledger, Rules};
use crate::model::{Crawl, NetworkName, Say, Status};
use crate::stores::StoreError;

impl Ledger {
    /// Takes in, at a start, the networks that are switched on and which of them charge. On one that has begun to,
    /// what is under way is asked about before more than a look-up is spent on it; on one that is free, nothing waits
    /// for somebody's word.
    pub async fn note_prices(
        &self,
        charges: BTreeMap<NetworkName, bool>,
    ) -> Result<(), StoreError> {
        let (rules, now) = (self.rules, self.clock.now());
        self.transact(move |tx| {
            let charging = charges.iter().filter(|(_, charges)| **charges);
            let charging: BTreeSet<NetworkName> =
                charging.map(|(network, _)| network.clone()).collect();
            // Where it was not noted yet, nothing is known to have changed.
            let before = tx.read(&rows::charging())?;
            let before = before.unwrap_or_else(|| charging.clone());
            let mut live = Vec::new();
            for (_, id) in tx.first(&rows::all_live(), usize::MAX)? {
                live.extend(tx.read(&rows::crawl(id))?);
            }
            // Last those at work, so that nobody takes a place who is to be asked next.
            live.sort_by_key(|crawl| crawl.status == Status::Active);
            for Crawl { id, .. } in live {
                let Some(mut crawl) = tx.read(&rows::crawl(id))? else {
                    continue;
                };
                match charges.get(&crawl.network) {
                    Some(true) if !before.contains(&crawl.network) => {
                        ask_anew(tx, &rules, &mut crawl, now)?;
                    }
                    Some(false) => let_go_on(tx, &rules, &mut crawl, now)?,
                    _ => {}
                }
            }
            tx.write(&rows::charging(), &charging)
        })
        .await
    }
}

/// Takes nothing as agreed to any more of what cost nothing.
fn ask_anew(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for id in &crawl.wanted_by {
        let key = rows::analysis(*id);
        if let Some(mut analysis) = tx.read(&key)? {
            analysis.agreed = false;
            analysis.charged = crawl.key_of.is_none();
            tx.write(&key, &analysis)?;
        }
    }
    crawl.free = crawl.asked();
    match crawl.status {
        // It is asked when the account is known.
        Status::Verifying => {
            crawl.agreed = None;
            tx.write(&rows::crawl(crawl.id), crawl)
        }
        _ => ask(tx, crawl, rules.max_active, now),
    }
}

/// Takes all that is wanted as agreed to.
fn let_go_on(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut deepest = None;
    for id in crawl.wanted_by.clone() {
        let key = rows::analysis(id);
        let Some(mut analysis) = tx.read(&key)?.filter(|analysis| !analysis.agreed) else {
            continue;
        };
        deepest = deepest.max(Some(analysis.depth));
        analysis.agreed = true;
        tx.write(&key, &analysis)?;
        say(tx, analysis.chat, Say::Bubble(id))?;
    }
    let Some(deepest) = deepest else {
        return Ok(());
    };
    go_as_deep(tx, rules, crawl, deepest, now)?;
    tx.write(&rows::crawl(crawl.id), crawl)
}
