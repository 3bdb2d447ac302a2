//! Ends the process when a write hangs.
//!
//! sled has deadlocks that having one writer makes unlikely, not impossible. A process that hangs forever is of no use;
//! one that ends is restarted by its supervisor and goes on from the disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A write takes milliseconds; a slow disk under load a second or two.
const LIMIT: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Watchdog {
    started: Instant,
    /// When the present write began, in milliseconds since `started`, plus 1; 0 if there is none.
    busy_since: Arc<AtomicU64>,
}

/// Held during a write of the one writer.
pub(super) struct Watched<'a>(&'a AtomicU64);

impl Watchdog {
    pub(super) fn start() -> Self {
        let started = Instant::now();
        let busy_since = Arc::new(AtomicU64::new(0));
        let watched = Arc::downgrade(&busy_since);
        std::thread::spawn(move || {
            while let Some(busy_since) = watched.upgrade() {
                let since = busy_since.load(Ordering::Relaxed);
                drop(busy_since);
                let now = started.elapsed().as_millis() as u64 + 1;
                if since != 0 && now.saturating_sub(since) > LIMIT.as_millis() as u64 {
                    tracing::error!(
                        limit_s = LIMIT.as_secs(),
                        "the database hangs; the process ends, and the next start goes on"
                    );
                    std::process::abort();
                }
                std::thread::sleep(LOOK_EVERY);
            }
        });
        Self {
            started,
            busy_since,
        }
    }

    pub(super) fn watch(&self) -> Watched<'_> {
        self.busy_since.store(
            self.started.elapsed().as_millis() as u64 + 1,
            Ordering::Relaxed,
        );
        Watched(&self.busy_since)
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Relaxed);
    }
}
