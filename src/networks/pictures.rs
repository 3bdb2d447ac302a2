//! Pictures of accounts, from wherever networks keep them: small, from public places, and soon or not at all.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use url::Url;

use crate::clock::Clock;
use crate::networks::NetworkError;
use crate::networks::guard::{Guard, is_public_name};
use crate::networks::http::Http;

/// How long a picture may take. A result is not kept waiting for it.
const WITHIN: Duration = Duration::from_secs(4);

/// Ends of names under which there is nothing (RFC 6761).
const NOWHERE: [&str; 2] = [".example", ".test"];

/// Fetches pictures.
#[derive(Clone)]
pub struct Pictures(Http);

impl Pictures {
    pub fn new(clock: Arc<dyn Clock>) -> Result<Self, NetworkError> {
        let guard = Guard::of_the_system();
        Http::guarded(WITHIN, clock, guard).map(Self)
    }

    /// Those that can be had, each in the place of its address; as they came, whatever is in them.
    pub async fn fetch(&self, addresses: Vec<Option<String>>) -> Vec<Option<Vec<u8>>> {
        join_all(addresses.into_iter().map(|address| self.one(address))).await
    }

    async fn one(&self, address: Option<String>) -> Option<Vec<u8>> {
        let url = Url::parse(&address?).ok()?;
        let host = url.host_str().filter(|host| is_public_name(host))?;
        let leads_out = url.scheme() == "https" && url.port().is_none();
        if !leads_out || NOWHERE.iter().any(|end| host.ends_with(end)) {
            return None;
        }
        match self.0.fetch(url, &[]).await {
            Ok(answer) => (answer.status == 200).then_some(answer.body),
            Err(error) => {
                tracing::debug!(%error, "a picture can't be had");
                None
            }
        }
    }
}

impl std::fmt::Debug for Pictures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pictures")
    }
}
