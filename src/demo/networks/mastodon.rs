//! A fake of three Mastodon servers and two more domains, each under its own path: accounts that only their home server
//! knows completely, numbers that are valid on one server alone, hidden lists that are just empty, an empty page at the
//! end of some lists, and stale counts for other servers' accounts.

use axum::extract::Query;
use axum::http::Method;
use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::demo::networks::fake_state::{AccountState, FakeState, RateStatus};
use crate::demo::networks::pipeline::serve;
use crate::demo::networks::served::Served;
use crate::demo::networks::{
    ApiError, Endpoint, Fake, FakeKind, FakeResponse, HttpRequest, ParsedRequest, dates,
};
use crate::demo::pseudorandom;
use crate::demo::world::WorldAccount;

const LARGEST_PAGE: usize = 80;
const DEFAULT_PAGE: usize = 40;

/// The home servers.
const SERVERS: [&str; 3] = ["toot.example", "kiln.example", SPLIT_SERVER];

/// Serves handles of another domain, which names it in its WebFinger response ...
const SPLIT_SERVER: &str = "social.dough.example";
const SPLIT_DOMAIN: &str = "dough.example";

/// ... and handles of one that redirects to it.
const SENDING_DOMAIN: &str = "bread.example";

/// Of the accounts that hide their lists, one in this many is on a server that does not say so.
const UNSAID: u64 = 3;

/// How soon a window starts again.
const RESET: TimeDelta = TimeDelta::seconds(1);

pub(super) const KIND: FakeKind = FakeKind {
    network: "mastodon",
    api: "mastodon",
    start: |world, options| Box::pin(serve(world, options, "", handle, FakeMastodon)),
    make_handle: handle,
};

fn handle(account: &WorldAccount, number: Option<u64>) -> String {
    let name = account.handle.to_lowercase().replace('.', "_");
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    format!("{name}{number}@{}", home(account))
}

fn home(account: &WorldAccount) -> &'static str {
    SERVERS[account.id as usize % SERVERS.len()]
}

struct FakeMastodon(Served);

impl Fake for FakeMastodon {
    fn parse(&self, request: &HttpRequest<'_>, state: &FakeState) -> Result<ParsedRequest, String> {
        let uri = request.uri;
        let stray = || format!("{} {}", request.method, uri.path());
        if request.method != Method::GET {
            return Err(stray());
        }
        let mut parts: Vec<&str> = uri.path().split('/').skip(1).collect();
        // Other clients ask servers at the root of an address.
        if matches!(parts.first(), Some(&("api" | ".well-known"))) {
            parts.insert(0, SERVERS[0]);
        }
        let (host, endpoint, number) = match parts.as_slice() {
            [host, ".well-known", "webfinger"] => (host, Endpoint::Search, None),
            [host, "api", "v1", "accounts", "lookup"] => (host, Endpoint::Profile, None),
            [host, "api", "v1", "accounts", number, "followers"] => {
                (host, Endpoint::Followers, Some(number))
            }
            [host, "api", "v1", "accounts", number, "following"] => {
                (host, Endpoint::Following, Some(number))
            }
            _ => return Err(stray()),
        };
        let parameters = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|error| format!("{}: {error}", uri.path()))?;
        let value = |wanted: &str| {
            let mut found = parameters.iter().filter(|(name, _)| name == wanted);
            found.next().map(|(_, value)| value.clone())
        };
        let subject = match endpoint {
            Endpoint::Search => value("resource").unwrap_or_default(),
            Endpoint::Profile => value("acct").unwrap_or_default(),
            _ => number
                .map(|number| (*number).to_owned())
                .unwrap_or_default(),
        };
        let mut parsed = ParsedRequest {
            endpoint,
            subject: format!("{host}/{subject}"),
            id: None,
            cursor: String::new(),
            start: 0,
            known_cursor: true,
            count: DEFAULT_PAGE,
            token: None,
        };
        let index = self.find(&parsed);
        parsed.id = index.map(|index| self.0.world.account(index).id);
        if let Some(limit) = value("limit").and_then(|limit| limit.parse().ok()) {
            parsed.count = LARGEST_PAGE.min(limit);
            if limit > LARGEST_PAGE {
                state.add_violation(format!("{parsed}: limit={limit}"));
            }
        }
        if let Some(max_id) = value("max_id") {
            let place = max_id.parse().ok().map(cursor_of);
            let start = place.and_then(|place| self.0.paging.position_of(&parsed, &place));
            parsed.known_cursor = start.is_some();
            parsed.start = start.unwrap_or_default();
            parsed.cursor = max_id;
        }
        if !parsed.known_cursor {
            state.add_violation(format!("{parsed}: no place of this list"));
        }
        if index.is_some_and(|index| number.is_some() && home(self.0.world.account(index)) != *host)
        {
            state.add_violation(format!("{parsed}: not asked at home"));
        }
        Ok(parsed)
    }

    fn needs_key(&self) -> bool {
        false
    }

    /// A list begins with a look-up, even if the account was looked up before.
    fn is_asked_once(&self, parsed: &ParsedRequest) -> bool {
        parsed.endpoint != Endpoint::Profile
    }

    fn answer(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<FakeResponse, ApiError> {
        let (host, subject) = split(parsed);
        if parsed.endpoint == Endpoint::Search {
            return Ok(self.webfinger(parsed, state, host, subject));
        }
        if !SERVERS.contains(&host) {
            return Ok(FakeResponse::page(404));
        }
        let index = self.find(parsed).ok_or(ApiError::NotFound)?;
        let account = self.0.world.account(index);
        if state.account_states().get(&account.id) == Some(&AccountState::Removed) {
            return Err(ApiError::NotFound);
        }
        match parsed.endpoint {
            Endpoint::Profile => {
                let entity = self.entity(index, host, state);
                Ok(FakeResponse::json(200, entity.to_string()))
            }
            _ => self.page(parsed, index, host, state),
        }
    }

    fn error_response(&self, error: ApiError) -> FakeResponse {
        let (status, words) = match error {
            ApiError::NotFound | ApiError::NoSuchEndpoint => (404, "Record not found"),
            ApiError::Private | ApiError::Deactivated => (403, "This action is not allowed"),
            ApiError::Suspended => (410, "Gone"),
            ApiError::Malformed | ApiError::BadCursor => (422, "Validation failed"),
            ApiError::BadToken => (401, "This method requires an authenticated user"),
            ApiError::Throttled => (429, "Too many requests"),
            ApiError::Broken => (500, "Something went wrong on our end"),
        };
        FakeResponse::json(status, json!({ "error": words }).to_string())
    }

    fn proxy_throttled(&self, status: u16) -> FakeResponse {
        FakeResponse::page(status)
    }

    fn rate_headers(&self, rate: &RateStatus) -> Vec<(&'static str, String)> {
        let reset = (Utc::now() + RESET).to_rfc3339_opts(SecondsFormat::Micros, true);
        vec![
            ("x-ratelimit-limit", rate.limit.to_string()),
            ("x-ratelimit-remaining", rate.remaining.to_string()),
            ("x-ratelimit-reset", reset),
        ]
    }
}

impl FakeMastodon {
    /// Finds the account by its handle, or by the number that the server has given it.
    fn find(&self, parsed: &ParsedRequest) -> Option<u32> {
        let (host, subject) = split(parsed);
        match parsed.endpoint {
            Endpoint::Search => {
                let name = subject.strip_prefix("acct:")?;
                let user = name.strip_suffix(host)?.strip_suffix('@')?;
                let server = match host {
                    SPLIT_DOMAIN | SENDING_DOMAIN => SPLIT_SERVER,
                    server => server,
                };
                self.0.directory.find(&format!("{user}@{server}"))
            }
            Endpoint::Profile => self.0.directory.find(&format!("{subject}@{host}")),
            _ => self.0.world.by_id(account_of(subject, host)?),
        }
    }

    fn webfinger(
        &self,
        parsed: &ParsedRequest,
        state: &FakeState,
        host: &str,
        resource: &str,
    ) -> FakeResponse {
        if host == SENDING_DOMAIN {
            let mut answer = FakeResponse::page(301);
            let place = format!("https://{SPLIT_SERVER}/.well-known/webfinger?resource={resource}");
            answer.headers.push(("location", place));
            return answer;
        }
        if host != SPLIT_DOMAIN && !SERVERS.contains(&host) {
            // Any other website.
            return FakeResponse::page(404);
        }
        let fate = parsed
            .id
            .and_then(|id| state.account_states().get(&id).copied());
        let Some(index) = self
            .find(parsed)
            .filter(|_| fate != Some(AccountState::Removed))
        else {
            return FakeResponse::json(404, String::new());
        };
        if fate == Some(AccountState::Suspended) {
            return FakeResponse::json(410, String::new());
        }
        let (user, server) = self.name(index);
        let body = json!({
            "subject": resource,
            "aliases": [format!("https://{server}/@{user}")],
            "links": [
                { "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": format!("https://{server}/@{user}") },
                { "rel": "self", "type": "application/activity+json", "href": format!("https://{server}/users/{user}") },
                { "rel": "http://ostatus.org/schema/1.0/subscribe", "template": format!("https://{server}/authorize_interaction?uri={{uri}}") },
            ],
        });
        FakeResponse {
            kind: "application/jrd+json; charset=utf-8",
            ..FakeResponse::json(200, body.to_string())
        }
    }

    fn page(
        &self,
        parsed: &ParsedRequest,
        index: u32,
        host: &str,
        state: &FakeState,
    ) -> Result<FakeResponse, ApiError> {
        let account = self.0.world.account(index);
        let is_suspended =
            state.account_states().get(&account.id) == Some(&AccountState::Suspended);
        if hides_lists(account, state) || is_suspended {
            return Ok(FakeResponse::json(200, "[]".into()));
        }
        let page = self.0.paging.page(parsed, index, state)?;
        // Whether more follow is only known if a page is not full.
        let is_full = page.accounts.len() == parsed.count;
        let behind = || self.0.paging.cursor(parsed, parsed.start + parsed.count);
        let next = page.next.or_else(|| is_full.then(behind));
        let accounts = page.accounts.iter();
        let accounts: Vec<Value> = accounts
            .map(|index| self.entity(*index, host, state))
            .collect();
        let mut answer = FakeResponse::json(200, Value::from(accounts).to_string());
        let (_, number) = split(parsed);
        let list = match parsed.endpoint {
            Endpoint::Following => "following",
            _ => "followers",
        };
        let path = format!("https://{host}/api/v1/accounts/{number}/{list}?limit={LARGEST_PAGE}");
        let mut links = vec![format!("<{path}&since_id={}>; rel=\"prev\"", page.number)];
        if let Some(next) = next {
            links.insert(
                0,
                format!("<{path}&max_id={}>; rel=\"next\"", max_id_of(&next)),
            );
        }
        answer.headers.push(("link", links.join(", ")));
        Ok(answer)
    }

    /// Returns an account as a server shows it.
    fn entity(&self, index: u32, host: &str, state: &FakeState) -> Value {
        let account = self.0.world.account(index);
        let (user, server) = self.name(index);
        let domain = match server {
            SPLIT_SERVER => SPLIT_DOMAIN,
            server => server,
        };
        let (acct, known) = match server == host {
            true => (user.to_owned(), 1),
            // Of other servers' accounts a server knows only part.
            false => (format!("{user}@{domain}"), 2),
        };
        let avatar = format!("https://files.{server}/{}.png", account.id);
        let header = format!("https://{server}/headers/original/missing.png");
        // The day, without a time.
        let joined = format!("{}T00:00:00.000Z", dates::joined(account.id).date_naive());
        let mut entity = json!({
            "id": number_of(account.id, host),
            "username": user,
            "acct": acct,
            "display_name": account.name,
            "locked": account.private,
            "bot": false,
            "discoverable": null,
            "indexable": false,
            "group": false,
            "created_at": joined,
            "note": paragraph(&account.bio),
            "url": format!("https://{server}/@{user}"),
            "uri": format!("https://{server}/users/{user}"),
            "avatar": avatar,
            "avatar_static": avatar,
            "header": header,
            "header_static": header,
            "followers_count": self.0.world.followers(index).len() / known,
            "following_count": self.0.world.following(index).len() / known,
            "statuses_count": pseudorandom::mix(&[account.id]) % 2_000,
            "last_status_at": dates::last_wrote(account.id).date_naive(),
            "emojis": [],
            "roles": [],
            "feature_approval": { "automatic": [], "manual": [], "current_user": "denied" },
            "fields": [],
        });
        if hides_lists(account, state) && !account.id.is_multiple_of(UNSAID) {
            entity["hide_collections"] = json!(true);
        }
        if state.account_states().get(&account.id) == Some(&AccountState::Suspended) {
            entity["suspended"] = json!(true);
            entity["followers_count"] = json!(0);
            entity["following_count"] = json!(0);
        }
        entity
    }

    /// Returns an account's name and its server.
    fn name(&self, index: u32) -> (&str, &'static str) {
        let handle = self.0.directory.handle(index);
        let user = handle.split('@').next().unwrap_or_default();
        (user, home(self.0.world.account(index)))
    }
}

/// Returns the server that is asked, and the account it is asked about.
fn split(parsed: &ParsedRequest) -> (&str, &str) {
    parsed.subject.split_once('/').unwrap_or_default()
}

fn hides_lists(account: &WorldAccount, state: &FakeState) -> bool {
    account.private || state.account_states().get(&account.id) == Some(&AccountState::Hidden)
}

fn paragraph(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    match text.is_empty() {
        true => text,
        false => format!("<p>{}</p>", text.replace('\n', "<br />")),
    }
}

/// A server's own number of an account, which the other servers don't know.
fn number_of(id: u64, host: &str) -> String {
    let server = SERVERS.iter().position(|server| *server == host);
    (id * SERVERS.len() as u64 + server.unwrap_or_default() as u64).to_string()
}

fn account_of(number: &str, host: &str) -> Option<u64> {
    let id = number.parse::<u64>().ok()? / SERVERS.len() as u64;
    (number_of(id, host) == number).then_some(id)
}

/// Servers' cursors have digits only.
fn max_id_of(cursor: &str) -> u64 {
    u64::from_str_radix(cursor, 16).unwrap_or_default()
}

fn cursor_of(max_id: u64) -> String {
    format!("{:08X}{:08x}", max_id >> 32, max_id & u64::from(u32::MAX))
}
