//! A fake aiograpi-rest: refusals are HTTP 500 with the name of an exception, and the lists of private accounts are
//! refused or come empty.

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

const LARGEST_PAGE: usize = 200;
const DEFAULT_PAGE: usize = 50;

/// Accounts in a page of Instagram's own; aiograpi asks for as many pages as it needs.
const INSTAGRAMS_PAGE: usize = 12;

pub(super) const KIND: FakeKind = FakeKind {
    network: "instagram",
    api: "aiograpi",
    start: |world, options| Box::pin(serve(world, options, "", same_handle, FakeAiograpi)),
    make_handle: same_handle,
};

struct FakeAiograpi(Served);

impl Fake for FakeAiograpi {
    fn parse(&self, request: &HttpRequest<'_>, state: &FakeState) -> Result<ParsedRequest, String> {
        let uri = request.uri;
        let stray = || format!("{} {}", request.method, uri.path());
        if request.method != Method::GET {
            return Err(stray());
        }
        let parameters = Query::<BTreeMap<String, String>>::try_from_uri(uri)
            .map_err(|error| format!("{}: {error}", uri.path()))?;
        let value = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        let (id, username) = (value("user_id"), value("username"));
        let endpoint = match uri.path() {
            "/user" if username.is_empty() => Endpoint::Profile,
            "/user" => Endpoint::Search,
            "/user/followers" => Endpoint::Followers,
            "/user/following" => Endpoint::Following,
            _ => return Err(stray()),
        };
        let found = match endpoint {
            Endpoint::Search => self.0.world.by_handle(&username),
            _ => id.parse().ok().and_then(|id| self.0.world.by_id(id)),
        };
        // Exactly one of the two; with both or neither no account is meant.
        let subject = match (id.is_empty(), username.is_empty()) {
            (true, _) => username,
            (false, true) => id,
            (false, false) => String::new(),
        };
        let amount = parameters.get("amount").map(|amount| amount.parse().ok());
        let session = request.headers.get("x-session-id");
        let session = session.and_then(|session| Some(session.to_str().ok()?.to_owned()));
        let mut parsed = ParsedRequest {
            endpoint,
            subject,
            id: found.map(|index| self.0.world.account(index).id),
            cursor: value("cursor"),
            start: 0,
            known_cursor: true,
            count: amount.unwrap_or(Some(DEFAULT_PAGE)).unwrap_or_default(),
            token: session.or_else(|| parameters.get("sessionid").cloned()),
        };
        if is_malformed(&parsed) {
            state.add_violation(format!("{parsed}: not what may be asked"));
        }
        self.0
            .paging
            .locate(&mut parsed, state, |cursor| cursor.strip_prefix("QVFD"));
        Ok(parsed)
    }

    fn answer(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<FakeResponse, ApiError> {
        if is_malformed(parsed) {
            return Err(ApiError::Malformed);
        }
        // Before anything else aiograpi asks what is new for the account it is logged in as. That request is counted
        // already; those here come on top.
        let found = instagrapi::find(&self.0.world, parsed.id, state);
        state.count_upstream(match parsed.endpoint {
            Endpoint::Search => 2,
            _ => 1,
        });
        let index = found?;
        let body = match parsed.endpoint {
            Endpoint::Followers | Endpoint::Following => self.page(parsed, index, state)?,
            _ => {
                let id = json!(self.0.world.account(index).id.to_string());
                instagrapi::user(&self.0.world, index, id, state)
            }
        };
        Ok(FakeResponse::json(200, body.to_string()))
    }

    fn error_response(&self, error: ApiError) -> FakeResponse {
        let (status, detail, kind) = match error {
            ApiError::NotFound | ApiError::Suspended | ApiError::Deactivated => {
                (500, "Not found", "UserNotFound")
            }
            ApiError::Private => (500, "This Account is Private", "PrivateAccount"),
            ApiError::BadToken => (
                500,
                "Session not found (e.g. after reload process), please relogin",
                "Exception",
            ),
            ApiError::BadCursor => (
                500,
                "You specified a non-existent cursor",
                "WrongCursorError",
            ),
            ApiError::Throttled => (
                429,
                "Please wait a few minutes before you try again.",
                "PleaseWaitFewMinutes",
            ),
            ApiError::Broken => (500, "Connection reset", "ClientConnectionError"),
            ApiError::Malformed => {
                let body = json!({ "detail": "Provide user_id or username" });
                return FakeResponse::json(422, body.to_string());
            }
            ApiError::NoSuchEndpoint => {
                return FakeResponse::json(404, json!({ "detail": "Not Found" }).to_string());
            }
        };
        let body = json!({ "detail": detail, "exc_type": kind });
        FakeResponse::json(status, body.to_string())
    }

    fn proxy_throttled(&self, status: u16) -> FakeResponse {
        FakeResponse::page(status)
    }
}

impl FakeAiograpi {
    fn page(
        &self,
        parsed: &ParsedRequest,
        index: u32,
        state: &FakeState,
    ) -> Result<Value, ApiError> {
        let account = self.0.world.account(index);
        if instagrapi::is_private(account, state) {
            return match pseudorandom::mix(&[self.0.paging.seed, account.id]).is_multiple_of(2) {
                true => Err(ApiError::Private),
                false => Ok(json!({ "items": [], "next_cursor": "" })),
            };
        }
        let page = self.0.paging.page(parsed, index, state)?;
        state.count_upstream(
            page.accounts
                .len()
                .div_ceil(INSTAGRAMS_PAGE)
                .saturating_sub(1),
        );
        let accounts = page
            .accounts
            .iter()
            .map(|index| self.0.world.account(*index));
        let items: Vec<Value> = accounts
            .map(|account| instagrapi::short(account, state))
            .collect();
        let next = page.next.map(|next| format!("QVFD{next}"));
        Ok(json!({ "items": items, "next_cursor": next.unwrap_or_default() }))
    }
}

fn is_malformed(parsed: &ParsedRequest) -> bool {
    parsed.subject.is_empty() || !(1..=LARGEST_PAGE).contains(&parsed.count)
}
