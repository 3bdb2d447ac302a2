//! A fake of X's API v2: look-ups of missing accounts that are HTTP 200, fields that have to be requested, empty lists
//! without data, and a count with two names.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::http::Method;
use chrono::Utc;
use serde_json::{Value, json};

use crate::demo::networks::fake_state::{AccountState, FakeState, RateStatus};
use crate::demo::networks::pipeline::serve;
use crate::demo::networks::served::Served;
use crate::demo::networks::{
    ApiError, Endpoint, Fake, FakeKind, FakeResponse, HttpRequest, ParsedRequest,
};
use crate::demo::pseudorandom;
use crate::demo::world::WorldAccount;

const LARGEST_PAGE: usize = 1_000;
const DEFAULT_PAGE: usize = 100;
const MOST_IDS: usize = 100;
const LONGEST_NAME: usize = 15;

/// Fields that the client needs, and that are only returned on request.
const NEEDED: [&str; 2] = ["protected", "public_metrics"];

/// One account in this many has a capital letter in its handle.
const CAPITALS: u64 = 3;

/// Seconds that are left of the window when a limit is reached.
const UNTIL_RESET: i64 = 1;

pub(super) const KIND: FakeKind = FakeKind {
    network: "x",
    api: "v2",
    start: |world, options| Box::pin(serve(world, options, "", username, FakeX)),
    make_handle: username,
};

fn username(account: &WorldAccount, number: Option<u64>) -> String {
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    let mut name = account
        .handle
        .replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    name.truncate(LONGEST_NAME - number.len());
    if account.id.is_multiple_of(CAPITALS)
        && let Some(first) = name.get_mut(..1)
    {
        first.make_ascii_uppercase();
    }
    format!("{name}{number}")
}

struct FakeX(Served);

impl Fake for FakeX {
    fn parse(&self, request: &HttpRequest<'_>, state: &FakeState) -> Result<ParsedRequest, String> {
        let uri = request.uri;
        let stray = || format!("{} {}", request.method, uri.path());
        if request.method != Method::GET {
            return Err(stray());
        }
        let parameters = Query::<BTreeMap<String, String>>::try_from_uri(uri)
            .map_err(|error| format!("{}: {error}", uri.path()))?;
        let value = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        let path: Vec<&str> = uri.path().split('/').skip(1).collect();
        let (endpoint, subject) = match path.as_slice() {
            ["2", "users", "by", "username", name] => (Endpoint::Search, (*name).to_owned()),
            ["2", "users"] => (Endpoint::Profile, value("ids")),
            ["2", "users", id, "followers"] => (Endpoint::Followers, (*id).to_owned()),
            ["2", "users", id, "following"] => (Endpoint::Following, (*id).to_owned()),
            _ => return Err(stray()),
        };
        let first = subject.split(',').next().unwrap_or_default();
        let index = match endpoint {
            Endpoint::Search => self.0.directory.find(first),
            _ => self.by_id(first),
        };
        let key = request.headers.get("authorization");
        let key = key.and_then(|key| key.to_str().ok()?.strip_prefix("Bearer "));
        let mut parsed = ParsedRequest {
            endpoint,
            id: index.map(|index| self.0.world.account(index).id),
            subject,
            cursor: value("pagination_token"),
            start: 0,
            known_cursor: true,
            count: value("max_results").parse().unwrap_or(DEFAULT_PAGE),
            token: key.map(str::to_owned),
        };
        if is_too_much(&parsed) {
            state.add_violation(format!("{parsed}: beyond what may be asked at once"));
        }
        let fields = value("user.fields");
        let asks_for = |name: &str| fields.split(',').any(|field| field == name);
        if !NEEDED.into_iter().all(asks_for) {
            state.add_violation(format!("{parsed}: asks only for {fields}"));
        }
        self.0
            .paging
            .locate(&mut parsed, state, |cursor| cursor.strip_prefix("7140"));
        Ok(parsed)
    }

    fn answer(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<FakeResponse, ApiError> {
        if is_too_much(parsed) {
            return Err(ApiError::Malformed);
        }
        let about = match parsed.endpoint {
            Endpoint::Profile => Ok(self.users(parsed, state)),
            Endpoint::Search => {
                let index = self.0.directory.find(&parsed.subject);
                let index = self.existing(index, state);
                index.map(|index| json!({ "data": self.user(index, parsed, state) }))
            }
            _ => self.page(parsed, state),
        };
        let body = match about {
            Err(error @ (ApiError::NotFound | ApiError::Suspended | ApiError::Private)) => {
                let parameter = match parsed.endpoint {
                    Endpoint::Search => "username",
                    _ => "id",
                };
                json!({ "errors": [missing(error, parameter, &parsed.subject)] })
            }
            about => about?,
        };
        Ok(FakeResponse::json(200, body.to_string()))
    }

    fn error_response(&self, error: ApiError) -> FakeResponse {
        match error {
            // Those about an account are told in the body of a success.
            ApiError::NotFound
            | ApiError::Suspended
            | ApiError::Deactivated
            | ApiError::Private => generic(404, "Not Found"),
            ApiError::Malformed => invalid("ids"),
            ApiError::BadCursor => invalid("pagination_token"),
            ApiError::BadToken => generic(401, "Unauthorized"),
            ApiError::Throttled => generic(429, "Too Many Requests"),
            ApiError::Broken => generic(503, "Service Unavailable"),
            ApiError::NoSuchEndpoint => generic(404, "Not Found"),
        }
    }

    fn proxy_throttled(&self, status: u16) -> FakeResponse {
        FakeResponse::page(status)
    }

    fn rate_headers(&self, rate: &RateStatus) -> Vec<(&'static str, String)> {
        let reset = Utc::now().timestamp() + UNTIL_RESET;
        vec![
            ("x-rate-limit-limit", rate.limit.to_string()),
            ("x-rate-limit-remaining", rate.remaining.to_string()),
            ("x-rate-limit-reset", reset.to_string()),
        ]
    }
}

impl FakeX {
    fn by_id(&self, id: &str) -> Option<u32> {
        self.0.world.by_id(id.parse().ok()?)
    }

    /// Returns the account, if it is not gone.
    fn existing(&self, index: Option<u32>, state: &FakeState) -> Result<u32, ApiError> {
        let index = index.ok_or(ApiError::NotFound)?;
        match state.account_states().get(&self.0.world.account(index).id) {
            Some(AccountState::Removed) => Err(ApiError::NotFound),
            Some(AccountState::Suspended) => Err(ApiError::Suspended),
            Some(AccountState::Hidden) | None => Ok(index),
        }
    }

    /// Returns those that are available, and why the others are not.
    fn users(&self, parsed: &ParsedRequest, state: &FakeState) -> Value {
        let (mut data, mut errors) = (Vec::new(), Vec::new());
        for id in parsed.subject.split(',') {
            match self.existing(self.by_id(id), state) {
                Ok(index) => data.push(self.user(index, parsed, state)),
                Err(error) => errors.push(missing(error, "ids", id)),
            }
        }
        let parts = [("data", data), ("errors", errors)];
        parts
            .into_iter()
            .filter(|(_, items)| !items.is_empty())
            .collect()
    }

    fn page(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<Value, ApiError> {
        let index = self.existing(self.by_id(&parsed.subject), state)?;
        if self.is_protected(index, state) {
            return Err(ApiError::Private);
        }
        let page = self.0.paging.page(parsed, index, state)?;
        let accounts = page.accounts.iter();
        let data: Vec<Value> = accounts
            .map(|index| self.user(*index, parsed, state))
            .collect();
        let mut body = json!({ "meta": { "result_count": data.len() } });
        if !data.is_empty() {
            body["data"] = json!(data);
        }
        if let Some(next) = page.next {
            body["meta"]["next_token"] = json!(format!("7140{next}"));
        }
        if parsed.start > 0 {
            body["meta"]["previous_token"] = json!("77qp89slxjdz");
        }
        Ok(body)
    }

    fn user(&self, index: u32, parsed: &ParsedRequest, state: &FakeState) -> Value {
        let account = self.0.world.account(index);
        let posts = pseudorandom::mix(&[account.id]) % 2_000;
        let mut user = json!({
            "id": account.id.to_string(),
            "name": account.name,
            "username": self.0.directory.handle(index),
            "protected": self.is_protected(index, state),
            "profile_image_url": state.picture(account),
            "public_metrics": {
                "followers_count": self.0.world.followers(index).len(),
                "following_count": self.0.world.following(index).len(),
                "post_count": posts,
                "tweet_count": posts,
                "listed_count": 0,
                "like_count": 0,
                "media_count": 0,
            },
        });
        if matches!(parsed.endpoint, Endpoint::Search | Endpoint::Profile) {
            user["description"] = json!(account.bio);
        }
        user
    }

    fn is_protected(&self, index: u32, state: &FakeState) -> bool {
        let account = self.0.world.account(index);
        account.private || state.account_states().get(&account.id) == Some(&AccountState::Hidden)
    }
}

fn is_too_much(parsed: &ParsedRequest) -> bool {
    let ids = parsed.subject.split(',').count();
    !(1..=LARGEST_PAGE).contains(&parsed.count) || ids > MOST_IDS || parsed.subject.is_empty()
}

/// Why an account is missing, as one of several errors.
fn missing(error: ApiError, parameter: &str, value: &str) -> Value {
    let (title, detail, kind) = match error {
        ApiError::Suspended => (
            "Forbidden",
            format!("User has been suspended: [{value}]."),
            "https://api.x.com/2/problems/resource-not-found",
        ),
        ApiError::Private => (
            "Authorization Error",
            format!("Sorry, you are not authorized to see the user with {parameter}: [{value}]."),
            "https://api.x.com/2/problems/not-authorized-for-resource",
        ),
        _ => (
            "Not Found Error",
            format!("Could not find user with {parameter}: [{value}]."),
            "https://api.x.com/2/problems/resource-not-found",
        ),
    };
    json!({
        "value": value, "detail": detail, "title": title, "resource_type": "user",
        "parameter": parameter, "resource_id": value, "type": kind,
    })
}

fn invalid(parameter: &str) -> FakeResponse {
    let message = format!("The `{parameter}` query parameter value [0] is not valid");
    let body = json!({
        "errors": [{ "parameters": { parameter: ["0"] }, "message": message }],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": "https://api.x.com/2/problems/invalid-request",
    });
    FakeResponse::json(400, body.to_string())
}

fn generic(status: u16, title: &str) -> FakeResponse {
    let body = json!({ "title": title, "detail": title, "type": "about:blank", "status": status });
    FakeResponse::json(status, body.to_string())
}
