//! Errors of a request, as decisions: whose fault it is and what helps.

use chrono::{DateTime, Utc};

const NOT_FOUND: &str = "not_found";
const SUSPENDED: &str = "suspended";
const DEACTIVATED: &str = "deactivated";
const PRIVATE: &str = "private";
const HIDDEN: &str = "hidden";
const SHUT_OUT: &str = "shut_out";

/// Never contains a token: quotes of responses are short, and URLs are left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    #[error("there is no such account")]
    NotFound,
    #[error("the account is suspended")]
    Suspended,
    #[error("the account is deactivated")]
    Deactivated,
    #[error("the account is private")]
    Private,
    /// The account is public, but whom it follows or who follows it is not.
    #[error("the account's lists are not shown")]
    Hidden,
    /// The account's server shows nothing to logged-out visitors.
    #[error("the account's server shows nothing to strangers")]
    ShutOut,
    /// The key is refused, at least for this request.
    #[error("the key is refused: {0}")]
    Denied(String),
    #[error("the key's credit is used up")]
    OutOfCredit,
    /// Too fast; costs no attempt.
    #[error("asked to slow down")]
    Throttled { retry_at: Option<DateTime<Utc>> },
    /// One of the network's many servers is left alone, the others are not; costs no attempt.
    #[error("one server is left alone until {retry_at}")]
    HostBusy { retry_at: DateTime<Utc> },
    /// A request to one of its many servers failed; another may not.
    #[error("one server failed for now: {0}")]
    HostFailed(String),
    /// One of its many servers is given up for long, and with it what only that server knows.
    #[error("one server is given up")]
    HostLost,
    /// One of its many servers answers, but not with the API that the others have.
    #[error("one server speaks another language, or to nobody like us")]
    HostForeign,
    /// No public server has this name.
    #[error("there is no such server")]
    HostUnknown,
    /// The new servers that may be contacted for one person in a day are used up.
    #[error("no more new servers are asked today")]
    HostsSpent,
    #[error("the cursor is not accepted")]
    BadCursor,
    /// The process may open no more connections, which says nothing about the network.
    #[error(
        "can't be asked: no more files or connections may be opened here; raise the limit (ulimit -n)"
    )]
    NoFiles,
    /// The server can't be reached.
    #[error("can't be reached: {0}")]
    Unreachable(String),
    /// The request was withheld, for good or for now; nothing was sent.
    #[error("withheld")]
    Withheld,
    /// This request failed; another may not.
    #[error("failed for now: {0}")]
    Temporary(String),
    /// The request was sent, but its response was lost or can't be read: it may have been charged for.
    #[error("the answer is lost: {0}")]
    Garbled(String),
    /// A response about several accounts, this many of which can't be read; it is not known which.
    #[error("gave an answer of which {0} parts can't be read")]
    Incomplete(u64),
    /// A response longer than this many bytes. A smaller page may fit.
    #[error("gave an answer of more than {0} bytes")]
    TooLarge(usize),
    /// A response that is not understood.
    #[error("gave an answer that is not understood: {0}")]
    Unexpected(String),
}

impl NetworkError {
    /// The kinds that state a fact about an account, and mean that nothing went wrong.
    pub const FACTS: [&str; 6] = [NOT_FOUND, SUSPENDED, DEACTIVATED, PRIVATE, HIDDEN, SHUT_OUT];

    pub(super) fn unnamed() -> Self {
        NetworkError::Garbled("an account without an id or a name".into())
    }

    /// Whether it is about the requested account, so that retrying won't help.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            NetworkError::NotFound
                | NetworkError::Suspended
                | NetworkError::Deactivated
                | NetworkError::Private
                | NetworkError::Hidden
                | NetworkError::ShutOut
                | NetworkError::BadCursor
        )
    }

    /// Returns a short name of the error, one of a few.
    pub fn kind(&self) -> &'static str {
        match self {
            NetworkError::NotFound => NOT_FOUND,
            NetworkError::Suspended => SUSPENDED,
            NetworkError::Deactivated => DEACTIVATED,
            NetworkError::Private => PRIVATE,
            NetworkError::Hidden => HIDDEN,
            NetworkError::ShutOut => SHUT_OUT,
            NetworkError::Denied(_) => "denied",
            NetworkError::OutOfCredit => "out_of_credit",
            NetworkError::Throttled { .. } => "throttled",
            NetworkError::HostBusy { .. } => "host_busy",
            NetworkError::HostFailed(_) => "host_failed",
            NetworkError::HostLost => "host_lost",
            NetworkError::HostForeign => "host_foreign",
            NetworkError::HostUnknown => "host_unknown",
            NetworkError::HostsSpent => "hosts_spent",
            NetworkError::BadCursor => "bad_cursor",
            NetworkError::NoFiles => "no_files",
            NetworkError::Unreachable(_) => "unreachable",
            NetworkError::Withheld => "withheld",
            NetworkError::Temporary(_) => "temporary",
            NetworkError::Garbled(_) => "garbled",
            NetworkError::Incomplete(_) => "incomplete",
            NetworkError::TooLarge(_) => "too_large",
            NetworkError::Unexpected(_) => "unexpected",
        }
    }
}
