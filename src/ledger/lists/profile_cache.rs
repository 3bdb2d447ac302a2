//! Facts learnt as by-products: how many accounts an account follows, whether it is private, whole profiles. They are
//! cached for the whole network, and save every crawl requests.

use chrono::{DateTime, TimeDelta, Utc};

use crate::ledger::db::rows::{self, FollowList, KnownProfile};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::lists::{ListPage, add_to_list, give_up_list};
use crate::ledger::reports::spending::charge;
use crate::ledger::{Ledger, Rules};
use crate::model::{
    AccountId, Crawl, Facts, Hints, NetworkName, Profile, Relation, Spent, Task, Unreadable,
};
use crate::stores::StoreError;

/// Profiles that are in memory at once while all are looked through.
const BATCH: usize = 500;

impl Ledger {
    /// Caches profiles that were fetched without a task, notes the accounts that have none, and charges the cost.
    pub async fn learn(
        &self,
        crawl: &Crawl,
        profiles: Vec<Profile>,
        missing: Vec<AccountId>,
        spent: Spent,
    ) -> Result<(), StoreError> {
        let (rules, now, network) = (self.rules, self.clock.now(), crawl.network.clone());
        self.transact(move |tx| {
            note_profiles(tx, &rules, &network, profiles, now)?;
            note_missing(tx, &network, missing, now)?;
            charge(tx, &network, spent, now)
        })
        .await
    }
}

impl Ledger {
    /// Calls `visit` with up to `most` cached profiles of a network. Reads them a batch at a time.
    pub fn each_profile(
        &self,
        network: &NetworkName,
        most: usize,
        mut visit: impl FnMut(Profile),
    ) -> Result<(), StoreError> {
        let all = rows::profiles_of(network);
        let (mut from, mut left) = (all.bytes.clone(), most);
        while left > 0 {
            let batch: Vec<(Vec<u8>, KnownProfile)> =
                self.range(&from, &all.end(), left.min(BATCH))?;
            let Some((last, _)) = batch.last() else {
                break;
            };
            from.clone_from(last);
            from.push(0);
            left = left.saturating_sub(batch.len());
            batch
                .into_iter()
                .filter_map(|(_, known)| known.profile)
                .for_each(&mut visit);
        }
        Ok(())
    }
}

/// Caches the lengths of lists, and which are private. A list that was read is known better than by a length; but one
/// that has become private is dropped.
pub(crate) fn note_hints(
    tx: &mut Transaction<'_>,
    network: &NetworkName,
    hints: Hints,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let following = hints.following.into_iter();
    let counts = following.map(|(id, count)| (id, Some(count)));
    let private = hints.private.into_iter().map(|id| (id, None));
    for (id, count) in counts.chain(private) {
        let key = rows::follow_list(tx.order(), network, Relation::Following, &id);
        let mut list: FollowList = tx.read(&key)?.unwrap_or_default();
        match count {
            Some(_) if list.whole.is_some() => continue,
            Some(count) => list.counted = Some((count, now)),
            None => {
                list = FollowList {
                    unreadable: Some((Unreadable::Private, now)),
                    ..FollowList::default()
                };
            }
        }
        tx.write_fact(&key, &list)?;
    }
    Ok(())
}

/// Caches profiles that came unasked; a fresh one that was asked for is better.
pub(crate) fn note_profiles(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    network: &NetworkName,
    profiles: Vec<Profile>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let fresh_for = TimeDelta::from_std(rules.fresh_for).unwrap_or(TimeDelta::MAX);
    for profile in profiles {
        let key = rows::profile(network, &profile.id);
        let is_fresh = |known: KnownProfile| known.profile.is_some() && now - known.at < fresh_for;
        if tx.read(&key)?.is_some_and(is_fresh) {
            continue;
        }
        let row = KnownProfile {
            profile: Some(profile),
            at: now,
            given_up_by: None,
        };
        tx.write_fact(&key, &row)?;
    }
    Ok(())
}

/// Caches that the network has no profiles of these accounts.
fn note_missing(
    tx: &mut Transaction<'_>,
    network: &NetworkName,
    missing: Vec<AccountId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for id in missing {
        let row = KnownProfile {
            profile: None,
            at: now,
            given_up_by: None,
        };
        tx.write_fact(&rows::profile(network, &id), &row)?;
    }
    Ok(())
}

/// Caches the facts of a task whose crawl has moved on or is over.
pub(crate) fn cache_late(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    task: &Task,
    found: Facts,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (network, by) = (&task.queue.network, (task.crawl, now));
    let (relation, account, ids, lost, asked, onward) = match found {
        Facts::Counted { profiles, gone, .. } => {
            for follower in gone {
                let why = Unreadable::Gone;
                give_up_list(tx, network, Relation::Following, &follower, why, by)?;
            }
            note_hints(tx, network, Hints::of(&profiles), now)?;
            return note_profiles(tx, rules, network, profiles, now);
        }
        Facts::Profiles {
            found,
            missing,
            given_up,
        } => {
            if !given_up {
                note_missing(tx, network, missing, now)?;
            }
            return note_profiles(tx, rules, network, found, now);
        }
        // The network has said nothing, so the next crawl tries again.
        Facts::Unread { why, .. } | Facts::Unlisted { why, .. } if why == Unreadable::GivenUp => {
            return Ok(());
        }
        Facts::Unread { follower, why } => {
            return give_up_list(tx, network, Relation::Following, &follower, why, by);
        }
        Facts::Unlisted { candidate, why } => {
            return give_up_list(tx, network, Relation::Followers, &candidate, why, by);
        }
        Facts::Following {
            follower,
            ids,
            lost,
            profiles,
            asked,
            onward,
            ..
        } => {
            note_profiles(tx, rules, network, profiles, now)?;
            (Relation::Following, follower, ids, lost, asked, onward)
        }
        Facts::FollowersOf {
            candidate,
            ids,
            lost,
            asked,
            onward,
        } => (Relation::Followers, candidate, ids, lost, asked, onward),
        _ => return Ok(()),
    };
    let page = ListPage {
        relation,
        account: &account,
        ids: &ids,
        lost,
        asked,
        onward,
    };
    add_to_list(tx, network, page, now).map(drop)
}
