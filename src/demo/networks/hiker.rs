//! A fake of HikerAPI: ids that are numbers in profiles and text in lists, small pages, lists that end in four ways,
//! and deactivated accounts that are still returned.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::http::Method;
use serde_json::{Value, json};

use crate::demo::networks::fake_state::FakeState;
use crate::demo::networks::instagrapi;
use crate::demo::networks::pipeline::serve;
use crate::demo::networks::served::{Served, same_handle};
use crate::demo::networks::{
    ApiError, Endpoint, Fake, FakeKind, FakeResponse, HttpRequest, ParsedRequest,
};
use crate::demo::pseudorandom;

/// Accounts in a page of either list, as observed; a client can't choose.
const FOLLOWERS: usize = 15;
const FOLLOWING: usize = 23;

/// Of the accounts with few followers, one in this many is deactivated.
const DEACTIVATED: u64 = 60;
const FEW: usize = 30;

/// Accounts that a search finds at most.
const FOUND: usize = 20;

/// For one account in this many, none is suggested.
const WITHOUT_SUGGESTIONS: u64 = 3;

/// Accounts that are suggested at most, and how many followers' follows they are taken from.
const SUGGESTED: usize = 40;
const ASKED_FOR_SUGGESTIONS: usize = 60;

/// Requests that the key has credit for.
const CREDIT: u64 = 100_000;

pub(super) const KIND: FakeKind = FakeKind {
    network: "instagram",
    api: "hikerapi",
    start: |world, options| Box::pin(serve(world, options, "", same_handle, FakeHiker)),
    make_handle: same_handle,
};

struct FakeHiker(Served);

impl Fake for FakeHiker {
    fn parse(&self, request: &HttpRequest<'_>, state: &FakeState) -> Result<ParsedRequest, String> {
        let uri = request.uri;
        let stray = || format!("{} {}", request.method, uri.path());
        if request.method != Method::GET {
            return Err(stray());
        }
        let (endpoint, subject, count) = match uri.path() {
            "/v1/user/by/username" => (Endpoint::Search, "username", 1),
            "/v1/user/by/id" => (Endpoint::Profile, "id", 1),
            "/g2/user/followers" => (Endpoint::Followers, "user_id", FOLLOWERS),
            "/g2/user/following" => (Endpoint::Following, "user_id", FOLLOWING),
            "/v2/user/suggested/profiles" => (Endpoint::Suggested, "user_id", SUGGESTED),
            "/v2/fbsearch/accounts" => (Endpoint::ByName, "query", FOUND),
            "/sys/balance" => (Endpoint::Balance, "", 1),
            _ => return Err(stray()),
        };
        let parameters = Query::<BTreeMap<String, String>>::try_from_uri(uri)
            .map_err(|error| format!("{}: {error}", uri.path()))?;
        let value = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        let subject = value(subject);
        let found = match endpoint {
            Endpoint::Search => self.0.world.by_handle(&subject),
            Endpoint::ByName => None,
            _ => subject.parse().ok().and_then(|id| self.0.world.by_id(id)),
        };
        let key = request.headers.get("x-access-key");
        let mut parsed = ParsedRequest {
            endpoint,
            subject,
            id: found.map(|index| self.0.world.account(index).id),
            cursor: value("page_id"),
            start: 0,
            known_cursor: true,
            count,
            token: key.and_then(|key| Some(key.to_str().ok()?.to_owned())),
        };
        if parsed.subject.is_empty() && endpoint != Endpoint::Balance {
            state.add_violation(format!("{parsed}: asks about nobody"));
        }
        self.0
            .paging
            .locate(&mut parsed, state, |cursor| cursor.strip_prefix("QVFE"));
        Ok(parsed)
    }

    fn answer(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<FakeResponse, ApiError> {
        let body = match parsed.endpoint {
            Endpoint::Balance => balance(state),
            _ if parsed.subject.is_empty() => return Err(ApiError::Malformed),
            Endpoint::ByName => self.found(parsed, state),
            _ => self.account_data(parsed, state)?,
        };
        Ok(FakeResponse::json(200, body.to_string()))
    }

    fn error_response(&self, error: ApiError) -> FakeResponse {
        let (status, body) = match error {
            ApiError::NotFound | ApiError::Suspended | ApiError::Deactivated => (
                404,
                json!({ "detail": "We're sorry, we couldn't find that.", "exc_type": "UserNotFound" }),
            ),
            ApiError::Private => (
                403,
                json!({ "detail": "User hid data using privacy settings", "exc_type": "PrivateAccount" }),
            ),
            ApiError::Malformed => (
                422,
                json!({ "detail": [{ "loc": ["query"], "msg": "field required", "type": "value_error.missing" }] }),
            ),
            ApiError::BadToken => (401, json!({ "state": false, "error": "Token is invalid" })),
            ApiError::BadCursor => (404, json!({ "detail": "Cursor expired" })),
            ApiError::Throttled => (429, json!({ "detail": "Too Many Requests" })),
            ApiError::Broken => (500, json!({ "detail": "Internal Server Error" })),
            ApiError::NoSuchEndpoint => (404, json!({ "detail": "Not Found" })),
        };
        FakeResponse::json(status, body.to_string())
    }

    fn proxy_throttled(&self, status: u16) -> FakeResponse {
        FakeResponse::page(status)
    }
}

impl FakeHiker {
    fn account_data(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<Value, ApiError> {
        let index = instagrapi::find(&self.0.world, parsed.id, state)?;
        match parsed.endpoint {
            Endpoint::Followers | Endpoint::Following => self.page(parsed, index, state),
            Endpoint::Suggested => self.suggested(index, state),
            _ => Ok(self.profile(index, state)),
        }
    }

    fn found(&self, parsed: &ParsedRequest, state: &FakeState) -> Value {
        let found = self.0.directory.search(&parsed.subject).into_iter();
        let is_there = |index: &u32| {
            let id = Some(self.0.world.account(*index).id);
            instagrapi::find(&self.0.world, id, state).is_ok() && !self.is_deactivated(*index)
        };
        let users: Vec<Value> = found
            .filter(is_there)
            .take(parsed.count)
            .map(|index| self.found_user(index, state))
            .collect();
        json!({
            "num_results": users.len(), "users": users, "has_more": true, "status": "ok",
        })
    }

    /// A search has numbers for ids, and says in words how many follow an account.
    fn found_user(&self, index: u32, state: &FakeState) -> Value {
        let account = self.0.world.account(index);
        let mut user = self.short(index, state);
        user["pk"] = json!(account.id);
        user["search_social_context"] = match self.0.world.followers(index).len() {
            1 => json!("1 follower"),
            followers => json!(format!("{followers} followers")),
        };
        user
    }

    fn profile(&self, index: u32, state: &FakeState) -> Value {
        let id = json!(self.0.world.account(index).id);
        let mut user = instagrapi::user(&self.0.world, index, id, state);
        if self.is_deactivated(index) {
            user["is_active"] = json!(false);
            user["account_type"] = json!(0);
            user["follower_count"] = json!(0);
            user["following_count"] = json!(0);
        }
        user
    }

    fn page(
        &self,
        parsed: &ParsedRequest,
        index: u32,
        state: &FakeState,
    ) -> Result<Value, ApiError> {
        if self.is_deactivated(index) {
            return Err(ApiError::NotFound);
        }
        if instagrapi::is_private(self.0.world.account(index), state) {
            return Err(ApiError::Private);
        }
        let page = self.0.paging.page(parsed, index, state)?;
        let shown = page.accounts.into_iter();
        let shown = shown.filter(|index| !self.is_deactivated(*index));
        let users: Vec<Value> = shown.map(|index| self.short(index, state)).collect();
        let mut body = json!({
            "response": {
                "users": users,
                "big_list": page.next.is_some(),
                "has_more": page.next.is_some(),
                "page_size": parsed.count,
                "status": "ok",
            },
        });
        // Every way to end a list has been observed.
        match (page.next, page.number % 4) {
            (Some(next), _) => body["next_page_id"] = json!(format!("QVFE{next}")),
            (None, 0) => body["next_page_id"] = json!(false),
            (None, 1) => body["next_page_id"] = json!(""),
            (None, 2) => body["next_page_id"] = Value::Null,
            (None, _) => {}
        }
        Ok(body)
    }

    /// Returns what else the newest followers follow, the most followed first.
    fn suggested(&self, index: u32, state: &FakeState) -> Result<Value, ApiError> {
        let id = self.0.world.account(index).id;
        if pseudorandom::mix(&[self.0.paging.seed, id]).is_multiple_of(WITHOUT_SUGGESTIONS) {
            return Err(ApiError::Private);
        }
        let mut counts = BTreeMap::<u32, usize>::new();
        let followers = self.0.world.followers(index).iter();
        for follower in followers.take(ASKED_FOR_SUGGESTIONS) {
            for other in self.0.world.following(*follower) {
                *counts.entry(*other).or_default() += 1;
            }
        }
        let mut others: Vec<_> = counts.into_iter().collect();
        others.retain(|(other, _)| *other != index && !self.is_deactivated(*other));
        others.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let others = others.into_iter().take(SUGGESTED);
        let users: Vec<Value> = others.map(|(other, _)| self.short(other, state)).collect();
        Ok(json!({ "users": users, "status": "ok" }))
    }

    fn short(&self, index: u32, state: &FakeState) -> Value {
        let mut short = instagrapi::short(self.0.world.account(index), state);
        for name in ["id", "pk_id"] {
            short[name] = short["pk"].clone();
        }
        short
    }

    fn is_deactivated(&self, index: u32) -> bool {
        let number = pseudorandom::mix(&[self.0.paging.seed, DEACTIVATED, u64::from(index)]);
        number.is_multiple_of(DEACTIVATED) && self.0.world.followers(index).len() < FEW
    }
}

fn balance(state: &FakeState) -> Value {
    let left = CREDIT.saturating_sub(state.requests().total);
    json!({ "requests": left, "rate": 15, "currency": "USD", "amount": left as f64 / 1_000.0 })
}
