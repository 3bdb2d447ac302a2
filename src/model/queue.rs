//! The settings of a stage's queue, with the semantics of a cloud task queue.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use crate::model::back_off;

/// A count in a window of time: `5000/h`, `1/m`, `10/s`, `200/d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub count: NonZeroU32,
    pub window: Duration,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a rate such as 5000/h, 1/m or 10/s")]
pub struct ParseRateError;

/// How one stage's tasks are dispatched and retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueSettings {
    /// The rate at which tasks are dispatched; `None` if only the key's budget limits them.
    pub rate: Option<Rate>,
    /// Tasks that may be dispatched at once after a pause, under `rate`.
    pub bucket_size: NonZeroU32,
    /// Tasks that may run at the same time.
    pub max_concurrent: NonZeroU32,
    /// Retries after the first attempt; `None` for no limit.
    pub task_retry_limit: Option<u32>,
    pub min_backoff: Duration,
    pub max_backoff: Duration,
    /// How often the back-off doubles before it grows by a constant step.
    pub max_doublings: u32,
}

impl QueueSettings {
    /// Returns the pause before a retry (1 is the first), without jitter: it doubles `max_doublings` times, then grows
    /// by the last doubled value, up to the maximum. 10 s, 300 s, 3 doublings: 10, 20, 40, 80, 160, 240, 300, 300. As
    /// in Google's App Engine task queues ("Retrying failed tasks").
    pub fn backoff(&self, retry: u32) -> Duration {
        let doublings = retry.saturating_sub(1).min(self.max_doublings);
        let steps = retry.saturating_sub(1).saturating_sub(doublings);
        back_off(self.min_backoff, doublings, self.max_backoff)
            .saturating_mul(steps.saturating_add(1))
            .min(self.max_backoff)
    }

    /// Whether a task is given up after this many failed attempts.
    pub fn exhausted(&self, attempts: u32) -> bool {
        self.task_retry_limit.is_some_and(|limit| attempts > limit)
    }
}

impl Rate {
    /// Returns the rate of items that count `weight` times each.
    pub fn for_weight(self, weight: f64) -> Self {
        let count = (f64::from(self.count.get()) / weight.max(1.0)).round() as u32;
        Self {
            count: NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN),
            ..self
        }
    }
}

impl FromStr for Rate {
    type Err = ParseRateError;

    fn from_str(text: &str) -> Result<Self, ParseRateError> {
        let (count, unit) = text.trim().split_once('/').ok_or(ParseRateError)?;
        let count = count.trim().parse().map_err(|_| ParseRateError)?;
        let seconds = match unit.trim() {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(ParseRateError),
        };
        Ok(Rate {
            count,
            window: Duration::from_secs(seconds),
        })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.window.as_secs() {
            1 => "s",
            60 => "m",
            3_600 => "h",
            _ => "d",
        };
        write!(f, "{}/{unit}", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(min: u64, max: u64, doublings: u32) -> QueueSettings {
        QueueSettings {
            rate: None,
            bucket_size: NonZeroU32::MIN,
            max_concurrent: NonZeroU32::MIN,
            task_retry_limit: Some(2),
            min_backoff: Duration::from_secs(min),
            max_backoff: Duration::from_secs(max),
            max_doublings: doublings,
        }
    }

    #[test]
    fn back_off_doubles_then_steps_then_stays() {
        let queue = queue(10, 300, 3);
        let seconds: Vec<u64> = (1..=8)
            .map(|retry| queue.backoff(retry).as_secs())
            .collect();
        assert_eq!(seconds, [10, 20, 40, 80, 160, 240, 300, 300]);
    }

    #[test]
    fn two_retries_mean_three_attempts() {
        let queue = queue(30, 300, 3);
        assert!(!queue.exhausted(2));
        assert!(queue.exhausted(3));
    }

    #[test]
    fn rates_read_as_people_write_them() {
        let rate: Rate = "5000/h".parse().expect("a rate");
        assert_eq!(
            (rate.count.get(), rate.window),
            (5000, Duration::from_secs(3600))
        );
        assert_eq!(rate.to_string(), "5000/h");
        for wrong in ["", "5000", "0/h", "h/5000", "5/week", "-1/s"] {
            assert_eq!(
                wrong.parse::<Rate>(),
                Err(ParseRateError),
                "{wrong:?} must be refused"
            );
        }
    }
}
