//! Whether a network wants to be left alone, by what came back from it.
//!
//! What fails may be the fault of the account that was asked for, and strangers choose those. So failures
//! raise no more than a doubt: whether the network is down or refuses the key, a control request decides, which
//! is known to be good. It goes ahead of what waits, now and after each pause.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};

use crate::clock::Clock;
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
    Control,
}

pub(super) struct Judgement {
    clock: Arc<dyn Clock>,
    /// The shortest and the longest pause where no time was named.
    cool_downs: (Duration, Duration),
    trouble: Option<Trouble>,
    /// In the clock's elapsed time.
    paused_until: Duration,
    failures: u32,
    /// The failures so far may be the network's own: the control request is to decide.
    in_doubt: bool,
    /// Pauses one after the other.
    pauses: u32,
}

impl Judgement {
    pub(super) fn new(cool_downs: (Duration, Duration), clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            cool_downs,
            trouble: None,
            paused_until: Duration::ZERO,
            failures: 0,
            in_doubt: false,
            pauses: 0,
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
        match self.trouble {
            None if self.in_doubt => Purpose::Control,
            None => Purpose::Work,
            Some(Trouble::Throttled { .. }) if !self.in_doubt => Purpose::Probe,
            // By turns: should the control request be all that fails, the others end the trouble.
            Some(_) if self.pauses.is_multiple_of(2) => Purpose::Probe,
            Some(_) => Purpose::Control,
        }
    }

    /// Takes in what came of a request. Returns whether it shows that the network works.
    pub(super) fn hear(&mut self, error: Option<&NetworkError>, purpose: Purpose) -> bool {
        let trouble = match error {
            Some(NetworkError::Throttled { retry_at }) => Some(Trouble::Throttled {
                until: retry_at.unwrap_or(DateTime::UNIX_EPOCH),
            }),
            Some(error) if purpose == Purpose::Control => verdict(error),
            Some(error) => {
                self.doubt(error);
                let goes_on = purpose == Purpose::Probe && verdict(error).is_some();
                let trouble = self.trouble.clone().filter(|_| goes_on);
                trouble.filter(|trouble| !matches!(trouble, Trouble::Throttled { .. }))
            }
            None => None,
        };
        let works = error.is_none_or(NetworkError::is_final);
        if works {
            (self.failures, self.in_doubt) = (0, false);
        }
        match trouble {
            Some(trouble) => self.pause(trouble),
            // Answers that were already on their way say nothing against a pause that began since.
            None if works && self.clock.elapsed() >= self.paused_until => {
                self.trouble = None;
                self.pauses = 0;
            }
            None => {}
        }
        works
    }

    /// Notes a failure that may be the fault of what was asked for.
    fn doubt(&mut self, error: &NetworkError) {
        match error {
            NetworkError::Denied(_) | NetworkError::OutOfCredit | NetworkError::Unreachable(_) => {
                self.failures += 1;
                self.in_doubt = true;
            }
            NetworkError::Temporary(_) | NetworkError::Garbled(_) | NetworkError::Unexpected(_) => {
                self.failures += 1;
                self.in_doubt |= self.failures >= FAILURES_TO_DOUBT;
            }
            _ => {}
        }
    }

    /// Holds requests back until the time that was named, or for a cool-down that doubles.
    fn pause(&mut self, trouble: Trouble) {
        let (elapsed, now) = (self.clock.elapsed(), self.clock.now());
        // Several requests were out at the same time: together they are one reason to pause.
        let is_first = elapsed >= self.paused_until;
        self.pauses += u32::from(is_first);
        let doubled = 2u32.saturating_pow(self.pauses.saturating_sub(1).min(16));
        let (shortest, longest) = self.cool_downs;
        let mut pause = shortest.saturating_mul(doubled).min(longest);
        if let Trouble::Throttled { until } = trouble
            && until > now
        {
            let asked = (until - now).min(LONGEST_ASKED);
            pause = asked.to_std().unwrap_or(pause);
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
    }
}

/// What a failure of the control request says of the network.
fn verdict(error: &NetworkError) -> Option<Trouble> {
    match error {
        NetworkError::Denied(_) => Some(Trouble::KeyRefused),
        NetworkError::OutOfCredit => Some(Trouble::OutOfCredit),
        NetworkError::Unreachable(_)
        | NetworkError::Temporary(_)
        | NetworkError::Garbled(_)
        | NetworkError::Unexpected(_) => Some(Trouble::Down),
        _ => None,
    }
}
