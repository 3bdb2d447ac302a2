//! A fake of Instagram's API v1 as it was until 2018: string ids, enveloped responses, cursors that end in two ways,
//! and three kinds of error under one status.

use std::fmt::Write as _;

use axum::extract::Query;
use axum::http::Method;
use serde::Serialize;

use crate::demo::networks::fake_state::{AccountState, FakeState, RateStatus};
use crate::demo::networks::pipeline::serve;
use crate::demo::networks::served::{Served, same_handle};
use crate::demo::networks::{
    ApiError, Endpoint, Fake, FakeKind, FakeResponse, HttpRequest, ParsedRequest,
};
use crate::demo::pseudorandom;
use crate::demo::world::WorldAccount;

const LARGEST_PAGE: usize = 100;
const DEFAULT_PAGE: usize = 50;
/// Similar handles that a search returns besides the exact one.
const SIMILAR_HANDLES: usize = 9;

const RATE_ERROR: &str = "OAuthRateLimitException";
const RATE_MESSAGE: &str = "The maximum number of requests per hour has been exceeded.";

pub(super) const KIND: FakeKind = FakeKind {
    network: "instagram",
    api: "v1",
    start: |world, options| {
        let token = percent_encoded(&options.token);
        Box::pin(serve(world, options, "/v1", same_handle, |served| {
            FakeInstagram { served, token }
        }))
    },
    make_handle: same_handle,
};

struct FakeInstagram {
    served: Served,
    token: String,
}

#[derive(Serialize)]
struct Envelope<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination: Option<Pagination>,
    meta: Meta,
    data: T,
}

/// If empty, the list ends here.
#[derive(Default, Serialize)]
struct Pagination {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct Meta {
    code: u16,
}

#[derive(Serialize)]
struct ListedUser<'a> {
    id: String,
    username: &'a str,
    full_name: &'a str,
    profile_picture: String,
}

#[derive(Serialize)]
struct UserProfile<'a> {
    #[serde(flatten)]
    listed: ListedUser<'a>,
    bio: &'a str,
    website: &'a str,
    is_business: bool,
    counts: UserCounts,
}

#[derive(Serialize)]
struct UserCounts {
    media: u64,
    follows: usize,
    followed_by: usize,
}

impl Fake for FakeInstagram {
    fn parse(&self, request: &HttpRequest<'_>, state: &FakeState) -> Result<ParsedRequest, String> {
        let uri = request.uri;
        if request.method != Method::GET {
            return Err(format!("{} {}", request.method, uri.path()));
        }
        let stray = || format!("no such path: {}", uri.path());
        let path = uri.path().strip_prefix("/v1/users/").ok_or_else(stray)?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let path = path.strip_suffix(".json").unwrap_or(path);
        let (endpoint, subject) = match path.split_once('/') {
            None if path == "search" => (Endpoint::Search, ""),
            None if !path.is_empty() => (Endpoint::Profile, path),
            Some((id, "followed-by")) => (Endpoint::Followers, id),
            Some((id, "follows")) => (Endpoint::Following, id),
            _ => return Err(stray()),
        };
        let parameters = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|error| format!("{}: {error}", uri.path()))?;
        let value = |wanted: &str| {
            let found = parameters.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone())
        };
        let mut parsed = ParsedRequest {
            endpoint,
            subject: subject.to_owned(),
            id: subject.parse().ok(),
            cursor: String::new(),
            start: 0,
            known_cursor: true,
            count: 1,
            token: value("access_token"),
        };
        if endpoint == Endpoint::Search {
            parsed.subject = value("q").unwrap_or_default();
            if parsed.subject.is_empty() {
                state.add_violation("search without q=".to_owned());
            }
            let found = self.served.world.by_handle(&parsed.subject);
            parsed.id = found.map(|index| self.served.world.account(index).id);
        }
        if endpoint != Endpoint::Profile {
            parsed.count = page_size(&parsed, value("count"), state);
        }
        parsed.cursor = value("cursor").unwrap_or_default();
        self.served.paging.locate(&mut parsed, state, |cursor| {
            cursor.strip_prefix("AQ")?.strip_suffix("==")
        });
        Ok(parsed)
    }

    fn answer(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<FakeResponse, ApiError> {
        if parsed.endpoint == Endpoint::Search {
            return Ok(self.found(parsed, state));
        }
        let index = parsed.id.and_then(|id| self.served.world.by_id(id));
        let index = index.ok_or(ApiError::NotFound)?;
        let account = self.served.world.account(index);
        match state.account_states().get(&account.id) {
            Some(AccountState::Removed | AccountState::Suspended) => {
                return Err(ApiError::NotFound);
            }
            Some(AccountState::Hidden) => return Err(ApiError::Private),
            None if account.private => return Err(ApiError::Private),
            None => {}
        }
        match parsed.endpoint {
            Endpoint::Followers | Endpoint::Following => self.page(parsed, index, state),
            _ => Ok(self.profile(index, state)),
        }
    }

    fn error_response(&self, error: ApiError) -> FakeResponse {
        let (status, error_type, message) = match error {
            ApiError::NotFound | ApiError::Suspended | ApiError::Deactivated => {
                (400, "APINotFoundError", "this user does not exist")
            }
            ApiError::Private => (400, "APINotAllowedError", "you cannot view this resource"),
            ApiError::BadToken => (
                400,
                "OAuthAccessTokenException",
                "The access_token provided is invalid.",
            ),
            ApiError::Malformed => (400, "APIInvalidParametersError", "invalid parameters"),
            ApiError::BadCursor => (400, "APIInvalidParametersError", "invalid cursor"),
            ApiError::Throttled => (429, RATE_ERROR, RATE_MESSAGE),
            ApiError::Broken => return FakeResponse::page(500),
            ApiError::NoSuchEndpoint => return FakeResponse::page(404),
        };
        let meta = serde_json::json!({
            "meta": { "error_type": error_type, "code": status, "error_message": message }
        });
        FakeResponse::json(status, meta.to_string())
    }

    fn rate_headers(&self, rate: &RateStatus) -> Vec<(&'static str, String)> {
        vec![
            ("x-ratelimit-limit", rate.limit.to_string()),
            ("x-ratelimit-remaining", rate.remaining.to_string()),
        ]
    }

    fn proxy_throttled(&self, status: u16) -> FakeResponse {
        let body = serde_json::json!({
            "code": status, "error_type": RATE_ERROR, "error_message": RATE_MESSAGE
        });
        FakeResponse::json(status, body.to_string())
    }
}

impl FakeInstagram {
    fn profile(&self, index: u32, state: &FakeState) -> FakeResponse {
        let account = self.served.world.account(index);
        enveloped(
            None,
            UserProfile {
                listed: listed(account, state),
                bio: &account.bio,
                website: "",
                is_business: false,
                counts: UserCounts {
                    media: pseudorandom::mix(&[account.id]) % 2_000,
                    follows: self.served.world.following(index).len(),
                    followed_by: self.served.world.followers(index).len(),
                },
            },
        )
    }

    fn page(
        &self,
        parsed: &ParsedRequest,
        index: u32,
        state: &FakeState,
    ) -> Result<FakeResponse, ApiError> {
        let page = self.served.paging.page(parsed, index, state)?;
        let accounts = page
            .accounts
            .iter()
            .map(|&index| self.served.world.account(index));
        let shown: Vec<_> = accounts.map(|account| listed(account, state)).collect();
        let pagination = match page.next {
            Some(next) => Some(self.next(parsed, &next)),
            // Both ways to end a list have been observed.
            None => page.number.is_multiple_of(2).then(Pagination::default),
        };
        Ok(enveloped(pagination, shown))
    }

    fn next(&self, parsed: &ParsedRequest, next: &str) -> Pagination {
        let cursor = format!("AQ{next}==");
        let list = match parsed.endpoint {
            Endpoint::Following => "follows",
            _ => "followed-by",
        };
        let url = format!(
            "{}/users/{}/{list}?access_token={}&count={}&cursor={}",
            self.served.base,
            parsed.subject,
            self.token,
            parsed.count,
            percent_encoded(&cursor)
        );
        Pagination {
            next_url: Some(url),
            next_cursor: Some(cursor),
        }
    }

    /// Returns similar handles, with the exact one among them if there is one, not always first.
    fn found(&self, parsed: &ParsedRequest, state: &FakeState) -> FakeResponse {
        let account_states = state.account_states();
        let is_there = |account: &&WorldAccount| {
            !matches!(
                account_states.get(&account.id),
                Some(AccountState::Removed | AccountState::Suspended)
            )
        };
        let exact = self.served.world.by_handle(&parsed.subject);
        let mut accounts: Vec<_> = self
            .served
            .world
            .spelled_like(&parsed.subject, SIMILAR_HANDLES)
            .into_iter()
            .map(|index| self.served.world.account(index))
            .filter(|account| is_there(account))
            .take(parsed.count.saturating_sub(usize::from(exact.is_some())))
            .collect();
        let exact = exact.map(|index| self.served.world.account(index));
        if let Some(account) = exact.filter(is_there) {
            let place = pseudorandom::mix(&[self.served.paging.seed, account.id]) as usize
                % (accounts.len() + 1);
            accounts.insert(place, account);
        }
        let shown: Vec<_> = accounts
            .iter()
            .map(|account| listed(account, state))
            .collect();
        enveloped(None, shown)
    }
}

fn page_size(parsed: &ParsedRequest, asked: Option<String>, state: &FakeState) -> usize {
    let Some(asked) = asked else {
        return DEFAULT_PAGE;
    };
    match asked.parse::<usize>() {
        Ok(count @ 1..=LARGEST_PAGE) => count,
        Ok(count @ 1..) => {
            state.add_violation(format!("{parsed}: count={count} is above {LARGEST_PAGE}"));
            LARGEST_PAGE
        }
        _ => {
            state.add_violation(format!("{parsed}: count={asked} is no page size"));
            DEFAULT_PAGE
        }
    }
}

fn listed<'a>(account: &'a WorldAccount, state: &FakeState) -> ListedUser<'a> {
    ListedUser {
        id: account.id.to_string(),
        username: &account.handle,
        full_name: &account.name,
        profile_picture: state.picture(account),
    }
}

fn enveloped(pagination: Option<Pagination>, data: impl Serialize) -> FakeResponse {
    let envelope = Envelope {
        pagination,
        meta: Meta { code: 200 },
        data,
    };
    // Plain strings and numbers always serialise.
    FakeResponse::json(200, serde_json::to_string(&envelope).unwrap_or_default())
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
