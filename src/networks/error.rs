//! What can go wrong with a request, as decisions: whose fault it is and what helps.

use chrono::{DateTime, Utc};

const NOT_FOUND: &str = "not_found";
const SUSPENDED: &str = "suspended";
const DEACTIVATED: &str = "deactivated";
const PRIVATE: &str = "private";
const HIDDEN: &str = "hidden";
const SHUT_OUT: &str = "shut_out";

/// Never holds a token: what is quoted of an answer is short, and addresses are left out.
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
    /// The account is there for all to see, and whom it follows or who follows it is not.
    #[error("the account's lists are not shown")]
    Hidden,
    /// The account's server shows nothing to who is not logged in there.
    #[error("the account's server shows nothing to strangers")]
    ShutOut,
    /// Our key is refused, for this request at least.
    #[error("the key is refused: {0}")]
    Denied(String),
    #[error("the key's credit is used up")]
    OutOfCredit,
    /// Too fast; costs no attempt.
    #[error("asked to slow down")]
    Throttled { retry_at: Option<DateTime<Utc>> },
    /// One of the network's many servers is to be left alone, the others are not; costs no attempt.
    #[error("one server is left alone until {retry_at}")]
    HostBusy { retry_at: DateTime<Utc> },
    /// A request to one of its many servers failed; another may not.
    #[error("one server failed for now: {0}")]
    HostFailed(String),
    /// One of its many servers is given up for long, and with it what nobody else can tell.
    #[error("one server is given up")]
    HostLost,
    /// One of its many servers is there and answers, but not what the others do.
    #[error("one server speaks another language, or to nobody like us")]
    HostForeign,
    /// Nothing in the public net has the name of the server.
    #[error("there is no such server")]
    HostUnknown,
    /// As many new servers as may be asked for one person in a day were asked.
    #[error("no more new servers are asked today")]
    HostsSpent,
    #[error("the cursor is not accepted")]
    BadCursor,
    /// The process may open no more connections, which says nothing of the network.
    #[error(
        "can't be asked: no more files or connections may be opened here; raise the limit (ulimit -n)"
    )]
    NoFiles,
    /// Nobody answers there.
    #[error("can't be reached: {0}")]
    Unreachable(String),
    /// It is not to be asked any more, or not now; nothing was sent.
    #[error("withheld")]
    Withheld,
    /// This request failed; another may not.
    #[error("failed for now: {0}")]
    Temporary(String),
    /// It was asked, and what it answered was lost on the way or can't be read: it may have been charged for.
    #[error("the answer is lost: {0}")]
    Garbled(String),
    /// An answer about several accounts, some of which can't be read, and nobody knows which.
    #[error("gave an answer of which {0} parts can't be read")]
    Incomplete(u64),
    /// An answer longer than so many bytes. Less may be had where less is asked for.
    #[error("gave an answer of more than {0} bytes")]
    TooLarge(usize),
    /// An answer that is not understood.
    #[error("gave an answer that is not understood: {0}")]
    Unexpected(String),
}

impl NetworkError {
    /// The kinds that tell a fact about an account, and that nothing went wrong.
    pub const FACTS: [&str; 6] = [NOT_FOUND, SUSPENDED, DEACTIVATED, PRIVATE, HIDDEN, SHUT_OUT];

    pub(super) fn unnamed() -> Self {
        NetworkError::Garbled("an account without an id or a name".into())
    }

    /// Whether it is about the account that was asked for, so that asking again won't help.
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

    /// A word for what went wrong, one of a few.
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
