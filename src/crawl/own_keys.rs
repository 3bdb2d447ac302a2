//! Tries the keys that people have given, and tells them the result. A refused key is tried once more some minutes
//! later, since an outage of the network looks the same; only then is it erased.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::ledger::Ledger;
use crate::model::{CrawlId, KeyNews, OwnKey, Spent};
use crate::networks::{Books, Entry, Flow, GatedNetwork, Network, NetworkError, probe_handle};
use crate::stores::StoreError;

/// How long a key waits if its network can't tell, and how long tasks wait that use a key in doubt.
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(60);

/// How long after a refusal a key is tried again.
const SECOND_TRY_AFTER: TimeDelta = TimeDelta::minutes(3);

/// The result of trying a key.
enum KeyCheck {
    Works { requests: Option<u64> },
    Refused(KeyNews),
    Unknown,
}

/// Tries each key in doubt, until stopped or until the database fails. Keys that can't be opened since the last start
/// are erased at once.
pub(super) async fn check_doubted(cx: Context, stop: CancellationToken) -> Result<(), StoreError> {
    for key in cx.ledger.all_own_keys()? {
        if is_lost(&cx, &key) {
            cx.ledger.drop_key(&key, KeyNews::Lost).await?;
        }
    }
    loop {
        let now = cx.clock.now();
        let mut keys = cx.ledger.all_own_keys()?;
        keys.retain(OwnKey::is_in_doubt);
        let due_at = |key: &OwnKey| key.refused_at.map_or(now, |at| at + SECOND_TRY_AFTER);
        let mut next = keys.iter().map(due_at).filter(|due| *due > now).min();
        let due = keys.iter().filter(|key| due_at(key) <= now);
        // Concurrently: a slow network must not hold up the keys of others.
        let tried = tokio::select! {
            tried = join_all(due.map(|key| try_with_timeout(&cx, key))) => tried,
            () = stop.cancelled() => return Ok(()),
        };
        for decided in tried {
            if !decided? {
                let again = cx.clock.now() + RETRY_AFTER;
                next = Some(next.map_or(again, |next| next.min(again)));
            }
        }
        let sleep = next.map(|next| (next - cx.clock.now()).to_std().unwrap_or_default());
        tokio::select! {
            () = cx.ledger.key_in_doubt() => {}
            () = cx.clock.sleep(sleep.unwrap_or_default()), if sleep.is_some() => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}

/// Ends the crawls of a key that can't be used, and tells its owner.
pub(super) async fn end_without_key(
    cx: &Context,
    crawl: CrawlId,
    key: Option<OwnKey>,
) -> Result<(), StoreError> {
    match key {
        Some(key) => _ = cx.ledger.drop_key(&key, KeyNews::Lost).await?,
        None => cx.ledger.end_without_key(crawl).await?,
    }
    Ok(())
}

/// Returns what an error says about the key that was used.
pub(super) fn refusal(error: &NetworkError) -> Option<KeyNews> {
    match error {
        NetworkError::Denied(_) => Some(KeyNews::Refused),
        NetworkError::OutOfCredit => Some(KeyNews::OutOfCredit),
        _ => None,
    }
}

/// Whether a key can no longer be opened. If its network is switched off, it may be useful again.
fn is_lost(cx: &Context, key: &OwnKey) -> bool {
    let entry = cx.networks.get(&key.network);
    entry.is_some_and(|entry| cx.keyring.open(entry, key).is_none())
}

/// Tries a key, unless it has to wait too long.
async fn try_with_timeout(cx: &Context, key: &OwnKey) -> Result<bool, StoreError> {
    tokio::select! {
        tried = try_key(cx, key) => tried,
        () = cx.clock.sleep(RETRY_AFTER) => Ok(false),
    }
}

/// Tries a key and stores the result. Returns whether there was one.
async fn try_key(cx: &Context, key: &OwnKey) -> Result<bool, StoreError> {
    let Some(entry) = cx.networks.get(&key.network) else {
        return Ok(false);
    };
    let Some(entry) = cx.keyring.open(entry, key) else {
        return cx.ledger.drop_key(key, KeyNews::Lost).await;
    };
    match check(cx, key, entry).await {
        KeyCheck::Works { requests } => cx.ledger.use_key(key, requests).await?,
        KeyCheck::Refused(_) if key.refused_at.is_none() => cx.ledger.doubt_key(key).await?,
        KeyCheck::Refused(why) => return cx.ledger.drop_key(key, why).await,
        KeyCheck::Unknown => return Ok(false),
    }
    Ok(true)
}

async fn check(cx: &Context, key: &OwnKey, entry: Entry) -> KeyCheck {
    match ask(cx, key, entry).await {
        Ok(requests) => KeyCheck::Works { requests },
        Err(error) => match refusal(&error) {
            Some(why) => KeyCheck::Refused(why),
            None => {
                tracing::warn!(network = %key.network, %error, "a key can't be tried yet");
                KeyCheck::Unknown
            }
        },
    }
}

/// Sends the cheapest request. Any answer, even that there is no such account, shows that the key is accepted.
async fn ask(cx: &Context, key: &OwnKey, entry: Entry) -> Result<Option<u64>, NetworkError> {
    let flow = Flow {
        crawl: CrawlId(0),
        weight: 1,
        urgent: true,
        asker: None,
    };
    let books = Arc::new(KeyBooks {
        ledger: cx.ledger.clone(),
        key: key.clone(),
    });
    let network = GatedNetwork::new(entry, flow).with_books(books);
    if let Some(balance) = network.balance().await? {
        return match balance.requests {
            0 => Err(NetworkError::OutOfCredit),
            requests => Ok(Some(requests)),
        };
    }
    let Some(handle) = probe_handle(&network.name()) else {
        return Ok(None);
    };
    match network.resolve(&handle).await {
        Err(error) if !error.is_final() => Err(error),
        _ => Ok(network.remaining()),
    }
}

/// The books of a key that is being tried.
struct KeyBooks {
    ledger: Arc<Ledger>,
    key: OwnKey,
}

#[async_trait]
impl Books for KeyBooks {
    async fn enter(&self, asked: Spent) -> Option<Spent> {
        let noted = self.ledger.charge_key_test(&self.key, asked).await;
        noted.unwrap_or(false).then_some(asked)
    }
}
