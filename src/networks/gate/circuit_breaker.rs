//! Whether a network wants to be left alone, by what came back from it.
//!
//! What fails may be the fault of the account that was asked for, and strangers choose those. So failures
//! raise no more than a doubt: whether the network is down or refuses the key, a control request decides, which
//! is known to be good. It goes ahead of what waits, now and after each pause.
//!
//! That it is asked too fast is the network's to say: with a time, or with a budget that is spent, it is believed, but
//! for one account only once in a day. Else it is a failure like others, which the control request decides about.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::Clock;
use crate::networks::gate::throttled::{SubjectHash, ThrottledSubjects};
use crate::networks::{NetworkError, Trouble};

/// So many failures one after the other raise the doubt that the network is down.
const FAILURES_TO_DOUBT: u32 = 10;

/// The longest pause that is taken at its word. Quotas are by the day at most; what names more is a slip.
const LONGEST_ASKED: TimeDelta = TimeDelta::days(1);

/// What a request is let through for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Work,
    /// To see whether a trouble is over, by whatever waits.
    Probe,
    /// To see whether there is trouble or whether it is over, by the control request.
    HealthCheck,
}

pub(super) struct CircuitBreaker {
    clock: Arc<dyn Clock>,
    /// The shortest and the longest pause where no time was named.
    cool_downs: (Duration, Duration),
    /// The least where it is asked too fast.
    min_pause: Duration,
    trouble: Option<Trouble>,
    /// In the clock's elapsed time.
    paused_until: Duration,
    failures: u32,
    /// What the next request is let through for.
    asks: Purpose,
    /// Pauses one after the other, between which nobody was served.
    pauses: u32,
    throttled: ThrottledSubjects,
}

/// What came of a request.
#[derive(Clone, Copy)]
pub(super) struct RequestOutcome<'a> {
    pub(super) error: Option<&'a NetworkError>,
    /// The network tells that nothing is left of its budget.
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
            asks: Purpose::Work,
            pauses: 0,
            throttled: ThrottledSubjects::default(),
        }
    }

    /// Why requests are held back at the moment.
    pub(super) fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// Nothing may pass before; in the clock's elapsed time.
    pub(super) fn paused_until(&self) -> Duration {
        self.paused_until
    }

    /// What the next request is let through for.
    pub(super) fn purpose(&self) -> Purpose {
        self.asks
    }

    /// Takes in what came of a request. Returns whether it shows that the network works.
    pub(super) fn record(&mut self, outcome: RequestOutcome<'_>) -> bool {
        let Some(error) = outcome.error.filter(|error| !error.is_final()) else {
            self.works(outcome);
            return true;
        };
        let trouble = match (error, outcome.purpose) {
            (NetworkError::Throttled { retry_at }, _) => self.throttled(*retry_at, outcome),
            (error, Purpose::HealthCheck) => self.verdict(error),
            (error, Purpose::Probe) => self.goes_on(error),
            (error, Purpose::Work) => {
                self.doubt(error);
                return false;
            }
        };
        match trouble {
            Some(trouble) => self.pause(trouble, outcome.purpose),
            None if outcome.purpose == Purpose::HealthCheck => self.asks = Purpose::Work,
            None => self.asks = Purpose::HealthCheck,
        }
        false
    }

    fn works(&mut self, outcome: RequestOutcome<'_>) {
        self.failures = 0;
        // Answers that were already on their way say nothing against a pause that began since.
        let is_over = self.clock.elapsed() >= self.paused_until;
        if is_over {
            self.trouble = None;
            self.asks = Purpose::Work;
        }
        // Where the control request alone is served, the next pause is no short one again.
        if outcome.purpose != Purpose::HealthCheck {
            self.throttled.served(outcome.subject);
            self.pauses *= u32::from(!is_over);
        }
    }

    /// What it means that a request came too fast; `None` if the control request is to decide.
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
        // A day from when it may be asked for again.
        let remembered_for = (wait + LONGEST_ASKED).to_std().unwrap_or_default();
        let until = elapsed + remembered_for;
        let again = self.throttled.note(outcome.subject, elapsed, until);
        let is_named = outcome.is_spent || !wait.is_zero();
        let is_believed = match outcome.purpose {
            // It lasts, and no longer than to the control request.
            Purpose::Probe if wait.is_zero() => true,
            _ => is_named && !again,
        };
        (is_believed || self.throttled.take_many()).then_some(told)
    }

    /// What a failure of the control request says of the network; `None` if nothing.
    fn verdict(&self, error: &NetworkError) -> Option<Trouble> {
        match error {
            NetworkError::Denied(_) => Some(Trouble::KeyRefused),
            NetworkError::OutOfCredit => Some(Trouble::OutOfCredit),
            // It was not asked.
            NetworkError::NoFiles => self.trouble.clone(),
            _ => Some(Trouble::Down),
        }
    }

    /// The trouble that a failure of what waits shows to go on; `None` if the control request is to decide.
    fn goes_on(&mut self, error: &NetworkError) -> Option<Trouble> {
        self.doubt(error);
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

    /// Notes a failure that may be the fault of what was asked for.
    fn doubt(&mut self, error: &NetworkError) {
        let enough = match error {
            NetworkError::Denied(_) | NetworkError::OutOfCredit | NetworkError::Unreachable(_) => 1,
            NetworkError::Temporary(_) | NetworkError::Garbled(_) | NetworkError::Unexpected(_) => {
                FAILURES_TO_DOUBT
            }
            _ => return,
        };
        self.failures += 1;
        if self.failures >= enough && self.asks == Purpose::Work {
            self.asks = Purpose::HealthCheck;
        }
    }

    /// Holds requests back until the time that was named, or for a cool-down that doubles.
    fn pause(&mut self, trouble: Trouble, purpose: Purpose) {
        let (elapsed, now) = (self.clock.elapsed(), self.clock.now());
        // Several requests were out at the same time: together they are one reason to pause.
        let is_first = elapsed >= self.paused_until;
        self.pauses += u32::from(is_first);
        let doubled = 2u32.saturating_pow(self.pauses.saturating_sub(1).min(16));
        let (shortest, longest) = self.cool_downs;
        let mut pause = shortest.saturating_mul(doubled).min(longest);
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
        self.asks = match purpose {
            Purpose::Work => Purpose::Probe,
            Purpose::Probe => Purpose::HealthCheck,
            Purpose::HealthCheck if self.pauses <= 1 => Purpose::HealthCheck,
            // By turns: should the control request be all that fails, the others end the trouble.
            Purpose::HealthCheck => Purpose::Probe,
        };
    }
}
