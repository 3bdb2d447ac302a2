//! What becomes of a task that has failed: it is given up, or retried later. Pure.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::model::{QueueSettings, Task};
use crate::networks::{NetworkError, Trouble};
use crate::stages::Failure;

/// How long a task waits whose list another crawl is asking for.
const BUSY: Duration = Duration::from_secs(1);

/// How long a task waits for which no connection could be opened.
const NO_FILES: Duration = Duration::from_secs(5);

/// Back-offs are stretched by up to this part, so that tasks that failed together are not retried together.
const JITTER: f64 = 0.1;

/// A failed task, and what decides about it.
pub(super) struct Failed<'a> {
    pub(super) failure: &'a Failure,
    pub(super) task: &'a Task,
    pub(super) queue: &'a QueueSettings,
    /// Why the network's gate holds requests back, if it does.
    pub(super) trouble: Option<Trouble>,
    pub(super) now: DateTime<Utc>,
    /// Draws the jitter of the back-off, from 0 to 1.
    pub(super) random: fn() -> f64,
}

/// What becomes of a failed task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    GiveUp,
    /// It waits until then. `counts` if that was one of its attempts.
    RetryAt {
        at: DateTime<Utc>,
        counts: bool,
    },
}

impl Failed<'_> {
    /// Returns what becomes of the task; `None` if only a health check can tell whether the task or the network is
    /// at fault: an account that always fails must not stop the others, and an outage must not make a crawl give up
    /// page after page.
    pub(super) fn after(&self) -> Option<After> {
        let error = match self.failure {
            Failure::Busy => return Some(wait_until(self.now + BUSY)),
            Failure::Store(_) => return Some(self.retry_or_give_up()),
            Failure::Network(error) => error,
        };
        match error {
            NetworkError::HostBusy { retry_at } => Some(wait_until(*retry_at)),
            // The watch over open files tells the operators, once.
            NetworkError::NoFiles => Some(wait_until(self.now + NO_FILES)),
            NetworkError::HostLost
            | NetworkError::HostForeign
            | NetworkError::HostUnknown
            | NetworkError::HostsSpent => Some(After::GiveUp),
            NetworkError::HostFailed(_) => Some(self.retry_or_give_up()),
            NetworkError::Withheld => Some(self.wait_for_network()),
            NetworkError::Throttled { .. } if self.trouble.is_some() => {
                Some(self.wait_for_network())
            }
            NetworkError::Throttled { .. }
            | NetworkError::Denied(_)
            | NetworkError::OutOfCredit
            | NetworkError::Unreachable(_) => None,
            _ if self.trouble == Some(Trouble::Down) => Some(self.wait_for_network()),
            _ if self.is_last_attempt() => None,
            _ => Some(self.retry_or_give_up()),
        }
    }

    /// Returns what becomes of the task once a health check has shown whether the network works.
    pub(super) fn after_health_check(&self, network_works: bool) -> After {
        if network_works {
            self.retry_or_give_up()
        } else {
            self.wait_for_network()
        }
    }

    fn retry_or_give_up(&self) -> After {
        if self.is_last_attempt() {
            return After::GiveUp;
        }
        let back_off = self.queue.backoff(self.attempts());
        After::RetryAt {
            at: self.now + back_off.mul_f64(1.0 + JITTER * (self.random)()),
            counts: true,
        }
    }

    /// Sends the task to the gate again at once, which holds it for as long as the network needs.
    fn wait_for_network(&self) -> After {
        wait_until(self.now)
    }

    fn is_last_attempt(&self) -> bool {
        self.queue.exhausted(self.attempts())
    }

    /// Returns how often it has been tried, this time included.
    fn attempts(&self) -> u32 {
        self.task.attempt.saturating_add(1)
    }
}

fn wait_until(at: DateTime<Utc>) -> After {
    After::RetryAt { at, counts: false }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use chrono::TimeDelta;

    use super::*;
    use crate::model::{CrawlId, NetworkName, Queue, StageName, Subject, TaskId};
    use crate::stores::StoreError;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    /// A queue with one retry, after 10 s.
    fn queue() -> QueueSettings {
        QueueSettings {
            rate: None,
            bucket_size: NonZeroU32::MIN,
            max_concurrent: NonZeroU32::MIN,
            task_retry_limit: Some(1),
            min_backoff: Duration::from_secs(10),
            max_backoff: Duration::from_secs(10),
            max_doublings: 0,
        }
    }

    fn task(attempt: u32) -> Task {
        Task {
            id: TaskId(1),
            crawl: CrawlId(1),
            queue: Queue {
                network: NetworkName::new("bluesky"),
                stage: StageName::Subscriptions,
            },
            round: 1,
            subject: Subject::Opening,
            cursor: None,
            attempt,
        }
    }

    /// What is decided about a task that was tried before or not, with no word yet of the network, or one.
    fn decided(
        failure: &Failure,
        attempt: u32,
        trouble: Option<Trouble>,
        works: Option<bool>,
    ) -> Option<After> {
        let (task, queue) = (task(attempt), queue());
        let failed = Failed {
            failure,
            task: &task,
            queue: &queue,
            trouble,
            now: NOW,
            random: || 1.0,
        };
        match works {
            Some(works) => Some(failed.after_health_check(works)),
            None => failed.after(),
        }
    }

    #[test]
    fn a_failure_decides_what_becomes_of_its_task() {
        use NetworkError as E;
        let wait = |seconds| Some(wait_until(NOW + TimeDelta::seconds(seconds)));
        // Ten seconds, and a tenth of that as jitter.
        let retry = Some(After::RetryAt {
            at: NOW + TimeDelta::seconds(11),
            counts: true,
        });
        let give_up = Some(After::GiveUp);
        let control = None;
        let down = || Some(Trouble::Down);
        let slow = || Some(Trouble::Throttled { until: NOW });
        let later = NOW + TimeDelta::seconds(99);
        let text = || "HTTP 502".to_owned();
        let network = |error| Failure::Network(error);
        let throttled = || network(E::Throttled { retry_at: None });
        let temporary = || network(E::Temporary(text()));
        let store = || Failure::Store(StoreError::Io(text()));
        for (failure, trouble, first, last) in [
            (Failure::Busy, None, wait(1), wait(1)),
            (store(), down(), retry, give_up),
            (
                network(E::HostBusy { retry_at: later }),
                None,
                wait(99),
                wait(99),
            ),
            (network(E::NoFiles), down(), wait(5), wait(5)),
            (network(E::HostLost), None, give_up, give_up),
            (network(E::HostForeign), None, give_up, give_up),
            (network(E::HostUnknown), None, give_up, give_up),
            (network(E::HostsSpent), down(), give_up, give_up),
            (network(E::HostFailed(text())), down(), retry, give_up),
            (network(E::Withheld), None, wait(0), wait(0)),
            (throttled(), slow(), wait(0), wait(0)),
            (throttled(), None, control, control),
            (network(E::Denied(text())), down(), control, control),
            (network(E::OutOfCredit), None, control, control),
            (network(E::Unreachable(text())), down(), control, control),
            (temporary(), down(), wait(0), wait(0)),
            (temporary(), slow(), retry, control),
            (temporary(), None, retry, control),
            (network(E::TooLarge(9)), None, retry, control),
        ] {
            assert_eq!(
                decided(&failure, 0, trouble.clone(), None),
                first,
                "{failure}"
            );
            assert_eq!(decided(&failure, 1, trouble, None), last, "{failure}");
            assert_eq!(decided(&failure, 0, None, Some(true)), retry, "{failure}");
            assert_eq!(decided(&failure, 1, None, Some(true)), give_up, "{failure}");
            assert_eq!(
                decided(&failure, 1, None, Some(false)),
                wait(0),
                "{failure}"
            );
        }
    }
}
