//! A fake of Bluesky's AppView: no key, refusals that are all HTTP 400, short and empty pages, accounts that lists
//! leave out, handles that their domain no longer vouches for, and a label that hides accounts from logged-out
//! visitors.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use crate::demo::networks::bluesky_servers::{ServerCall, document, records, server_of};
use crate::demo::networks::fake_state::{AccountState, FakeState, RateStatus};
use crate::demo::networks::pipeline::serve;
use crate::demo::networks::served::Served;
use crate::demo::networks::xrpc::{XrpcCall, XrpcError, refused};
use crate::demo::networks::{
    ApiError, Endpoint, Fake, FakeKind, FakeResponse, HttpRequest, ParsedRequest, dates,
};
use crate::demo::pseudorandom;
use crate::demo::world::WorldAccount;

/// Part of the cursors that older versions handed out: with one of them any list ends.
const OLD_CURSOR: &str = "::";

/// One page in this many is empty, though more follow: everybody on it was filtered out.
const EMPTY_PAGES: u64 = 40;

/// Of the accounts with few followers, one in this many is deactivated, and one has lost its domain.
const DEACTIVATED: u64 = 60;
const WITHOUT_DOMAIN: u64 = 50;
const FEW: usize = 30;

/// The alphabet of a DID's base32, and how many of its letters hold an id.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const LETTERS_OF_ID: usize = 13;
const LETTERS_OF_DID: usize = 24;

pub(super) const KIND: FakeKind = FakeKind {
    network: "bluesky",
    api: "appview",
    start: |world, options| Box::pin(serve(world, options, "/xrpc", handle, FakeBluesky)),
    make_handle: handle,
};

fn handle(account: &WorldAccount, number: Option<u64>) -> String {
    let name = account.handle.to_lowercase().replace(['.', '_'], "-");
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    format!("{}{number}.bsky.social", name.trim_matches('-'))
}

struct FakeBluesky(Served);

impl Fake for FakeBluesky {
    fn parse(&self, request: &HttpRequest<'_>, state: &FakeState) -> Result<ParsedRequest, String> {
        let stray = |wrong| match wrong {
            XrpcError::Page | XrpcError::Method => {
                format!("{} {}", request.method, request.uri.path())
            }
            XrpcError::Request(words) => words,
        };
        let call = XrpcCall::read(request).map_err(stray)?;
        let is_name = call.endpoint == Endpoint::ByName;
        let actor = call.actors.first().filter(|_| !is_name);
        let index = actor.and_then(|actor| self.find(actor));
        let mut parsed = ParsedRequest {
            endpoint: call.endpoint,
            subject: call.actors.join(","),
            id: index.map(|index| self.0.world.account(index).id),
            cursor: call.cursor,
            start: 0,
            known_cursor: true,
            count: call.count,
            token: None,
        };
        self.0.paging.locate(&mut parsed, state, |cursor| {
            cursor.split_once("__bafyrei").map(|(_, rest)| rest)
        });
        Ok(parsed)
    }

    fn reject_unreadable(&self, request: &HttpRequest<'_>) -> FakeResponse {
        match XrpcCall::read(request) {
            Err(wrong) => wrong.answer(),
            Ok(_) => self.error_response(ApiError::NoSuchEndpoint),
        }
    }

    fn needs_key(&self) -> bool {
        false
    }

    fn answer(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<FakeResponse, ApiError> {
        let body = match parsed.endpoint {
            Endpoint::Profile => self.profiles(parsed, state),
            Endpoint::ByName => self.found(parsed, state),
            Endpoint::Handle => {
                let found = self.find(&parsed.subject);
                let Some(index) = found.filter(|index| self.is_there(*index, state)) else {
                    return Ok(refused(400, "InvalidRequest", "Unable to resolve handle"));
                };
                json!({ "did": did(self.0.world.account(index).id) })
            }
            Endpoint::Search => {
                let index = self.find(&parsed.subject).ok_or(ApiError::NotFound)?;
                self.profile(index, state)?
            }
            _ => {
                let found = self.find(&parsed.subject);
                let Some(index) = found.filter(|index| self.profile(*index, state).is_ok()) else {
                    // Whatever became of it.
                    let words = format!("Actor not found: {}", parsed.subject);
                    return Ok(refused(400, "InvalidRequest", &words));
                };
                self.page(parsed, index, state)?
            }
        };
        Ok(FakeResponse::json(200, body.to_string()))
    }

    fn error_response(&self, error: ApiError) -> FakeResponse {
        let (status, error, message) = match error {
            ApiError::NotFound | ApiError::Private => (400, "InvalidRequest", "Profile not found"),
            ApiError::Suspended => (400, "AccountTakedown", "Account has been suspended"),
            ApiError::Deactivated => (400, "AccountDeactivated", "Account is deactivated"),
            ApiError::Malformed => (400, "InvalidRequest", "Invalid params"),
            ApiError::BadToken => (401, "AuthMissing", "Authentication Required"),
            ApiError::Throttled => (429, "RateLimitExceeded", "Rate Limit Exceeded"),
            ApiError::BadCursor | ApiError::Broken => {
                (500, "InternalServerError", "Internal Server Error")
            }
            ApiError::NoSuchEndpoint => (501, "MethodNotImplemented", "Method Not Implemented"),
        };
        refused(status, error, message)
    }

    fn proxy_throttled(&self, status: u16) -> FakeResponse {
        FakeResponse::page(status)
    }

    fn answer_elsewhere(
        &self,
        request: &HttpRequest<'_>,
        state: &FakeState,
    ) -> Option<FakeResponse> {
        let call = ServerCall::read(request)?;
        let remaining = match state.servers.admit(call.host()) {
            Ok(remaining) => remaining,
            Err(refusal) => {
                state.add_violation(format!("too many requests to {}", call.host()));
                return Some(refusal);
            }
        };
        let found = self.find(call.did());
        let Some(index) = found else {
            return Some(refused(404, "NotFound", "DID not registered"));
        };
        let home = server_of(self.0.world.account(index).id);
        Some(match &call {
            ServerCall::Document { did } => document(did, &home),
            ServerCall::Follows { host, did, .. }
                if *host != home || self.profile(index, state).is_err() =>
            {
                let words = format!("Could not find repo: {did}");
                refused(400, "InvalidRequest", &words)
            }
            ServerCall::Follows {
                did, start, count, ..
            } => {
                state.note_elsewhere(format!("records {did} {start}"));
                let follows = self.0.world.following(index);
                let page = follows.iter().skip(*start);
                let subjects = page.map(|index| did_of(self.0.world.account(*index)));
                let mut page = records(did, subjects, (*start, *count, follows.len()));
                let remaining = ("ratelimit-remaining", remaining.to_string());
                page.headers.push(remaining);
                page
            }
        })
    }

    fn rate_headers(&self, rate: &RateStatus) -> Vec<(&'static str, String)> {
        vec![
            ("ratelimit-limit", rate.limit.to_string()),
            ("ratelimit-remaining", rate.remaining.to_string()),
        ]
    }
}

impl FakeBluesky {
    fn find(&self, actor: &str) -> Option<u32> {
        match actor.strip_prefix("did:plc:") {
            Some(letters) => self.0.world.by_id(id_of(letters)?),
            None => self.0.directory.find(actor),
        }
    }

    fn is_there(&self, index: u32, state: &FakeState) -> bool {
        state.account_states().get(&self.0.world.account(index).id) != Some(&AccountState::Removed)
    }

    /// Returns the profiles of those that are available.
    fn profiles(&self, parsed: &ParsedRequest, state: &FakeState) -> Value {
        let actors = parsed.subject.split(',');
        let found = actors.filter_map(|actor| self.find(actor));
        let profiles: Vec<Value> = found
            .filter_map(|index| self.profile(index, state).ok())
            .collect();
        json!({ "profiles": profiles })
    }

    /// Returns accounts as lists show them, and a cursor if there are more.
    fn found(&self, parsed: &ParsedRequest, state: &FakeState) -> Value {
        let found = self.0.directory.search(&parsed.subject).into_iter();
        let mut found = found.filter(|index| self.profile(*index, state).is_ok());
        let shown = found.by_ref().take(parsed.count);
        let shown: Vec<Value> = shown.map(|index| self.listed(index, state)).collect();
        let mut body = json!({ "actors": shown });
        if found.next().is_some() {
            body["cursor"] = json!(parsed.count.to_string());
        }
        body
    }

    fn profile(&self, index: u32, state: &FakeState) -> Result<Value, ApiError> {
        let account = self.0.world.account(index);
        match state.account_states().get(&account.id) {
            Some(AccountState::Removed) => return Err(ApiError::NotFound),
            Some(AccountState::Suspended) => return Err(ApiError::Suspended),
            Some(AccountState::Hidden) | None => {}
        }
        if self.is_deactivated(index) {
            return Err(ApiError::Deactivated);
        }
        let mut profile = self.listed(index, state);
        for list in ["lists", "feedgens", "starterPacks"] {
            profile["associated"][list] = json!(0);
        }
        profile["associated"]["labeler"] = json!(false);
        profile["followersCount"] = json!(self.0.world.followers(index).len());
        profile["followsCount"] = json!(self.0.world.following(index).len());
        profile["postsCount"] = json!(pseudorandom::mix(&[account.id]) % 2_000);
        Ok(profile)
    }

    fn page(
        &self,
        parsed: &ParsedRequest,
        index: u32,
        state: &FakeState,
    ) -> Result<Value, ApiError> {
        if parsed.cursor.contains(OLD_CURSOR) {
            let subject = self.listed(index, state);
            return Ok(json!({ "subject": subject, list_name(parsed): [] }));
        }
        let page = self.0.paging.page(parsed, index, state)?;
        let is_empty = page.next.is_some() && page.number.is_multiple_of(EMPTY_PAGES);
        let accounts = page.accounts.iter().filter(|_| !is_empty);
        let shown = accounts.filter(|index| !self.is_deactivated(**index));
        let mut body = json!({
            "subject": self.listed(index, state),
            list_name(parsed): shown.map(|index| self.listed(*index, state)).collect::<Vec<_>>(),
        });
        if let Some(next) = page.next {
            body["cursor"] = json!(format!("1795433230072__bafyrei{next}"));
        }
        Ok(body)
    }

    fn listed(&self, index: u32, state: &FakeState) -> Value {
        let account = self.0.world.account(index);
        let did = did(account.id);
        let handle = match self.is_rarely_followed(index, WITHOUT_DOMAIN) {
            true => "handle.invalid",
            false => self.0.directory.handle(index),
        };
        let hides = account.private
            || state.account_states().get(&account.id) == Some(&AccountState::Hidden);
        let joined = dates::joined(account.id).to_rfc3339_opts(SecondsFormat::Millis, true);
        let label = json!({
            "src": did,
            "uri": format!("at://{did}/app.bsky.actor.profile/self"),
            "val": "!no-unauthenticated",
            "cts": joined,
        });
        let mut listed = json!({
            "did": did,
            "handle": handle,
            "associated": { "activitySubscription": { "allowSubscriptions": "followers" } },
            "labels": Vec::from_iter(hides.then_some(label)),
        });
        // An account without a profile record has none of these.
        if !account.bio.is_empty() {
            listed["displayName"] = json!(account.name);
            listed["description"] = json!(account.bio);
            listed["avatar"] = json!(state.picture(account));
            listed["createdAt"] = json!(joined);
            listed["indexedAt"] = json!(joined);
        }
        listed
    }

    fn is_deactivated(&self, index: u32) -> bool {
        self.is_rarely_followed(index, DEACTIVATED)
    }

    /// Whether an account is the one in `in_so_many` that is chosen, and has few followers.
    fn is_rarely_followed(&self, index: u32, in_so_many: u64) -> bool {
        let number = pseudorandom::mix(&[self.0.paging.seed, in_so_many, u64::from(index)]);
        number.is_multiple_of(in_so_many) && self.0.world.followers(index).len() < FEW
    }
}

fn list_name(parsed: &ParsedRequest) -> &'static str {
    match parsed.endpoint {
        Endpoint::Following => "follows",
        _ => "followers",
    }
}

fn did_of(account: &WorldAccount) -> String {
    did(account.id)
}

fn did(id: u64) -> String {
    let mixed = pseudorandom::mix(&[id]);
    let letters = (0..LETTERS_OF_DID).map(|place| {
        let (number, shift) = match place.checked_sub(LETTERS_OF_DID - LETTERS_OF_ID) {
            Some(place) => (id, place),
            None => (mixed, place),
        };
        char::from(LETTERS[(number >> (shift * 5)) as usize % LETTERS.len()])
    });
    format!("did:plc:{}", letters.collect::<String>())
}

fn id_of(letters: &str) -> Option<u64> {
    let letters = letters.as_bytes().get(LETTERS_OF_DID - LETTERS_OF_ID..)?;
    let mut id = 0;
    for letter in letters.iter().rev() {
        let digit = LETTERS.iter().position(|known| known == letter)? as u64;
        id = id << 5 | digit;
    }
    Some(id)
}
