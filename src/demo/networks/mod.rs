//! The fake networks: one file each, speaking a network's own format over real HTTP on this machine, out
//! of a `World`. Here are the words they share. No fake may listen beyond 127.0.0.1.

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
    /// Which network, and by which of its APIs.
    pub network: &'static str,
    pub api: &'static str,
    start: fn(Arc<World>, Options) -> BoxFuture<'static, io::Result<FakeNetwork>>,
    make_handle: MakeHandle,
}

/// All fakes. The first of a network is the one that the demo shows.
pub static FAKES: [FakeKind; 7] = [
    instagram::KIND,
    hiker::KIND,
    aiograpi::KIND,
    bluesky::KIND,
    github::KIND,
    mastodon::KIND,
    x::KIND,
];

/// The fake of an API.
pub fn fake(network: &str, api: &str) -> Option<&'static FakeKind> {
    let mut fakes = FAKES.iter();
    fakes.find(|fake| (fake.network, fake.api) == (network, api))
}

impl FakeKind {
    /// Serves the world until the fake is stopped or dropped.
    pub async fn start(&self, world: Arc<World>, options: Options) -> io::Result<FakeNetwork> {
        (self.start)(world, options).await
    }

    /// The variables that lead a bot to it.
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
        settings.push(match kind.and_then(|kind| kind.switch) {
            Some(_) => (prefix, "on".to_owned()),
            None => (format!("{prefix}_ACCESS_TOKEN"), key.to_owned()),
        });
        settings
    }

    /// What people are called there.
    pub fn directory(&self, world: Arc<World>) -> Directory {
        Directory::new(world, self.make_handle)
    }
}

#[derive(Debug, Clone)]
pub struct Options {
    /// 0 takes any free port.
    pub port: u16,
    /// The only key that is let in, where a network wants one.
    pub token: String,
    /// So many requests in so long, counted by arrival over a sliding window; none refuses nobody.
    pub rate: Option<(u32, Duration)>,
    /// How many of a hundred requests meet a fault.
    pub faults_percent: u8,
    /// Decides which requests those are. A fake restarted with the same seed knows its old cursors.
    pub seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    Search,
    /// Whose a handle is, and nothing else.
    Handle,
    Profile,
    Followers,
    Following,
    /// Accounts that the network takes for similar.
    Suggested,
    /// What the key may still be used for.
    Balance,
}

/// How the cursors of one list go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorFault {
    /// Behind the last page comes the first one.
    Cycle,
    /// Every cursor is refused.
    Refused,
}

/// Answered requests, those that met a fault or a refusal included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestCounts {
    pub search: u64,
    pub profile: u64,
    pub followers: u64,
    pub following: u64,
    /// Those of no endpoint included.
    pub total: u64,
}

/// What the shared part needs of one network.
trait Fake: Send + Sync + 'static {
    /// Understands a request, or says why it cannot; a complaint is about the visitor's manners.
    fn read(&self, request: &HttpRequest<'_>, state: &FakeState) -> Result<ParsedRequest, String>;
    /// Whether it lets nobody in without the key.
    fn needs_key(&self) -> bool {
        true
    }
    /// Whether a request that was answered need never be made again.
    fn is_asked_once(&self, _question: &ParsedRequest) -> bool {
        true
    }
    fn answer(&self, parsed: &ParsedRequest, state: &FakeState) -> Result<FakeResponse, ApiError>;
    fn error_response(&self, error: ApiError) -> FakeResponse;
    /// What it says to a request that it could not read.
    fn reject_unreadable(&self, _request: &HttpRequest<'_>) -> FakeResponse {
        self.error_response(ApiError::NoSuchEndpoint)
    }
    /// The words of a proxy in front of the network.
    fn proxy_throttled(&self, status: u16) -> FakeResponse;
    /// The headers in which every answer tells what is left of the rate; none by default.
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

/// A request, understood. Its display names it in counters and complaints.
struct ParsedRequest {
    endpoint: Endpoint,
    /// The id or the searched words, as sent.
    subject: String,
    id: Option<u64>,
    /// Empty for a first page.
    cursor: String,
    /// The place in the list that the cursor stands for, if it is known at all.
    start: usize,
    known_cursor: bool,
    count: usize,
    token: Option<String>,
}

/// Why a request gets no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ApiError {
    NotFound,
    Private,
    Suspended,
    Deactivated,
    /// Something else is wrong with what was asked.
    Malformed,
    BadToken,
    BadCursor,
    Throttled,
    Broken,
    NoSuchEndpoint,
}

/// What a fake says.
pub struct FakeResponse {
    pub status: u16,
    kind: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// Changes an answer about the account with this number, where it is about a single one.
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
            Endpoint::Balance => "balance",
        };
        write!(f, "{endpoint} {} {}", self.subject, self.cursor)
    }
}
