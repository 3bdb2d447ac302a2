//! The methods of the fake AppView, with what their lexicons require of the parameters, and the real one's words for
//! refusing others.

use axum::extract::Query;
use axum::http::Method;
use serde_json::json;

use crate::demo::networks::{Endpoint, FakeResponse, HttpRequest};

const LARGEST_PAGE: usize = 100;
const DEFAULT_PAGE: usize = 50;
const DEFAULT_FOUND: usize = 25;
const MOST_ACTORS: usize = 25;

/// Bytes of a handle, and of one of its labels.
const LONGEST_HANDLE: usize = 253;
const LONGEST_LABEL: usize = 63;

/// A method call with valid parameters.
pub(super) struct XrpcCall {
    pub(super) endpoint: Endpoint,
    pub(super) actors: Vec<String>,
    pub(super) count: usize,
    pub(super) cursor: String,
}

/// Why a request is not answered.
pub(super) enum XrpcError {
    /// Not the path of a method.
    Page,
    Method,
    /// The message of the AppView.
    Request(String),
}

impl XrpcCall {
    pub(super) fn read(request: &HttpRequest<'_>) -> Result<XrpcCall, XrpcError> {
        let path = request.uri.path();
        let name = path.strip_prefix("/xrpc/").ok_or(XrpcError::Page)?;
        let (endpoint, key) = match name {
            "app.bsky.actor.getProfile" => (Endpoint::Search, "actor"),
            "app.bsky.actor.getProfiles" => (Endpoint::Profile, "actors"),
            "app.bsky.graph.getFollowers" => (Endpoint::Followers, "actor"),
            "app.bsky.graph.getFollows" => (Endpoint::Following, "actor"),
            "app.bsky.actor.searchActors" => (Endpoint::ByName, "q"),
            "com.atproto.identity.resolveHandle" => (Endpoint::Handle, "handle"),
            _ => return Err(XrpcError::Method),
        };
        if request.method != Method::GET {
            let method = request.method;
            let wrong = format!("Incorrect HTTP method ({method}) expected GET");
            return Err(XrpcError::Request(wrong));
        }
        let wrong = |what: String| XrpcError::Request(format!("Invalid {name} params: {what}"));
        let parameters = Query::<Vec<(String, String)>>::try_from_uri(request.uri)
            .map_err(|error| wrong(error.to_string()))?;
        let values = |wanted: &str| {
            let found = parameters.iter().filter(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone()).collect::<Vec<_>>()
        };
        let actors = values(key);
        if actors.is_empty() {
            return Err(wrong(format!("Missing required key \"{key}\"")));
        }
        if actors.len() > MOST_ACTORS {
            let count = actors.len();
            let what = format!("array too big (maximum {MOST_ACTORS}, got {count})");
            return Err(wrong(what));
        }
        let is_actor = |actor: &&String| endpoint == Endpoint::ByName || is_identifier(actor);
        if let Some(actor) = actors.iter().find(|actor| !is_actor(actor)) {
            return Err(wrong(format!("Invalid AT identifier (got \"{actor}\")")));
        }
        let default = match endpoint {
            Endpoint::ByName => DEFAULT_FOUND,
            _ => DEFAULT_PAGE,
        };
        // An empty one counts as none.
        let limit = values("limit").into_iter().find(|limit| !limit.is_empty());
        Ok(XrpcCall {
            endpoint,
            actors,
            count: limit.map_or(Ok(default), |limit| size(&limit).map_err(wrong))?,
            cursor: values("cursor").pop().unwrap_or_default(),
        })
    }
}

impl XrpcError {
    pub(super) fn answer(&self) -> FakeResponse {
        match self {
            XrpcError::Page => FakeResponse::page(404),
            XrpcError::Method => refused(501, "MethodNotImplemented", "Method Not Implemented"),
            XrpcError::Request(words) => refused(400, "InvalidRequest", words),
        }
    }
}

/// Returns an error in XRPC's form.
pub(super) fn refused(status: u16, error: &str, message: &str) -> FakeResponse {
    let body = json!({ "error": error, "message": message });
    FakeResponse::json(status, body.to_string())
}

fn size(limit: &str) -> Result<usize, String> {
    let number: i64 = limit
        .parse()
        .map_err(|_| format!("Expected integer value type (got \"{limit}\")"))?;
    match usize::try_from(number) {
        Ok(count @ 1..=LARGEST_PAGE) => Ok(count),
        Ok(0) | Err(_) => Err(format!("integer too small (minimum 1, got {number})")),
        Ok(_) => {
            let what = format!("integer too big (maximum {LARGEST_PAGE}, got {number})");
            Err(what)
        }
    }
}

/// Whether a text has the form of a DID or a handle.
fn is_identifier(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("did:") {
        let in_it = |c: char| c.is_ascii_alphanumeric() || "._:%-".contains(c);
        let parts = rest.split_once(':').filter(|(_, id)| !id.is_empty());
        return parts.is_some() && rest.chars().all(in_it) && !rest.ends_with([':', '%']);
    }
    let is_label = |label: &str| {
        let in_it = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let has_edges = label.starts_with('-') || label.ends_with('-');
        (1..=LONGEST_LABEL).contains(&label.len()) && label.chars().all(in_it) && !has_edges
    };
    let (_, last) = text.rsplit_once('.').unwrap_or_default();
    text.len() <= LONGEST_HANDLE
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.split('.').all(is_label)
}
