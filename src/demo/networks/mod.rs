//! The fake networks: one file each, speaking a network's own format over real HTTP on this machine, out
//! of a `World`. Here are the words they share. No fake may listen beyond 127.0.0.1.

use std::fmt;
use std::time::Duration;

use axum::http::Uri;

use desk::Desk;

pub use running::Running;

pub mod instagram;

mod desk;
mod faults;
mod listener;
mod reception;
mod running;

#[derive(Debug, Clone)]
pub struct Options {
    /// 0 takes any free port.
    pub port: u16,
    /// The only key that is let in.
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
    Profile,
    Followers,
    Following,
}

/// How the cursors of one list go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// Behind the last page comes the first one.
    Circle,
    /// Every cursor is refused.
    LostPlace,
}

/// Answered requests, those that met a fault or a refusal included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Requests {
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
    fn read(&self, uri: &Uri, desk: &Desk) -> Result<Question, String>;
    fn answer(&self, question: &Question, desk: &Desk) -> Result<String, Refusal>;
    fn refuse(&self, refusal: Refusal) -> Answer;
    /// The words of a proxy in front of the network.
    fn proxy_throttled(&self, status: u16) -> Answer;
}

/// A request, understood. Its display names it in counters and complaints.
struct Question {
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
enum Refusal {
    NotFound,
    Private,
    BadToken,
    BadCursor,
    Throttled,
    Broken,
    NoSuchPlace,
}

struct Answer {
    status: u16,
    kind: &'static str,
    body: String,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = match self.endpoint {
            Endpoint::Search => "search",
            Endpoint::Profile => "profile",
            Endpoint::Followers => "followers",
            Endpoint::Following => "following",
        };
        write!(f, "{endpoint} {} {}", self.subject, self.cursor)
    }
}
