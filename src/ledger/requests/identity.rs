//! The identity of an account: whatever name it was found under, it is known by its stable id from then on.

use chrono::{DateTime, Utc};

use crate::ledger::Rules;
use crate::ledger::db::rows::{self, KnownProfile};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::people::own_keys::own_crawl;
use crate::ledger::people::promises::promise_waiting;
use crate::ledger::requests::reuse::{has_fresh_result, serves, serving_crawl};
use crate::ledger::requests::submit::want;
use crate::ledger::requests::terms::wanted;
use crate::ledger::tasks::end::end;
use crate::model::{AnalysisId, Crawl, CrawlId, Profile, Reached, Status};
use crate::stores::StoreError;

/// Notes the account of a crawl; if another crawl serves the same account, everyone who waits is moved there.
pub(crate) fn identify(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    crawl: &mut Crawl,
    profile: Profile,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let known = rows::profile(&crawl.network, &profile.id);
    // One that was known before keeps its age.
    if tx
        .read(&known)?
        .is_none_or(|known| known.profile.as_ref() != Some(&profile))
    {
        let row = KnownProfile {
            profile: Some(profile.clone()),
            at: now,
            given_up_by: None,
        };
        tx.write(&known, &row)?;
    }
    for id in &crawl.wanted_by {
        call_by_name(tx, *id, &profile)?;
        if let Some(analysis) = tx.read(&rows::analysis(*id))? {
            promise_waiting(tx, &analysis, crawl, &profile, now)?;
        }
    }
    let by_account = rows::by_account(&crawl.network, &profile.id);
    let other = serving_crawl(tx, &by_account, rules, now)?.filter(|other| other.id != crawl.id);
    let wanted = wanted(tx, crawl)?;
    let serves_all =
        |reached: &Reached| wanted.iter().all(|analysis| analysis.is_served_by(reached));
    let served_by = match crawl.key_of {
        None => other
            .clone()
            .filter(|other| other.is_live() || !crawl.refresh && serves(other, rules, now)),
        // Of other people's crawls only a result that is there already.
        Some(person) => match other
            .clone()
            .filter(|other| !crawl.refresh && has_fresh_result(other, rules, serves_all, now))
        {
            Some(other) => Some(other),
            None => own_crawl(tx, person, &crawl.network, |own| {
                let account = own.profile.as_ref().map(|profile| &profile.id);
                own.id != crawl.id && account == Some(&profile.id)
            })?,
        },
    };
    match served_by {
        // It serves at once those that it can, and the others wait for it.
        Some(mut other) => {
            for id in std::mem::take(&mut crawl.wanted_by) {
                move_to(tx, id, other.id)?;
                want(tx, rules, &mut other, id, now)?;
            }
            tx.write(&rows::crawl(other.id), &other)?;
            end(tx, crawl, Status::Dropped, rules.max_active, now)?;
            match other.key_of {
                None => tx.write(&rows::by_handle(&crawl.network, &crawl.handle), &other.id),
                Some(_) => Ok(()),
            }
        }
        None => {
            let finished = other.filter(|other| other.status == Status::Finished);
            let finished = finished.filter(|other| crawl.refresh || !serves(other, rules, now));
            crawl.replaces = finished.map(|other| other.id).or(crawl.replaces);
            if crawl.key_of.is_none() {
                tx.write(&by_account, &crawl.id)?;
                tx.write(&rows::by_handle(&crawl.network, &profile.handle), &crawl.id)?;
            }
            crawl.profile = Some(profile);
            Ok(())
        }
    }
}

/// Gives an analysis that was asked for by id the name of its account.
fn call_by_name(
    tx: &mut Transaction<'_>,
    id: AnalysisId,
    profile: &Profile,
) -> Result<(), StoreError> {
    let key = rows::analysis(id);
    let analysis = tx.read(&key)?;
    let by_id = analysis.filter(|it| it.handle.0 == profile.id.as_str());
    if let Some(mut analysis) = by_id {
        analysis.handle = profile.handle.clone();
        tx.write(&key, &analysis)?;
    }
    Ok(())
}

fn move_to(tx: &mut Transaction<'_>, id: AnalysisId, crawl: CrawlId) -> Result<(), StoreError> {
    let key = rows::analysis(id);
    if let Some(mut analysis) = tx.read(&key)? {
        analysis.crawl = Some(crawl);
        tx.write(&key, &analysis)?;
    }
    Ok(())
}
