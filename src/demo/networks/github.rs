//! A fake of GitHub's GraphQL API: one address for everything, refusals that are HTTP 200 with some data, null in place
//! of deleted accounts, rate limits of two kinds, and queries that time out.

use axum::http::Method;
use axum::http::header::USER_AGENT;
use chrono::Utc;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::demo::networks::fake_state::{AccountState, FakeState, RateStatus};
use crate::demo::networks::pipeline::serve;
use crate::demo::networks::served::Served;
use crate::demo::networks::{
    ApiError, Endpoint, Fake, FakeKind, FakeResponse, HttpRequest, ParsedRequest,
};
use crate::demo::world::WorldAccount;

const LARGEST_PAGE: usize = 100;
const MOST_IDS: usize = 100;
const LONGEST_LOGIN: usize = 39;

/// One page in this many has null in place of an account that is being deleted.
const PAGES_WITH_NOBODY: u64 = 5;

/// Seconds that are left of the window when a limit is reached.
const UNTIL_RESET: i64 = 1;

/// The alphabet of an id.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub(super) const KIND: FakeKind = FakeKind {
    network: "github",
    api: "github",
    start: |world, options| Box::pin(serve(world, options, "", login, FakeGitHub)),
    make_handle: login,
};

/// Letters and digits with single hyphens between them; the first letter shows that case is kept.
fn login(account: &WorldAccount, number: Option<u64>) -> String {
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    let parts = account.handle.split(['.', '_']);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let mut name = parts.join("-");
    name.truncate(name.floor_char_boundary(LONGEST_LOGIN - number.len()));
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{}{number}", name.trim_end_matches('-'))
}

struct FakeGitHub(Served);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GraphQlRequest {
    query: String,
    operation_name: String,
    variables: Variables,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Variables {
    login: Option<String>,
    words: Option<String>,
    id: Option<String>,
    ids: Vec<String>,
    first: Option<usize>,
    after: Option<String>,
}

impl Fake for FakeGitHub {
    fn parse(&self, request: &HttpRequest<'_>, state: &FakeState) -> Result<ParsedRequest, String> {
        let stray = || format!("{} {}", request.method, request.uri.path());
        if request.method != Method::POST || request.uri.path() != "/graphql" {
            return Err(stray());
        }
        let asked: GraphQlRequest = serde_json::from_slice(request.body)
            .map_err(|error| format!("{}: {error}", stray()))?;
        let endpoint = endpoint(&asked).ok_or_else(|| format!("asks {}", asked.query))?;
        let header = |name: &str| request.headers.get(name)?.to_str().ok();
        let variables = asked.variables;
        let subject = match endpoint {
            Endpoint::Search => variables.login.unwrap_or_default(),
            Endpoint::ByName => variables.words.unwrap_or_default(),
            Endpoint::Profile => variables.ids.join(","),
            _ => variables.id.unwrap_or_default(),
        };
        let first = subject.split(',').next().unwrap_or_default();
        let index = match endpoint {
            Endpoint::Search => self.0.directory.find(first),
            Endpoint::ByName => None,
            _ => self.by_id(first),
        };
        let key = header("authorization").and_then(|key| key.strip_prefix("Bearer "));
        let mut parsed = ParsedRequest {
            endpoint,
            id: index.map(|index| self.0.world.account(index).id),
            subject,
            cursor: variables.after.unwrap_or_default(),
            start: 0,
            known_cursor: true,
            count: variables.first.unwrap_or(1),
            token: key.map(str::to_owned),
        };
        let ids = parsed.subject.split(',').count();
        if parsed.subject.is_empty() || ids > MOST_IDS || parsed.count > LARGEST_PAGE {
            state.add_violation(format!("{parsed}: beyond what may be asked at once"));
        }
        if asked.query.contains('"') {
            state.add_violation(format!("{parsed}: values in the query"));
        }
        if header(USER_AGENT.as_str()).is_none() || header("x-github-next-global-id").is_none() {
            state.add_violation(format!(
                "{parsed}: without the headers that everybody sends"
            ));
        }
        self.0.paging.locate(&mut parsed, state, |cursor| {
            cursor.strip_prefix("Y3Vyc29yOnYyOpHO")?.strip_suffix("==")
        });
        Ok(parsed)
    }

    fn answer(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<FakeResponse, ApiError> {
        let body = match parsed.endpoint {
            Endpoint::Search => {
                // A name that does not exist is no error.
                let index = self.0.directory.find(&parsed.subject);
                let owner = index.and_then(|index| self.account_node(index, state));
                json!({ "data": { "repositoryOwner": owner } })
            }
            Endpoint::Profile => self.profiles(parsed, state)?,
            Endpoint::ByName => self.found(parsed, state),
            _ => self.page(parsed, state)?,
        };
        Ok(FakeResponse::json(200, body.to_string()))
    }

    fn error_response(&self, error: ApiError) -> FakeResponse {
        let (kind, message) = match error {
            ApiError::NotFound | ApiError::Suspended | ApiError::Deactivated => (
                "NOT_FOUND",
                "Could not resolve to a node with the global id.",
            ),
            // What the API says of hidden lists is not documented.
            ApiError::Private => ("FORBIDDEN", "You do not have permission to view this."),
            ApiError::Malformed => (
                "ARGUMENT_LIMIT",
                "You may not provide more than 100 node ids.",
            ),
            ApiError::BadCursor => (
                "INVALID_CURSOR_ARGUMENTS",
                "`after` does not appear to be a valid cursor.",
            ),
            ApiError::Throttled => ("RATE_LIMITED", "API rate limit exceeded for user ID 1."),
            ApiError::BadToken => return older_form(401, "Bad credentials"),
            ApiError::NoSuchEndpoint => return older_form(404, "Not Found"),
            ApiError::Broken => {
                let message = "Something went wrong while executing your query. This may be the \
                               result of a timeout, or it could be a GitHub bug.";
                let body = json!({ "data": null, "errors": [{ "message": message }] });
                return FakeResponse::json(502, body.to_string());
            }
        };
        let errors = [json!({ "type": kind, "path": ["node"], "message": message })];
        let body = json!({ "data": { "node": null }, "errors": errors });
        FakeResponse::json(200, body.to_string())
    }

    /// The secondary rate limit.
    fn proxy_throttled(&self, status: u16) -> FakeResponse {
        let message = "You have exceeded a secondary rate limit. Please wait a few minutes before \
                       you try again.";
        let mut answer = match status {
            429 => older_form(429, message),
            _ => older_form(403, message),
        };
        answer
            .headers
            .push(("retry-after", UNTIL_RESET.to_string()));
        answer
    }

    fn rate_headers(&self, rate: &RateStatus) -> Vec<(&'static str, String)> {
        let RateStatus {
            limit, remaining, ..
        } = rate;
        let reset = Utc::now().timestamp() + UNTIL_RESET;
        vec![
            ("x-ratelimit-limit", limit.to_string()),
            ("x-ratelimit-remaining", remaining.to_string()),
            ("x-ratelimit-used", (limit - remaining).to_string()),
            ("x-ratelimit-reset", reset.to_string()),
            ("x-ratelimit-resource", "graphql".to_owned()),
        ]
    }
}

impl FakeGitHub {
    fn by_id(&self, id: &str) -> Option<u32> {
        self.0.world.by_id(number_of(id)?)
    }

    fn is_gone(&self, index: u32, state: &FakeState) -> bool {
        let account = self.0.world.account(index);
        let account_states = state.account_states();
        matches!(
            account_states.get(&account.id),
            Some(AccountState::Removed | AccountState::Suspended)
        )
    }

    fn account_node(&self, index: u32, state: &FakeState) -> Option<Value> {
        let account = self.0.world.account(index);
        (!self.is_gone(index, state)).then(|| {
            json!({
                "__typename": "User",
                "id": id_of(account.id),
                "login": self.0.directory.handle(index),
                "avatarUrl": state.picture(account),
                "name": account.name,
                "bio": Some(&account.bio).filter(|bio| !bio.is_empty()),
                "followers": { "totalCount": self.0.world.followers(index).len() },
                "following": { "totalCount": self.0.world.following(index).len() },
            })
        })
    }

    /// The qualifiers of the search are not among its words.
    fn found(&self, parsed: &ParsedRequest, state: &FakeState) -> Value {
        let words = parsed.subject.split(' ').filter(|word| !word.contains(':'));
        let words = words.collect::<Vec<&str>>().join(" ");
        let found = self.0.directory.search(&words).into_iter();
        let nodes = found.filter_map(|index| self.account_node(index, state));
        let nodes: Vec<Value> = nodes.take(parsed.count).collect();
        json!({ "data": { "search": { "nodes": nodes } } })
    }

    fn profiles(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<Value, ApiError> {
        let ids: Vec<&str> = parsed.subject.split(',').collect();
        if ids.len() > MOST_IDS {
            return Err(ApiError::Malformed);
        }
        let facts = ids
            .iter()
            .map(|id| self.account_node(self.by_id(id)?, state));
        let nodes: Vec<Option<Value>> = facts.collect();
        let missing = nodes.iter().zip(&ids).enumerate();
        let errors: Vec<Value> = missing
            .filter(|(_, (node, _))| node.is_none())
            .map(|(place, (_, id))| {
                let message = format!("Could not resolve to a node with the global id of '{id}'.");
                json!({ "type": "NOT_FOUND", "path": ["nodes", place], "message": message })
            })
            .collect();
        let mut body = json!({ "data": { "nodes": nodes } });
        if !errors.is_empty() {
            body["errors"] = json!(errors);
        }
        Ok(body)
    }

    fn page(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<Value, ApiError> {
        let found = self.by_id(&parsed.subject);
        let index = found.filter(|index| !self.is_gone(*index, state));
        let index = index.ok_or(ApiError::NotFound)?;
        let account = self.0.world.account(index);
        if account.private || state.account_states().contains_key(&account.id) {
            return Err(ApiError::Private);
        }
        let page = self.0.paging.page(parsed, index, state)?;
        let named = page.accounts.iter().map(|index| {
            let id = id_of(self.0.world.account(*index).id);
            json!({ "id": id, "login": self.0.directory.handle(*index) })
        });
        let mut nodes: Vec<Value> = named.collect();
        if page.number.is_multiple_of(PAGES_WITH_NOBODY) {
            nodes.insert(nodes.len() / 2, Value::Null);
        }
        let list = match parsed.endpoint {
            Endpoint::Following => "following",
            _ => "followers",
        };
        let end = page.next.as_deref().unwrap_or("0");
        let page_info = json!({
            "hasNextPage": page.next.is_some(),
            // The end of the last page has a cursor too.
            "endCursor": (!nodes.is_empty()).then(|| format!("Y3Vyc29yOnYyOpHO{end}==")),
        });
        let list = json!({ list: { "nodes": nodes, "pageInfo": page_info } });
        Ok(json!({ "data": { "node": list } }))
    }
}

/// Returns what the named operation of the query asks for.
fn endpoint(asked: &GraphQlRequest) -> Option<Endpoint> {
    let name = format!("query {}(", asked.operation_name);
    let (_, query) = asked.query.split_once(&name)?;
    let query = query.split("\n}").next()?;
    let asks = [
        ("repositoryOwner(login: $login)", Endpoint::Search),
        ("nodes(ids: $ids)", Endpoint::Profile),
        (
            "search(type: USER, query: $words, first: $first)",
            Endpoint::ByName,
        ),
        (
            "followers(first: $first, after: $after)",
            Endpoint::Followers,
        ),
        (
            "following(first: $first, after: $after)",
            Endpoint::Following,
        ),
    ];
    let mut asks = asks.into_iter();
    asks.find(|(field, _)| query.contains(field))
        .map(|(_, endpoint)| endpoint)
}

/// Returns an error in the form of the REST API, which proxies still use.
fn older_form(status: u16, message: &str) -> FakeResponse {
    let documentation = "https://docs.github.com/graphql";
    let body = json!({
        "message": message, "documentation_url": documentation, "status": status.to_string()
    });
    FakeResponse::json(status, body.to_string())
}

fn id_of(number: u64) -> String {
    let letters = (0..11).map(|place| number >> (place * 6));
    let letters = letters.map(|number| char::from(LETTERS[number as usize % LETTERS.len()]));
    format!("U_kgDP{}", letters.collect::<String>())
}

fn number_of(id: &str) -> Option<u64> {
    let mut number = 0;
    for letter in id.strip_prefix("U_kgDP")?.bytes().rev() {
        let digit = LETTERS.iter().position(|known| *known == letter)? as u64;
        number = number << 6 | digit;
    }
    Some(number)
}
