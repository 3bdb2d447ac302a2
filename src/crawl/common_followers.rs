//! Followers that an account of a list has in common with the target, by name.

use std::time::Duration;

use crate::context::Context;
use crate::ledger::CachedProfile;
use crate::model::{AccountId, Crawl, Handle, Profile};
use crate::networks::{Flow, GatedNetwork, Network};
use crate::stores::StoreError;

/// Followers that are named.
const TOLD: usize = 3;

/// Followers that are searched, in reading order.
const AMONG: usize = 2_000;

/// Common followers that are collected; those whose names are known come first.
const FOUND: usize = 20;

/// How long the person who asked waits for a request's turn.
const PATIENCE: Duration = Duration::from_secs(4);

/// Returns some public followers of a crawl's target who also follow `account`. Cached names cost nothing; on a free
/// network, missing ones are requested and cached.
pub async fn common_followers(
    cx: &Context,
    crawl: &Crawl,
    account: &AccountId,
) -> Result<Vec<Handle>, StoreError> {
    let (ledger, of, with) = (cx.ledger.clone(), crawl.clone(), account.clone());
    // May read thousands of lists, so not on a thread that serves chats.
    let common =
        tokio::task::spawn_blocking(move || ledger.followers_in_common(&of, &with, AMONG, FOUND));
    let common = common.await;
    let common = common.map_err(|error| StoreError::Io(error.to_string()))??;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for id in common {
        match cx.ledger.known_profile(crawl, &id)? {
            CachedProfile::Profile(profile) => known.push(profile),
            CachedProfile::Unknown => unknown.push(id),
            CachedProfile::Missing => {}
        }
    }
    let left_alone = cx.ledger.left_alone(&crawl.network)?;
    let may_be_told = |it: &Profile| !it.private && !it.opted_out && !left_alone.is(&it.handle);
    known.retain(may_be_told);
    if known.len() < TOLD {
        unknown.truncate(TOLD - known.len());
        let asked = ask(cx, crawl, &unknown).await?;
        known.extend(asked.into_iter().filter(may_be_told));
    }
    let handles = known.into_iter().take(TOLD).map(|profile| profile.handle);
    Ok(handles.collect())
}

/// Requests profiles if that is free and quick, and caches the answers.
async fn ask(cx: &Context, crawl: &Crawl, ids: &[AccountId]) -> Result<Vec<Profile>, StoreError> {
    let entry = cx.networks.get(&crawl.network);
    let Some(entry) = entry.filter(|entry| entry.price.is_none()) else {
        return Ok(Vec::new());
    };
    let flow = Flow {
        crawl: crawl.id,
        weight: crawl.priority,
        urgent: false,
        asker: cx.ledger.asker(crawl)?,
    };
    let network = GatedNetwork::new(entry.clone(), flow);
    let meter = network.meter();
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for ids in ids.chunks(network.limits().profiles_at_once.max(1) as usize) {
        let before = meter.asked();
        let mut asked = network.profiles(ids);
        let answer = tokio::select! {
            answer = &mut asked => answer,
            () = cx.clock.sleep(PATIENCE) => {
                // One that has been sent is worth waiting for.
                if meter.asked() <= before {
                    break;
                }
                asked.await
            }
        };
        match answer {
            Ok(profiles) => {
                let told = |id: &&AccountId| profiles.iter().any(|profile| profile.id == **id);
                missing.extend(ids.iter().filter(|id| !told(id)).cloned());
                found.extend(profiles);
            }
            Err(error) if error.is_final() => missing.extend(ids.iter().cloned()),
            Err(error) => tracing::debug!(%error, "a follower can't be named"),
        }
    }
    let learned = found.clone();
    cx.ledger
        .learn(crawl, learned, missing, meter.spent())
        .await?;
    Ok(found)
}
