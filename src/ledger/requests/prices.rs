//! Networks that charge from this start on, or no longer, by the operator's settings, while searches are in progress
//! that were not asked about, or needlessly were.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::say;
use crate::ledger::requests::consent::{ask_for_consent, proceed};
use crate::ledger::requests::terms::update_terms;
use crate::ledger::{Ledger, Rules};
use crate::model::{Crawl, NetworkName, Say, Status};
use crate::stores::StoreError;

impl Ledger {
    /// Notes, at a start, which networks are switched on and which of them charge. On one that has begun to charge,
    /// people are asked about their crawls in progress before more than a lookup is spent; on a free one, nothing waits
    /// for consent.
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
            // Those at work come last, so that no place goes to a crawl that is to be asked about next.
            live.sort_by_key(|crawl| crawl.status == Status::Active);
            for Crawl { id, .. } in live {
                let Some(mut crawl) = tx.read(&rows::crawl(id))? else {
                    continue;
                };
                match charges.get(&crawl.network) {
                    Some(true) if !before.contains(&crawl.network) => {
                        ask_again(tx, &rules, &mut crawl, now)?;
                    }
                    Some(false) => proceed_free_of_charge(tx, &rules, &mut crawl, now)?,
                    _ => {}
                }
            }
            tx.write(&rows::charging(), &charging)
        })
        .await
    }
}

/// Asks about a crawl whose network has begun to charge: nothing counts as agreed to any more.
fn ask_again(
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
    update_terms(tx, crawl)?;
    crawl.free = crawl.asked();
    match crawl.status {
        // It is asked about when the account is known.
        Status::Verifying => tx.write(&rows::crawl(crawl.id), crawl),
        _ => ask_for_consent(tx, crawl, rules.max_active, now),
    }
}

/// Lets a crawl go on whose network is free: everything counts as agreed to.
fn proceed_free_of_charge(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut is_changed = false;
    for id in crawl.wanted_by.clone() {
        let key = rows::analysis(id);
        let Some(mut analysis) = tx.read(&key)?.filter(|analysis| !analysis.agreed) else {
            continue;
        };
        is_changed = true;
        analysis.agreed = true;
        tx.write(&key, &analysis)?;
        say(tx, analysis.chat, Say::Bubble(id))?;
    }
    if !is_changed {
        return Ok(());
    }
    update_terms(tx, crawl)?;
    proceed(tx, rules, crawl, now)?;
    tx.write(&rows::crawl(crawl.id), crawl)
}
