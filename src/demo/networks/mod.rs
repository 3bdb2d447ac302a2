//! The fake networks: one file each, speaking a network's own format over real HTTP on this machine, out of a `World`.
//! Here are the types that they share. No fake may listen beyond 127.0.0.1.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, Method, Uri};
use futures::future::BoxFuture;

use crate::demo::world::World;
use crate::model::{NetworkName, Rate};
use crate::networks::kind;

use directory::MakeHandle;
use fake_state::{FakeState, RateStatus};

pub use directory::Directory;
pub use fake_network::FakeNetwork;

mod aiograpi;
mod bluesky;
mod bluesky_servers;
mod dates;
mod directory;
mod fake_network;
mod fake_state;
mod faults;
mod github;
mod hiker;
mod instagram;
mod instagrapi;
mod key_usage;
mod mastodon;
mod paging;
mod pictures;
mod pipeline;
mod served;
mod x;
mod xrpc;

/// A fake that can be started.
pub struct FakeKind {
    /// The network, and which of its APIs.
    pub network: &'static str,
    pub api: &'static str,
    start: fn(Arc<World>, FakeOptions) -> BoxFuture<'static, io::Result<FakeNetwork>>,
    make_handle: MakeHandle,
}

/// All fakes. The demo uses the first one of each network.
pub static FAKES: [FakeKind; 7] = [
    instagram::KIND,
    hiker::KIND,
    aiograpi::KIND,
    bluesky::KIND,
    github::KIND,
    mastodon::KIND,
    x::KIND,
];

/// Returns the fake of an API.
pub fn fake(network: &str, api: &str) -> Option<&'static FakeKind> {
    let mut fakes = FAKES.iter();
    fakes.find(|fake| (fake.network, fake.api) == (network, api))
}

impl FakeKind {
    /// Serves the world until the fake is stopped or dropped.
    pub async fn start(&self, world: Arc<World>, options: FakeOptions) -> io::Result<FakeNetwork> {
        (self.start)(world, options).await
    }

    /// Returns the environment variables that lead a bot to it.
    pub fn settings(&self, running: &FakeNetwork, key: &str, rate: Rate) -> Vec<(String, String)> {
        let prefix = self.network.to_uppercase();
        let mut settings = vec![
            (format!("{prefix}_API_URL"), running.url()),
            (format!("{prefix}_RATE"), rate.to_string()),
        ];
        let kind = kind(&NetworkName::new(self.network));
        if kind.is_some_and(|kind| kind.apis.len() > 1) {
            settings.push((format!("{prefix}_API"), self.api.to_owned()));
        }
        if let Some(servers) = kind.and_then(|kind| kind.servers) {
            let stand_in = format!("{}{}", running.origin(), bluesky_servers::PATH);
            settings.push((format!("{prefix}_{servers}"), stand_in));
        }
        settings.push(match kind.and_then(|kind| kind.switch) {
            Some(_) => (prefix, "on".to_owned()),
            None => (format!("{prefix}_ACCESS_TOKEN"), key.to_owned()),
        });
        settings
    }

    /// Returns the handles of all accounts there.
    pub fn directory(&self, world: Arc<World>) -> Directory {
        Directory::new(world, self.make_handle)
    }
}

#[derive(Debug, Clone)]
pub struct FakeOptions {
    /// 0 means any free port.
    pub port: u16,
    /// The only key that is accepted, if the network wants one.
    pub token: String,
    /// Requests per sliding window, counted by arrival; `None` for no limit.
    pub rate: Option<(u32, Duration)>,
    /// How many requests in a hundred meet a fault.
    pub faults_percent: u8,
    /// Decides which requests those are. A fake restarted with the same seed accepts its old cursors.
    pub seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    Search,
    /// Only the account of a handle.
    Handle,
    Profile,
    Followers,
    Following,
    /// Accounts that the network considers similar.
    Suggested,
    /// Accounts by their names.
    ByName,
    /// How far the key's credit goes.
    Balance,
}

/// How the cursors of one list are broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorFault {
    /// After the last page comes the first one.
    Cycle,
    /// Every cursor is refused.
    Refused,
}

/// Answered requests, including those that met a fault or were refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestCounts {
    pub search: u64,
    pub profile: u64,
    pub followers: u64,
    pub following: u64,
    pub by_name: u64,
    /// Including those of no endpoint.
    pub total: u64,
}

/// What the pipeline needs of one network.
trait Fake: Send + Sync + 'static {
    /// Parses a request, or says why it can't; a violation is bad behaviour of the client.
    fn parse(&self, request: &HttpRequest<'_>, state: &FakeState) -> Result<ParsedRequest, String>;
    /// Whether requests need the key.
    fn needs_key(&self) -> bool {
        true
    }
    /// Whether a request that was answered need never be repeated.
    fn is_asked_once(&self, _question: &ParsedRequest) -> bool {
        true
    }
    fn answer(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<FakeResponse, ApiError>;
    fn error_response(&self, error: ApiError) -> FakeResponse;
    /// Returns the response to a request that it could not parse.
    fn reject_unreadable(&self, _request: &HttpRequest<'_>) -> FakeResponse {
        self.error_response(ApiError::NoSuchEndpoint)
    }
    /// Returns the response of a proxy in front of the network.
    fn proxy_throttled(&self, status: u16) -> FakeResponse;
    /// Answers a request to another server that this address stands for; `None` if it is to none.
    fn answer_elsewhere(
        &self,
        _request: &HttpRequest<'_>,
        _state: &FakeState,
    ) -> Option<FakeResponse> {
        None
    }
    /// Returns the headers that tell in every response what is left of the rate.
    fn rate_headers(&self, _admission: &RateStatus) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// A request as it came.
struct HttpRequest<'a> {
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

/// A parsed request. Its `Display` names it in counters and violations.
struct ParsedRequest {
    endpoint: Endpoint,
    /// The id or the search terms, as sent.
    subject: String,
    id: Option<u64>,
    /// Empty for a first page.
    cursor: String,
    /// The position in the list that the cursor stands for, if it is known.
    start: usize,
    known_cursor: bool,
    count: usize,
    token: Option<String>,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ApiError {
    NotFound,
    Private,
    Suspended,
    Deactivated,
    /// Something else is wrong with the request.
    Malformed,
    BadToken,
    BadCursor,
    Throttled,
    Broken,
    NoSuchEndpoint,
}

/// A response of a fake.
pub struct FakeResponse {
    pub status: u16,
    kind: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// Changes a response; is given the account's number if it is about a single one.
type ResponseHook = dyn Fn(Endpoint, Option<u64>, &mut FakeResponse) + Send + Sync;

impl fmt::Display for ParsedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = match self.endpoint {
            Endpoint::Search => "search",
            Endpoint::Handle => "handle",
            Endpoint::Profile => "profile",
            Endpoint::Followers => "followers",
            Endpoint::Following => "following",
            Endpoint::Suggested => "suggested",
            Endpoint::ByName => "by name",
            Endpoint::Balance => "balance",
        };
        write!(f, "{endpoint} {} {}", self.subject, self.cursor)
    }
}
