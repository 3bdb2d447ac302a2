//! A token bucket on our own clock.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::clock::Clock;
use crate::model::Rate;

/// Requests don't arrive as evenly as they leave; stretching the window by a hundredth, at most by this, keeps arrivals
/// within the limit too.
const JITTER: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub struct TokenBucket {
    limiter: RateLimiter<NotKeyed, InMemoryState, GovernorClock, NoOpMiddleware<Nanos>>,
    clock: GovernorClock,
}

/// Our clock, as `governor` needs it.
#[derive(Clone)]
pub struct GovernorClock(pub Arc<dyn Clock>);

impl TokenBucket {
    /// Makes a hard limit: no window of the rate's length, wherever it begins, ever holds more than its count. A burst
    /// of one hundredth of the count is subtracted from the refill, and the bucket starts empty, since what was spent
    /// before the start is not known.
    pub fn budget(rate: Rate, clock: Arc<dyn Clock>) -> Self {
        Self::with_credit(rate, 0, clock)
    }

    /// The same, if up to `credit` of the budget is spent before it is taken.
    pub(super) fn with_credit(rate: Rate, credit: u32, clock: Arc<dyn Clock>) -> Self {
        let burst = NonZeroU32::new(rate.count.get() / 100).unwrap_or(NonZeroU32::MIN);
        let window = rate.window + (rate.window / 100).min(JITTER);
        // A burst of b, an even flow of r in a window and a credit of c let b - 1 + r + c through it.
        let flow = (rate.count.get() - burst.get() + 1).saturating_sub(credit);
        let interval = window / flow.max(1);
        let bucket = Self::new(interval, burst, clock);
        // At most the whole bucket is taken, so this can't fail; if it did, the bucket would start full.
        let _ = bucket.limiter.check_n(burst);
        bucket
    }

    /// Makes a cloud task queue's bucket: refilled at `rate`, full at the start, with bursts of `size`.
    pub fn queue(rate: Rate, size: NonZeroU32, clock: Arc<dyn Clock>) -> Self {
        Self::new(rate.window / rate.count.get(), size, clock)
    }

    /// Waits for a token and takes it.
    pub async fn take(&self) {
        while let Err(not_until) = self.limiter.check() {
            let wait = not_until.wait_time_from(governor::clock::Clock::now(&self.clock));
            self.clock.0.sleep(wait).await;
        }
    }

    fn new(interval: Duration, burst: NonZeroU32, clock: Arc<dyn Clock>) -> Self {
        let clock = GovernorClock(clock);
        let interval = interval.max(Duration::from_nanos(1));
        let quota = Quota::with_period(interval)
            .unwrap_or(Quota::per_second(NonZeroU32::MIN))
            .allow_burst(burst);
        Self {
            limiter: RateLimiter::direct_with_clock(quota, clock.clone()),
            clock,
        }
    }
}

impl governor::clock::Clock for GovernorClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        // The limiter calculates backwards from now; a day's distance from zero leaves room for that.
        Nanos::from(self.0.elapsed()) + Nanos::from(Duration::from_secs(86_400))
    }
}

impl std::fmt::Debug for GovernorClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnClock")
    }
}
