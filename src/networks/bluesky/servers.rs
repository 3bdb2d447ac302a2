//! The accounts' own servers (PDS): each shows whom its accounts follow, in public and without a key, within a limit of
//! its own. Where an account lives is in its DID document, which the directory has, or for `did:web` its own domain.
//!
//! Shapes: bluesky-social/atproto, lexicons/com/atproto/repo/listRecords.json and specs/did.md of the website. Nothing is
//! filtered there: deactivated and deleted accounts are listed as well, and drop out when their profiles are fetched. A
//! page of fewer records than were asked for is the last, although it carries a cursor.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use crate::clock::Clock;
use crate::model::{Account, AccountId, Cursor, Handle, Page, PersonId};
use crate::networks::bluesky::errors::check;
use crate::networks::hosts::{
    HostLimits, HostPolicy, HostTurn, Hosts, MOST_OF_A_DOMAIN, RequestInfo,
};
use crate::networks::http::Http;
use crate::networks::lenient::{Field, Items, NextCursor, Text};
use crate::networks::ssrf_guard::{SsrfGuard, is_public_name};
use crate::networks::{NetworkError, NetworkSettings};

/// The directory of `did:plc` (<https://web.plc.directory>).
const DIRECTORY: &str = "plc.directory";

/// Look-ups of servers in a second.
pub(super) const LOOK_UPS: f64 = 290.0 / 60.0;

/// The domain of Bluesky's own servers, of which there are some hundreds.
const BLUESKY_OWN: &str = "bsky.network";
const MOST_OF_BLUESKY: usize = 1_000;

/// The largest page.
const PAGE: usize = 100;

/// In front of the cursors of these lists; those of the AppView don't begin with it.
const MARK: &str = "pds:";

/// The headers of a server's own limit: requests left, and when there are more.
const REMAINING: &str = "ratelimit-remaining";
const RESET: &str = "ratelimit-reset";

/// The service of a DID document that is the account's server.
const SERVICE: &str = "#atproto_pds";

/// Accounts whose server is remembered: some 6 MB. They seldom move, and who has moved is found by the AppView.
const REMEMBERED: usize = 50_000;

/// Bluesky documents 3,000 requests in five minutes for an address, and nothing for others; of the directory no limit is
/// known.
const POLICY: HostPolicy = HostPolicy {
    limits: |host| HostLimits {
        requests: match host {
            DIRECTORY => (290, Duration::from_secs(60)),
            _ if is_blueskys_own(host) => (2_900, Duration::from_secs(300)),
            _ => (290, Duration::from_secs(300)),
        },
        later_pages: None,
        burst: 10,
    },
    most_of: |domain| match domain {
        BLUESKY_OWN => MOST_OF_BLUESKY,
        _ => MOST_OF_A_DOMAIN,
    },
};

fn is_blueskys_own(host: &str) -> bool {
    host.strip_suffix(BLUESKY_OWN)
        .is_some_and(|rest| rest.ends_with('.'))
}

pub(super) struct Servers {
    http: Http,
    /// One server that stands for all of them, each at its own path.
    stand_in: Option<Url>,
    hosts: Hosts,
    homes: Mutex<BTreeMap<Box<str>, Box<str>>>,
}

/// The turn of a request: to the account's server, or to where its document is if the server is not known yet.
pub(super) struct ListTurn {
    turn: HostTurn,
    host: String,
    is_home: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DidDocument {
    service: Field<Items<Service>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Service {
    id: Field<String>,
    service_endpoint: Field<String>,
}

#[derive(Deserialize)]
struct RecordPage {
    records: Items<Record>,
    #[serde(default)]
    cursor: NextCursor,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Record {
    value: Field<Follow>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Follow {
    subject: Text,
}

/// Whether a list is read at the account's own server.
pub(super) fn is_of_servers(cursor: Option<&Cursor>) -> bool {
    cursor.is_some_and(|cursor| cursor.0.starts_with(MARK))
}

impl Servers {
    /// # Errors
    /// If the client can't be made, or the stand-in's address is none.
    pub(super) fn new(
        settings: &NetworkSettings,
        clock: &Arc<dyn Clock>,
        stand_in: &str,
    ) -> Result<Self, NetworkError> {
        let stand_in = match stand_in {
            "" => None,
            url => Some(Url::parse(url).map_err(|error| {
                NetworkError::Unexpected(format!("a stand-in of all servers: {error}"))
            })?),
        };
        let http = match stand_in {
            // The operator named it.
            Some(_) => Http::new(settings.timeout, clock.clone())?,
            None => Http::guarded(settings.timeout, clock.clone(), SsrfGuard::of_the_system())?,
        };
        Ok(Self {
            http,
            stand_in,
            hosts: Hosts::new(settings, clock.clone(), POLICY, true),
            homes: Mutex::default(),
        })
    }

    /// Waits until a request towards an account's list may be sent; to wait no longer costs nothing.
    pub(super) async fn turn(
        &self,
        id: &AccountId,
        by: Option<PersonId>,
    ) -> Result<ListTurn, NetworkError> {
        let home = self.homes().get(id.as_str()).map(|home| home.to_string());
        let is_home = home.is_some();
        let host = match home {
            Some(home) => home,
            None => directory_of(id).ok_or(NetworkError::NotFound)?,
        };
        let turn = self.hosts.turn(info(&host, id, by)).await?;
        Ok(ListTurn {
            turn,
            host,
            is_home,
        })
    }

    /// Returns a page of the accounts that one follows, and how many requests that took.
    pub(super) async fn page(
        &self,
        turn: ListTurn,
        id: &AccountId,
        cursor: Option<&Cursor>,
        by: Option<PersonId>,
    ) -> (Result<Page, NetworkError>, u64) {
        let (home, before) = match turn.is_home {
            true => (turn, 0),
            false => match self.home(turn, id, by).await {
                Ok(home) => (home, 1),
                Err(error) => {
                    let sent = u64::from(arrived(&error));
                    return (Err(error), sent);
                }
            },
        };
        let page = self.records(home, id, cursor, by).await;
        let sent = u64::from(page.as_ref().err().is_none_or(arrived));
        (page, before + sent)
    }

    /// Looks up an account's server, and waits for its turn.
    async fn home(
        &self,
        turn: ListTurn,
        id: &AccountId,
        by: Option<PersonId>,
    ) -> Result<ListTurn, NetworkError> {
        let path: &[&str] = match id.as_str().starts_with("did:web:") {
            true => &[".well-known", "did.json"],
            false => &[id.as_str()],
        };
        let url = self.url(&turn.host, path, &[])?;
        let request = async {
            let answer = self.http.fetch(url, &[]).await?;
            match answer.status {
                // A document is kept after an account is gone, so none was ever there.
                404 | 410 => Err(NetworkError::NotFound),
                _ if answer.is_success() => answer.parse::<DidDocument>(),
                _ => Err(answer.failure("")),
            }
        };
        let about = info(&turn.host, id, by);
        let document = self.hosts.send(turn.turn, about, request).await?;
        let home = home_in(document).ok_or(NetworkError::HostUnknown)?;
        self.remember(id, &home);
        Ok(ListTurn {
            turn: self.hosts.turn(info(&home, id, by)).await?,
            host: home,
            is_home: true,
        })
    }

    async fn records(
        &self,
        home: ListTurn,
        id: &AccountId,
        cursor: Option<&Cursor>,
        by: Option<PersonId>,
    ) -> Result<Page, NetworkError> {
        let limit = PAGE.to_string();
        let mut query = vec![
            ("repo", id.as_str()),
            ("collection", "app.bsky.graph.follow"),
            ("limit", &limit),
        ];
        let position = cursor.and_then(|cursor| cursor.0.strip_prefix(MARK));
        query.extend(position.map(|position| ("cursor", position)));
        let path = ["xrpc", "com.atproto.repo.listRecords"];
        let url = self.url(&home.host, &path, &query)?;
        let request = async {
            let answer = check(self.http.fetch(url, &[]).await?)?;
            let is_last = answer.number(REMAINING) == Some(0);
            let resets_at = answer.time(RESET).filter(|_| is_last);
            Ok((answer.parse::<RecordPage>()?, resets_at))
        };
        let about = info(&home.host, id, by);
        let page = self.hosts.send(home.turn, about, request).await;
        if let Ok((_, Some(resets_at))) = &page {
            self.hosts.rest(&home.host, *resets_at);
        }
        if matches!(&page, Err(error) if error.is_final()) {
            // It may have moved.
            self.homes().remove(id.as_str());
        }
        page.map(|(page, _)| page_of(page))
    }

    fn remember(&self, id: &AccountId, home: &str) {
        let mut homes = self.homes();
        if homes.len() >= REMEMBERED {
            // Any of them: those who are asked for again are looked up again.
            homes.pop_first();
        }
        homes.insert(id.as_str().into(), home.into());
    }

    fn url(&self, host: &str, path: &[&str], query: &[(&str, &str)]) -> Result<Url, NetworkError> {
        let mut url = match &self.stand_in {
            Some(url) => url.clone(),
            None => {
                Url::parse(&format!("https://{host}/")).map_err(|_| NetworkError::HostUnknown)?
            }
        };
        if let Ok(mut segments) = url.path_segments_mut() {
            let host = self.stand_in.as_ref().map(|_| host);
            segments.pop_if_empty().extend(host).extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    fn homes(&self) -> MutexGuard<'_, BTreeMap<Box<str>, Box<str>>> {
        self.homes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a request that failed like this has arrived.
fn arrived(error: &NetworkError) -> bool {
    !matches!(
        error,
        NetworkError::HostBusy { .. }
            | NetworkError::HostUnknown
            | NetworkError::HostLost
            | NetworkError::Unreachable(_)
            | NetworkError::NoFiles
    )
}

fn info<'a>(host: &'a str, id: &'a AccountId, by: Option<PersonId>) -> RequestInfo<'a> {
    RequestInfo {
        host,
        subject: id.as_str(),
        is_later_page: false,
        by,
    }
}

/// Returns the server that has an account's DID document.
fn directory_of(id: &AccountId) -> Option<String> {
    match id.as_str().strip_prefix("did:web:") {
        Some(domain) => is_public_name(domain).then(|| domain.to_owned()),
        None => id
            .as_str()
            .starts_with("did:plc:")
            .then(|| DIRECTORY.to_owned()),
    }
}

/// Returns the public name of the server that a document names.
fn home_in(document: DidDocument) -> Option<String> {
    let mut services = document.service.0?.items.into_iter();
    let service = services.find(|service| {
        let id = service.id.0.as_deref();
        id.is_some_and(|id| id.ends_with(SERVICE))
    })?;
    let url = Url::parse(&service.service_endpoint.0?).ok()?;
    let is_plain = url.scheme() == "https" && url.port().is_none() && url.path() == "/";
    let host = url.domain()?.to_owned();
    (is_plain && is_public_name(&host)).then_some(host)
}

fn page_of(page: RecordPage) -> Page {
    let count = page.records.items.len() as u64 + page.records.lost;
    let accounts = page.records.and_then(|record| {
        let did = record.value.0?.subject.0?;
        Some(Account {
            id: AccountId::new(did.as_str()),
            handle: Handle(did),
        })
    });
    let is_last = count < PAGE as u64;
    let next = page.cursor.cursor().filter(|_| !is_last);
    Page {
        accounts: accounts.items,
        lost: accounts.lost,
        broken_off: !is_last && next.is_none(),
        next: next.map(|Cursor(next)| Cursor(format!("{MARK}{next}"))),
        ..Page::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(json: serde_json::Value) -> Option<String> {
        home_in(serde_json::from_value(json).expect("a document"))
    }

    #[test]
    fn the_server_of_a_document_is_a_public_one_or_none() {
        let document = |endpoint: &str| {
            serde_json::json!({ "service": [null, {"id": "#labeler", "serviceEndpoint": "https://a.b"},
                { "id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": endpoint }] })
        };
        let plain = home(document("https://morel.us-east.host.bsky.network"));
        assert_eq!(plain.as_deref(), Some("morel.us-east.host.bsky.network"));
        for hostile in [
            "http://pds.example.com",
            "https://127.0.0.1",
            "https://localhost",
            "https://pds.example.com:8443",
            "https://pds.example.com/somewhere",
            "https://user@pds.internal",
            "nonsense",
        ] {
            assert_eq!(home(document(hostile)), None, "{hostile}");
        }
        assert_eq!(home(serde_json::json!({ "service": "x" })), None);
        assert_eq!(home(serde_json::json!({})), None);
    }

    #[test]
    fn a_page_of_fewer_records_is_the_last_and_an_odd_record_costs_itself() {
        let record = |number: usize| serde_json::json!({ "value": { "subject": format!("did:plc:{number}") } });
        let page = |records: Vec<serde_json::Value>| {
            let body = serde_json::json!({ "records": records, "cursor": "3l2" });
            page_of(serde_json::from_value(body).expect("a page"))
        };
        let whole = page((0..PAGE).map(record).collect());
        assert_eq!(whole.next, Some(Cursor("pds:3l2".to_owned())));
        assert_eq!(whole.accounts.len(), PAGE);
        let last = page(vec![
            record(1),
            serde_json::Value::Null,
            serde_json::json!({ "value": 3 }),
        ]);
        assert_eq!((last.next, last.accounts.len(), last.lost), (None, 1, 2));
    }

    #[test]
    fn only_blueskys_own_servers_have_its_limits() {
        let requests = |host| (POLICY.limits)(host).requests.0;
        assert_eq!(requests("morel.us-east.host.bsky.network"), 2_900);
        assert_eq!(requests("evilbsky.network"), 290);
        assert_eq!(requests("pds.example.com"), 290);
    }
}
