//! The servers of the network: each has a pace of its own, and is left alone on its own when it wants to be
//! or does not answer, while the others go on. In memory only, and no more servers than may be asked a day.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::model::Rate;
use crate::networks::{Bucket, NetworkError, NetworkSettings};

/// What a server grants an address in five minutes is 300; with the burst it is never passed.
const REQUESTS: (u32, Duration) = (290, Duration::from_secs(5 * 60));

/// Requests for later pages have a limit beside that, of 300 in a quarter of an hour.
const LATER_PAGES: (u32, Duration) = (290, Duration::from_secs(15 * 60));

/// Requests that may go at once to a server which was not asked for a while.
const BURST: u32 = 10;

/// Servers that are asked in a day, all analyses together. Accounts can name any, and nobody is to have us
/// knock at doors without end; a large analysis meets some hundreds.
const MOST_HOSTS: usize = 2_000;
const DAY: Duration = Duration::from_secs(86_400);

/// After so many failures one after the other a server is given up ...
const FAILURES_TO_GIVE_UP: u32 = 5;

/// ... for so long.
const GIVEN_UP_FOR: Duration = Duration::from_secs(6 * 3_600);

/// The longest pause that is taken at a server's word.
const LONGEST_ASKED: Duration = Duration::from_secs(3_600);

/// When so many servers can't be reached, one after the other, it is not theirs but our own line.
const UNREACHABLE_TO_DOUBT: usize = 5;

pub(super) struct Hosts {
    clock: Arc<dyn Clock>,
    /// Off where one server stands for all: the operator knows what it takes.
    is_paced: bool,
    min_cool_down: Duration,
    max_cool_down: Duration,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    hosts: BTreeMap<String, Arc<Host>>,
    day_began: Duration,
    /// Those that could not be reached since anybody has answered.
    unreachable: BTreeSet<String>,
}

struct Host {
    /// One request at a time.
    turn: tokio::sync::Mutex<()>,
    requests: Bucket,
    later_pages: Bucket,
    standing: Mutex<Standing>,
}

#[derive(Default)]
struct Standing {
    /// One after the other.
    failures: u32,
    /// In the clock's elapsed time.
    alone_until: Duration,
}

impl Hosts {
    pub(super) fn new(settings: &NetworkSettings, clock: Arc<dyn Clock>, is_paced: bool) -> Self {
        Self {
            clock,
            is_paced,
            min_cool_down: settings.min_cool_down,
            max_cool_down: settings.max_cool_down,
            known: Mutex::default(),
        }
    }

    /// Asks a server when it is its turn, unless it is to be left alone, and notes what came of it.
    pub(super) async fn ask<T>(
        &self,
        name: &str,
        is_later_page: bool,
        request: impl Future<Output = Result<T, NetworkError>>,
    ) -> Result<T, NetworkError> {
        let host = self.host(name)?;
        let _turn = host.turn.lock().await;
        self.check(&host)?;
        if self.is_paced {
            host.requests.take().await;
            if is_later_page {
                host.later_pages.take().await;
            }
        }
        let result = request.await;
        match result {
            Err(error) if !error.is_final() => Err(self.failed(name, &host, error)),
            result => {
                self.known().unreachable.clear();
                host.standing().failures = 0;
                result
            }
        }
    }

    fn host(&self, name: &str) -> Result<Arc<Host>, NetworkError> {
        let mut known = self.known();
        let elapsed = self.clock.elapsed();
        if elapsed.saturating_sub(known.day_began) >= DAY {
            known.day_began = elapsed;
            known.hosts.retain(|_, host| {
                Arc::strong_count(host) > 1 || host.standing().alone_until > elapsed
            });
        }
        if let Some(host) = known.hosts.get(name) {
            return Ok(host.clone());
        }
        if known.hosts.len() >= MOST_HOSTS {
            tracing::warn!(MOST_HOSTS, "no more servers are asked today");
            return Err(NetworkError::HostLost);
        }
        let host = Arc::new(Host {
            turn: tokio::sync::Mutex::default(),
            requests: bucket(REQUESTS, &self.clock),
            later_pages: bucket(LATER_PAGES, &self.clock),
            standing: Mutex::default(),
        });
        known.hosts.insert(name.to_owned(), host.clone());
        Ok(host)
    }

    /// Whether it is to be left alone at the moment.
    fn check(&self, host: &Host) -> Result<(), NetworkError> {
        let standing = host.standing();
        let left = standing.alone_until.saturating_sub(self.clock.elapsed());
        match left {
            Duration::ZERO => Ok(()),
            _ if standing.failures >= FAILURES_TO_GIVE_UP => Err(NetworkError::HostLost),
            left => Err(self.busy_for(left)),
        }
    }

    /// What a failure means, now that it is counted.
    fn failed(&self, name: &str, host: &Host, error: NetworkError) -> NetworkError {
        let doubt = {
            let mut known = self.known();
            match error {
                NetworkError::Unreachable(_) => {
                    known.unreachable.insert(name.to_owned());
                    known.unreachable.len() >= UNREACHABLE_TO_DOUBT
                }
                _ => {
                    known.unreachable.clear();
                    false
                }
            }
        };
        let pause = self.leave_alone(name, host, &error);
        match (error, pause) {
            // The gate holds everything back and tries again.
            (error @ NetworkError::Unreachable(_), _) if doubt => error,
            (NetworkError::Throttled { .. } | NetworkError::Unreachable(_), Some(pause)) => {
                self.busy_for(pause)
            }
            (NetworkError::Throttled { .. } | NetworkError::Unreachable(_), None) => {
                NetworkError::HostLost
            }
            (error, _) => error,
        }
    }

    /// Counts a failure, and says for how long it is left alone; `None` when it is given up.
    fn leave_alone(&self, name: &str, host: &Host, error: &NetworkError) -> Option<Duration> {
        let mut standing = host.standing();
        standing.failures = standing.failures.saturating_add(1);
        let is_lost = standing.failures >= FAILURES_TO_GIVE_UP;
        let pause = match error {
            _ if is_lost => GIVEN_UP_FOR,
            NetworkError::Throttled { retry_at } => self
                .until(*retry_at)
                .unwrap_or_else(|| self.cool_down(standing.failures)),
            // Any server fails now and then: the first time it is not left alone for it.
            _ => self.cool_down(standing.failures - 1),
        };
        standing.alone_until = self.clock.elapsed() + pause;
        if is_lost {
            tracing::warn!(host = name, %error, "a server is given up for hours");
        }
        (!is_lost).then_some(pause)
    }

    /// How long it is until a time that was named, if that is still to come.
    fn until(&self, retry_at: Option<DateTime<Utc>>) -> Option<Duration> {
        let left = (retry_at? - self.clock.now()).to_std().ok()?;
        Some(left.min(LONGEST_ASKED))
    }

    fn cool_down(&self, failures: u32) -> Duration {
        let Some(doublings) = failures.checked_sub(1) else {
            return Duration::ZERO;
        };
        let doubled = self
            .min_cool_down
            .saturating_mul(2u32.saturating_pow(doublings));
        doubled.min(self.max_cool_down)
    }

    fn busy_for(&self, pause: Duration) -> NetworkError {
        NetworkError::HostBusy {
            retry_at: self.clock.now() + pause,
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bucket((count, window): (u32, Duration), clock: &Arc<dyn Clock>) -> Bucket {
    let positive = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    let rate = Rate {
        count: positive(count),
        window,
    };
    Bucket::queue(rate, positive(BURST), clock.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    const SECOND: Duration = Duration::from_secs(1);

    fn hosts(is_paced: bool) -> (Arc<Hosts>, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let settings = NetworkSettings {
            api: "mastodon",
            url: String::new(),
            token: String::new(),
            rate: "600/m".parse().expect("a rate"),
            min_cool_down: 30 * SECOND,
            max_cool_down: 900 * SECOND,
            timeout: SECOND,
            price: None,
        };
        let hosts = Hosts::new(&settings, clock.clone(), is_paced);
        (Arc::new(hosts), clock)
    }

    fn unreachable() -> NetworkError {
        NetworkError::Unreachable("refused".into())
    }

    async fn fail(hosts: &Hosts, name: &str, error: NetworkError) -> NetworkError {
        let result = hosts.ask::<()>(name, false, async { Err(error) }).await;
        result.expect_err("a failure")
    }

    async fn answers(hosts: &Hosts, name: &str) -> Result<(), NetworkError> {
        hosts.ask(name, false, async { Ok(()) }).await
    }

    fn busy_until(seconds: i64) -> NetworkError {
        NetworkError::HostBusy {
            retry_at: DateTime::from_timestamp(seconds, 0).expect("a time"),
        }
    }

    #[tokio::test]
    async fn a_server_that_is_in_a_hurry_holds_up_nobody_else() {
        let (hosts, clock) = hosts(false);
        let retry_at = DateTime::from_timestamp(90, 0);
        let throttled = NetworkError::Throttled { retry_at };
        assert_eq!(fail(&hosts, "a.example", throttled).await, busy_until(90));
        assert_eq!(answers(&hosts, "a.example").await, Err(busy_until(90)));
        assert_eq!(answers(&hosts, "b.example").await, Ok(()));
        clock.advance(90 * SECOND);
        assert_eq!(answers(&hosts, "a.example").await, Ok(()));
        let never = NetworkError::Throttled {
            retry_at: DateTime::from_timestamp(9_000_000_000, 0),
        };
        let refused = fail(&hosts, "a.example", never).await;
        assert_eq!(refused, busy_until(90 + 3_600), "nobody is believed that");
    }

    #[tokio::test]
    async fn a_server_that_does_not_answer_is_given_up_for_hours() {
        let (hosts, clock) = hosts(false);
        let mut now = 0;
        for pause in [0, 30, 60, 120] {
            let error = fail(&hosts, "a.example", unreachable()).await;
            assert_eq!(error, busy_until(now + pause));
            clock.advance(pause as u32 * SECOND);
            now += pause;
        }
        let lost = NetworkError::HostLost;
        assert_eq!(fail(&hosts, "a.example", unreachable()).await, lost);
        assert_eq!(answers(&hosts, "a.example").await, Err(lost.clone()));
        clock.advance(GIVEN_UP_FOR);
        assert_eq!(fail(&hosts, "a.example", unreachable()).await, lost);
        clock.advance(GIVEN_UP_FOR);
        assert_eq!(answers(&hosts, "a.example").await, Ok(()));
        let error = fail(&hosts, "a.example", unreachable()).await;
        assert!(matches!(error, NetworkError::HostBusy { .. }), "{error}");
    }

    #[tokio::test]
    async fn what_a_task_is_to_blame_for_stays_its_own() {
        let (hosts, _) = hosts(false);
        let broken = NetworkError::Temporary("HTTP 500".into());
        assert_eq!(
            fail(&hosts, "a.example", broken.clone()).await,
            broken.clone()
        );
        let gone = NetworkError::NotFound;
        assert_eq!(fail(&hosts, "a.example", gone.clone()).await, gone);
        assert_eq!(
            fail(&hosts, "a.example", broken.clone()).await,
            broken.clone(),
            "one after the other is something else"
        );
        assert_eq!(fail(&hosts, "a.example", broken.clone()).await, broken);
        assert_eq!(answers(&hosts, "a.example").await, Err(busy_until(30)));
    }

    #[tokio::test]
    async fn when_nobody_can_be_reached_it_is_our_own_line() {
        let (hosts, _) = hosts(false);
        for number in 1..UNREACHABLE_TO_DOUBT {
            let error = fail(&hosts, &format!("{number}.example"), unreachable()).await;
            assert!(matches!(error, NetworkError::HostBusy { .. }), "{error}");
        }
        assert_eq!(
            fail(&hosts, "z.example", unreachable()).await,
            unreachable()
        );
        assert_eq!(answers(&hosts, "b.example").await, Ok(()));
        let error = fail(&hosts, "z.example", unreachable()).await;
        assert!(matches!(error, NetworkError::HostBusy { .. }), "{error}");
    }

    #[tokio::test]
    async fn so_many_servers_are_asked_a_day_and_no_more() {
        let (hosts, clock) = hosts(false);
        for number in 0..MOST_HOSTS {
            let name = format!("{number}.example");
            assert_eq!(answers(&hosts, &name).await, Ok(()));
        }
        let lost = NetworkError::HostLost;
        assert_eq!(answers(&hosts, "one-more.example").await, Err(lost));
        assert_eq!(answers(&hosts, "0.example").await, Ok(()), "it is known");
        clock.advance(DAY);
        assert_eq!(answers(&hosts, "one-more.example").await, Ok(()));
    }

    #[tokio::test]
    async fn a_server_is_asked_one_thing_at_a_time_within_its_limits() {
        let (hosts, clock) = hosts(true);
        let times: Arc<Mutex<Vec<Duration>>> = Arc::default();
        let at_once = Arc::new(Mutex::new(()));
        for _ in 0..700 {
            let (hosts, clock) = (hosts.clone(), clock.clone());
            let (times, at_once) = (times.clone(), at_once.clone());
            tokio::spawn(async move {
                let request = async {
                    let _alone = at_once.try_lock().expect("nobody else is asking");
                    times.lock().expect("whole").push(clock.elapsed());
                    Ok(())
                };
                hosts.ask("a.example", true, request).await
            });
        }
        for _ in 0..3_000 {
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            clock.advance(SECOND);
        }
        let times = times.lock().expect("whole");
        assert_eq!(times.len(), 700, "all get their turn");
        for (count, window) in [REQUESTS, LATER_PAGES] {
            let limit = (count + BURST) as usize;
            let windows = times.windows(limit + 1);
            let mut spans = windows.map(|asked| asked[limit] - asked[0]);
            assert!(spans.all(|span| span >= window), "{limit} in {window:?}");
        }
    }
}
