//! Fakes of the accounts' own servers on Bluesky and of the directory that knows them, all at one address: each has a
//! path of its own, and a limit that it enforces. They filter nothing: deactivated accounts stay in lists.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::Query;
use serde_json::json;
use tokio::time::Instant;

use crate::demo::networks::key_usage::KeyUsage;
use crate::demo::networks::xrpc::refused;
use crate::demo::networks::{FakeResponse, HttpRequest};
use crate::demo::pseudorandom;

/// In front of their paths.
pub(super) const PATH: &str = "/servers";

const DIRECTORY: &str = "plc.directory";

/// Servers, of which the last few belong to nobody whom Bluesky knows.
const SERVERS: u64 = 60;
const OTHERS: u64 = 5;

/// The limits of a server, and of the directory.
const OF_SERVER: (u32, Duration) = (3_000, Duration::from_secs(300));
const OF_DIRECTORY: (u32, Duration) = (300, Duration::from_secs(60));

const LARGEST_PAGE: usize = 100;

/// What a request to one of them asks for.
pub(super) enum ServerCall {
    /// The document of an account.
    Document { did: String },
    /// Whom an account of this server follows.
    Follows {
        host: String,
        did: String,
        start: usize,
        count: usize,
    },
}

/// The requests that each has answered in its window.
#[derive(Default)]
pub(super) struct ServerLimits(Mutex<BTreeMap<String, KeyUsage>>);

impl ServerCall {
    /// Reads a request; `None` if it is to none of them.
    pub(super) fn read(request: &HttpRequest<'_>) -> Option<Self> {
        let path = request.uri.path().strip_prefix(PATH)?;
        let mut parts = path.trim_start_matches('/').splitn(2, '/');
        let (host, rest) = (parts.next()?, parts.next()?);
        if host == DIRECTORY {
            let did = rest.replace("%3A", ":");
            return Some(Self::Document { did });
        }
        let query = Query::<BTreeMap<String, String>>::try_from_uri(request.uri).ok()?;
        let number = |name: &str| query.get(name).and_then(|value| value.parse().ok());
        let is_list = rest == "xrpc/com.atproto.repo.listRecords"
            && query.get("collection").map(String::as_str) == Some("app.bsky.graph.follow");
        is_list.then(|| Self::Follows {
            host: host.to_owned(),
            did: query.get("repo").cloned().unwrap_or_default(),
            start: number("cursor").unwrap_or(0),
            count: number("limit").unwrap_or(50).clamp(1, LARGEST_PAGE),
        })
    }

    pub(super) fn host(&self) -> &str {
        match self {
            Self::Document { .. } => DIRECTORY,
            Self::Follows { host, .. } => host,
        }
    }

    pub(super) fn did(&self) -> &str {
        match self {
            Self::Document { did } | Self::Follows { did, .. } => did,
        }
    }
}

impl ServerLimits {
    /// Counts a request. Returns how many may still come.
    ///
    /// # Errors
    /// The refusal if it is over the limit.
    pub(super) fn admit(&self, host: &str) -> Result<u32, FakeResponse> {
        let limit = match host {
            DIRECTORY => OF_DIRECTORY,
            _ => OF_SERVER,
        };
        let mut usages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let usage = usages.entry(host.to_owned()).or_default();
        usage.requests += 1;
        match usage.admit(limit, Instant::now()) {
            (false, remaining) => Ok(remaining),
            (true, _) => Err(refused(429, "RateLimitExceeded", "Rate Limit Exceeded")),
        }
    }

    /// Returns how many requests each server has had.
    pub(super) fn requests(&self) -> BTreeMap<String, u64> {
        let usages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let requests = usages.iter().map(|(host, it)| (host.clone(), it.requests));
        requests.collect()
    }
}

/// Returns the server of an account.
pub(super) fn server_of(id: u64) -> String {
    match pseudorandom::mix(&[id]) % SERVERS {
        number if number >= SERVERS - OTHERS => format!("pds.example{number}.com"),
        number => format!("pds{number}.host.bsky.network"),
    }
}

/// Returns an account's document.
pub(super) fn document(did: &str, host: &str) -> FakeResponse {
    let body = json!({
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": did,
        "service": [{
            "id": "#atproto_pds",
            "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": format!("https://{host}"),
        }],
    });
    FakeResponse::json(200, body.to_string())
}

/// Returns a page of the accounts that one follows, `whole` of which there are.
pub(super) fn records(
    did: &str,
    subjects: impl Iterator<Item = String>,
    (start, count, whole): (usize, usize, usize),
) -> FakeResponse {
    let records = subjects.enumerate().map(|(place, subject)| {
        let key = format!("{:013}", start + place);
        json!({
            "uri": format!("at://{did}/app.bsky.graph.follow/{key}"),
            "cid": "bafyreihyrpefhacm6kkp4ql6j6udakdit7g3dmkzfriqfykhjw6cad5lrm",
            "value": {
                "$type": "app.bsky.graph.follow",
                "subject": subject,
                "createdAt": "2024-11-20T12:00:00.000Z",
            },
        })
    });
    let records: Vec<_> = records.take(count).collect();
    let mut body = json!({ "records": records });
    // A last page that is not empty has one as well.
    if start < whole {
        body["cursor"] = json!((start + count).min(whole).to_string());
    }
    FakeResponse::json(200, body.to_string())
}
