//! Whose fault it is that a task failed, and so what becomes of the task.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::model::{QueueSettings, Task};
use crate::networks::{Gate, NetworkError, Trouble};
use crate::stages::Failure;

/// How long a task waits whose list another crawl is asking for.
const BUSY: Duration = Duration::from_secs(1);

/// How long a task waits for which no connection could be opened.
const FILES: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The task's own, or of the account that it is about: it is tried a few times.
    Task,
    /// The same, and trying again would not help.
    Lasting,
    /// Something is busy until then; the task waits for it.
    Busy(DateTime<Utc>),
    /// The network's: the task waits, however long that takes.
    Network,
    /// The task's or the network's. Whoever asks for an account that always fails must not stop the others, and
    /// an outage must not make a crawl give up page after page: the control request tells.
    Unknown,
}

impl Fault {
    pub(super) fn of(
        failure: &Failure,
        queue: &QueueSettings,
        task: &Task,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Self {
        let error = match failure {
            Failure::Busy => return Fault::Busy(now + BUSY),
            Failure::Store(_) => return Fault::Task,
            Failure::Network(error) => error,
        };
        match error {
            NetworkError::HostBusy { retry_at } => Fault::Busy(*retry_at),
            // What watches over them says so, once.
            NetworkError::NoFiles => Fault::Busy(now + FILES),
            NetworkError::HostLost
            | NetworkError::HostForeign
            | NetworkError::HostUnknown
            | NetworkError::HostsSpent => Fault::Lasting,
            NetworkError::HostFailed(_) => Fault::Task,
            NetworkError::Withheld => Fault::Network,
            NetworkError::Throttled { .. } if gate.trouble().is_some() => Fault::Network,
            NetworkError::Throttled { .. }
            | NetworkError::Denied(_)
            | NetworkError::OutOfCredit
            | NetworkError::Unreachable(_) => Fault::Unknown,
            _ if gate.trouble() == Some(Trouble::Down) => Fault::Network,
            _ if queue.exhausted(task.attempt.saturating_add(1)) => Fault::Unknown,
            _ => Fault::Task,
        }
    }
}
