//! The circuit breaker: whether a network is to be left alone, judged by the outcomes of requests.
//!
//! A failure may be the fault of the requested account, and strangers choose those. So failures only raise a doubt:
//! whether the network is down or refuses the key is decided by a health check, which requests an account that is known
//! to be good. It goes ahead of what waits, now and after each pause.
//!
//! Being throttled is the network's to say: with a time, or with a budget that is spent, it is believed, but for one
//! account only once a day. Otherwise it is a failure like others, which the health check decides about.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::Clock;
use crate::model::back_off;
use crate::networks::throttled::{SubjectHash, ThrottledSubjects};
use crate::networks::{NetworkError, Trouble};

/// This many failures in a row raise the doubt that the network is down.
const FAILURES_TO_DOUBT: u32 = 10;

/// The longest pause that is accepted. Quotas are by the day at most; a longer one is a mistake.
const LONGEST_ASKED: TimeDelta = TimeDelta::days(1);

/// The purpose that a request is let through for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Work,
    /// To see whether a trouble is over, with whatever request waits.
    Probe,
    /// To see whether there is trouble or whether it is over, with the health check.
    HealthCheck,
}

pub(super) struct CircuitBreaker {
    clock: Arc<dyn Clock>,
    /// The shortest and the longest pause if no time was named.
    cool_downs: (Duration, Duration),
    /// The shortest pause when throttled.
    min_pause: Duration,
    trouble: Option<Trouble>,
    /// In the clock's elapsed time.
    paused_until: Duration,
    failures: u32,
    /// The purpose of the next request.
    next_purpose: Purpose,
    /// Pauses in a row, without a successful request in between.
    pauses: u32,
    throttled: ThrottledSubjects,
}

/// The outcome of a request.
#[derive(Clone, Copy)]
pub(super) struct RequestOutcome<'a> {
    pub(super) error: Option<&'a NetworkError>,
    /// The network says that its budget is used up.
    pub(super) is_spent: bool,
    pub(super) purpose: Purpose,
    pub(super) subject: SubjectHash,
}

impl CircuitBreaker {
    pub(super) fn new(
        cool_downs: (Duration, Duration),
        min_pause: Duration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            clock,
            cool_downs,
            min_pause,
            trouble: None,
            paused_until: Duration::ZERO,
            failures: 0,
            next_purpose: Purpose::Work,
            pauses: 0,
            throttled: ThrottledSubjects::default(),
        }
    }

    /// Returns why requests are held back at the moment, if they are.
    pub(super) fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// Returns when the pause ends, in the clock's elapsed time.
    pub(super) fn paused_until(&self) -> Duration {
        self.paused_until
    }

    /// Returns the purpose that the next request is let through for.
    pub(super) fn purpose(&self) -> Purpose {
        self.next_purpose
    }

    /// Records the outcome of a request. Returns whether it shows that the network works.
    pub(super) fn record(&mut self, outcome: RequestOutcome<'_>) -> bool {
        let Some(error) = outcome.error.filter(|error| !error.is_final()) else {
            self.record_success(outcome);
            return true;
        };
        let trouble = match (error, outcome.purpose) {
            (NetworkError::Throttled { retry_at }, _) => self.throttled(*retry_at, outcome),
            (error, Purpose::HealthCheck) => self.trouble_by_health_check(error),
            (error, Purpose::Probe) => self.continuing_trouble(error),
            (error, Purpose::Work) => {
                self.raise_doubt(error);
                return false;
            }
        };
        match trouble {
            Some(trouble) => self.pause(trouble, outcome.purpose),
            None if outcome.purpose == Purpose::HealthCheck => self.next_purpose = Purpose::Work,
            None => self.next_purpose = Purpose::HealthCheck,
        }
        false
    }

    fn record_success(&mut self, outcome: RequestOutcome<'_>) {
        self.failures = 0;
        // Responses that were already on their way say nothing against a pause that began since.
        let is_over = self.clock.elapsed() >= self.paused_until;
        if is_over {
            self.trouble = None;
            self.next_purpose = Purpose::Work;
        }
        // If only the health check succeeds, the next pause is not a short one again.
        if outcome.purpose != Purpose::HealthCheck {
            self.throttled.served(outcome.subject);
            self.pauses *= u32::from(!is_over);
        }
    }

    /// Returns what it means that a request was throttled; `None` if the health check is to decide.
    fn throttled(
        &mut self,
        retry_at: Option<DateTime<Utc>>,
        outcome: RequestOutcome<'_>,
    ) -> Option<Trouble> {
        let (elapsed, now) = (self.clock.elapsed(), self.clock.now());
        let told = Trouble::Throttled {
            until: retry_at.unwrap_or(DateTime::UNIX_EPOCH),
        };
        if outcome.purpose == Purpose::HealthCheck {
            return Some(told);
        }
        let wait = retry_at.map_or(TimeDelta::zero(), |at| at - now);
        let wait = wait.clamp(TimeDelta::zero(), LONGEST_ASKED);
        // A day from when it may be requested again.
        let remembered_for = (wait + LONGEST_ASKED).to_std().unwrap_or_default();
        let until = elapsed + remembered_for;
        let again = self.throttled.note(outcome.subject, elapsed, until);
        let is_named = outcome.is_spent || !wait.is_zero();
        let is_believed = match outcome.purpose {
            // The throttling lasts, at the longest until the health check.
            Purpose::Probe if wait.is_zero() => true,
            _ => is_named && !again,
        };
        (is_believed || self.throttled.take_many()).then_some(told)
    }

    /// Returns what a failure of the health check says about the network; `None` if nothing.
    fn trouble_by_health_check(&self, error: &NetworkError) -> Option<Trouble> {
        match error {
            NetworkError::Denied(_) => Some(Trouble::KeyRefused),
            NetworkError::OutOfCredit => Some(Trouble::OutOfCredit),
            // It was not sent.
            NetworkError::NoFiles => self.trouble.clone(),
            _ => Some(Trouble::Down),
        }
    }

    /// Returns the trouble that continues, by the failure of a probe; `None` if the health check is to decide.
    fn continuing_trouble(&mut self, error: &NetworkError) -> Option<Trouble> {
        self.raise_doubt(error);
        let is_down = matches!(
            error,
            NetworkError::Denied(_)
                | NetworkError::OutOfCredit
                | NetworkError::Unreachable(_)
                | NetworkError::Temporary(_)
                | NetworkError::Garbled(_)
                | NetworkError::Unexpected(_)
        );
        let trouble = self.trouble.clone().filter(|_| is_down);
        trouble.filter(|trouble| !matches!(trouble, Trouble::Throttled { .. }))
    }

    /// Notes a failure that may be the fault of the requested account.
    fn raise_doubt(&mut self, error: &NetworkError) {
        let enough = match error {
            NetworkError::Denied(_) | NetworkError::OutOfCredit | NetworkError::Unreachable(_) => 1,
            NetworkError::Temporary(_) | NetworkError::Garbled(_) | NetworkError::Unexpected(_) => {
                FAILURES_TO_DOUBT
            }
            _ => return,
        };
        self.failures += 1;
        if self.failures >= enough && self.next_purpose == Purpose::Work {
            self.next_purpose = Purpose::HealthCheck;
        }
    }

    /// Holds requests back until the named time, or for a cool-down that doubles.
    fn pause(&mut self, trouble: Trouble, purpose: Purpose) {
        let (elapsed, now) = (self.clock.elapsed(), self.clock.now());
        // Several requests were in flight at once: together they are one reason to pause.
        let is_first = elapsed >= self.paused_until;
        self.pauses += u32::from(is_first);
        let (shortest, longest) = self.cool_downs;
        let mut pause = back_off(shortest, self.pauses.saturating_sub(1), longest);
        if let Trouble::Throttled { until } = trouble {
            let named = (until - now).min(LONGEST_ASKED).to_std().ok();
            let named = named.filter(|named| !named.is_zero());
            pause = named.unwrap_or(pause.max(self.min_pause));
        }
        let trouble = match trouble {
            Trouble::Throttled { .. } => Trouble::Throttled { until: now + pause },
            other => other,
        };
        if is_first {
            tracing::warn!(
                ?trouble,
                pause_s = pause.as_secs_f32(),
                "holding requests back"
            );
        }
        self.paused_until = self.paused_until.max(elapsed + pause);
        self.trouble = Some(trouble);
        self.next_purpose = match purpose {
            Purpose::Work => Purpose::Probe,
            Purpose::Probe => Purpose::HealthCheck,
            Purpose::HealthCheck if self.pauses <= 1 => Purpose::HealthCheck,
            // In turns: if only the health check fails, other requests end the trouble.
            Purpose::HealthCheck => Purpose::Probe,
        };
    }
}
