//! Tries the keys that people have given, and tells them what came of it.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::model::{CrawlId, KeyNews, OwnKey};
use crate::networks::{Entry, Flow, Limited, Network, NetworkError, probe};
use crate::stores::StoreError;

/// How long a key waits whose network can't tell.
const AGAIN: Duration = Duration::from_secs(60);

/// Tries each key that is given, until it is stopped or the database fails.
pub(super) async fn try_given(cx: Context, stop: CancellationToken) -> Result<(), StoreError> {
    loop {
        let mut undecided = false;
        for key in cx.ledger.untried_keys()? {
            let tried = tokio::select! {
                tried = outcome(&cx, &key) => tried,
                () = stop.cancelled() => return Ok(()),
            };
            match tried {
                Some(KeyNews::Works { requests }) => cx.ledger.use_key(&key, requests).await?,
                Some(why) => cx.ledger.drop_key(&key, why).await?,
                None => undecided = true,
            }
            cx.notifier.outgoing();
        }
        tokio::select! {
            () = cx.ledger.key_given() => {}
            () = cx.clock.sleep(AGAIN), if undecided => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}

/// What can be told of a key; nothing while the network does not answer.
async fn outcome(cx: &Context, key: &OwnKey) -> Option<KeyNews> {
    let entry = cx.networks.get(&key.network);
    let Some(entry) = entry.and_then(|entry| cx.keyring.open(entry, key)) else {
        return Some(KeyNews::Lost);
    };
    match ask(&entry).await {
        Ok(requests) => Some(KeyNews::Works { requests }),
        Err(error) => refused(&error).or_else(|| {
            tracing::warn!(network = %key.network, %error, "a key that was given can't be tried yet");
            None
        }),
    }
}

/// Asks what costs least. Whoever is found, or not, the answer shows that the key is taken.
async fn ask(entry: &Entry) -> Result<Option<u64>, NetworkError> {
    let flow = Flow {
        crawl: CrawlId(0),
        weight: 1,
        urgent: true,
    };
    let network = Limited::new(entry.clone(), flow);
    if let Some(balance) = network.balance().await? {
        return match balance.requests {
            0 => Err(NetworkError::OutOfCredit),
            requests => Ok(Some(requests)),
        };
    }
    let Some(handle) = probe(&network.name()) else {
        return Ok(None);
    };
    match network.resolve(&handle).await {
        Err(error) if !error.is_final() => Err(error),
        _ => Ok(network.remaining()),
    }
}

/// What an error says of the key that was used.
pub(super) fn refused(error: &NetworkError) -> Option<KeyNews> {
    match error {
        NetworkError::Denied(_) => Some(KeyNews::Refused),
        NetworkError::OutOfCredit => Some(KeyNews::OutOfCredit),
        _ => None,
    }
}
