//! The servers of the network: each has a pace of its own, and is left alone on its own when it wants to be
//! or does not answer, while the others go on. In memory only, and no more servers than may be asked a day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::model::PersonId;
use crate::networks::mastodon::day::{Day, domain};
use crate::networks::mastodon::host::Host;
use crate::networks::mastodon::slow::Slow;
use crate::networks::{NetworkError, NetworkSettings};

const DAY: Duration = Duration::from_secs(86_400);

/// The longest pause that is taken at a server's word.
const LONGEST_ASKED: Duration = Duration::from_secs(3_600);

/// When servers of so many domains can't be reached, one after the other, it may be our own line.
const UNREACHABLE_TO_DOUBT: usize = 5;

pub(super) struct Hosts {
    clock: Arc<dyn Clock>,
    /// Off where one server stands for all: the operator knows what it takes.
    is_paced: bool,
    min_cool_down: Duration,
    max_cool_down: Duration,
    known: Mutex<Known>,
    slow: Slow,
}

/// A request to a server.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) host: &'a str,
    /// Whom it is about.
    pub(super) subject: &'a str,
    pub(super) is_later_page: bool,
    /// Who wants to know.
    pub(super) by: Option<PersonId>,
}

#[derive(Default)]
struct Known {
    hosts: BTreeMap<String, Arc<Host>>,
    day: Day,
    day_began: Duration,
    /// The domains that could not be reached since anybody has answered.
    unreachable: BTreeSet<String>,
}

impl Hosts {
    pub(super) fn new(settings: &NetworkSettings, clock: Arc<dyn Clock>, is_paced: bool) -> Self {
        Self {
            clock,
            is_paced,
            min_cool_down: settings.min_cool_down,
            max_cool_down: settings.max_cool_down,
            known: Mutex::default(),
            slow: Slow::default(),
        }
    }

    /// Asks a server when it is its turn, unless it is to be left alone, and notes what came of it.
    pub(super) async fn ask<T>(
        &self,
        question: Question<'_>,
        request: impl Future<Output = Result<T, NetworkError>>,
    ) -> Result<T, NetworkError> {
        let (name, domain) = (question.host, domain(question.host));
        let host = self.host(name, question.by)?;
        self.check(&host)?;
        let place = self.slow.place(domain, question.by, self.clock.elapsed());
        let _place = place.map_err(|until| self.busy_for(until - self.clock.elapsed()))?;
        let _turn = host.turn.lock().await;
        self.check(&host)?;
        if self.is_paced {
            host.pace(question.is_later_page).await;
        }
        let asked_at = self.clock.elapsed();
        let result = request.await;
        let now = self.clock.elapsed();
        self.slow.note(domain, now.saturating_sub(asked_at), now);
        match result {
            Err(error) if !error.is_final() => Err(self.failed(question, &host, error)),
            result => {
                self.line_works();
                host.standing().served(question.subject);
                result
            }
        }
    }

    /// Notes that somebody has answered.
    pub(super) fn line_works(&self) {
        self.known().unreachable.clear();
    }

    /// Whether the last that a server did was not to answer.
    pub(super) fn is_silent(&self, name: &str) -> bool {
        let host = self.known().hosts.get(name).cloned();
        host.is_some_and(|host| host.standing().is_silent)
    }

    fn host(&self, name: &str, by: Option<PersonId>) -> Result<Arc<Host>, NetworkError> {
        let mut known = self.known();
        let elapsed = self.clock.elapsed();
        if elapsed.saturating_sub(known.day_began) >= DAY {
            known.day_began = elapsed;
            known.day = Day::default();
            known.hosts.retain(|_, host| {
                Arc::strong_count(host) > 1 || host.standing().alone_until > elapsed
            });
        }
        if let Some(host) = known.hosts.get(name) {
            return Ok(host.clone());
        }
        known.day.admit(name, by)?;
        let host = Arc::new(Host::new(&self.clock));
        known.hosts.insert(name.to_owned(), host.clone());
        Ok(host)
    }

    /// Whether it is to be left alone at the moment.
    fn check(&self, host: &Host) -> Result<(), NetworkError> {
        let standing = host.standing();
        let left = standing.alone_until.saturating_sub(self.clock.elapsed());
        match (left, &standing.lost) {
            (Duration::ZERO, _) => Ok(()),
            (_, Some(lost)) => Err(lost.clone()),
            (left, None) => Err(self.busy_for(left)),
        }
    }

    /// What a failure means, now that it is counted.
    fn failed(&self, question: Question<'_>, host: &Host, error: NetworkError) -> NetworkError {
        // The server was not asked at all.
        if error == NetworkError::NoFiles {
            return error;
        }
        if self.may_be_our_line(question, host, &error) {
            // The gate is to find out.
            return error;
        }
        let is_throttled = matches!(error, NetworkError::Throttled { .. });
        let again = is_throttled && host.standing().too_fast_again(question.subject);
        if again && host.standing().serves() {
            // It is something about this account, for which nobody else is to wait.
            return NetworkError::HostFailed(error.to_string());
        }
        let pause = self.leave_alone(question, host, &error);
        match (error, pause) {
            // It costs an attempt, so that others come first, who are served maybe.
            (error, Some(_)) if again => NetworkError::HostFailed(error.to_string()),
            (NetworkError::Throttled { .. } | NetworkError::Unreachable(_), Some(pause)) => {
                self.busy_for(pause)
            }
            (
                NetworkError::Temporary(why)
                | NetworkError::Garbled(why)
                | NetworkError::Unexpected(why),
                Some(_),
            ) => NetworkError::HostFailed(why),
            (error @ (NetworkError::HostUnknown | NetworkError::HostForeign), _)
            | (error, Some(_)) => error,
            (_, None) => NetworkError::HostLost,
        }
    }

    /// Whether nobody has answered since servers of several domains could not be reached, or since one could not
    /// that would be given up now.
    fn may_be_our_line(&self, question: Question<'_>, host: &Host, error: &NetworkError) -> bool {
        let mut known = self.known();
        match error {
            NetworkError::Unreachable(_) => {
                let is_new = known.unreachable.insert(domain(question.host).to_owned());
                let is_last = !is_new && host.standing().is_last_try();
                is_last || known.unreachable.len() >= UNREACHABLE_TO_DOUBT
            }
            // A name leads nowhere by itself, whatever our line is like.
            NetworkError::HostUnknown => false,
            _ => {
                known.unreachable.clear();
                false
            }
        }
    }

    /// Counts a failure, and says for how long the server is left alone; `None` when it is given up.
    fn leave_alone(
        &self,
        question: Question<'_>,
        host: &Host,
        error: &NetworkError,
    ) -> Option<Duration> {
        let mut standing = host.standing();
        let (pause, is_lost) = match (standing.failed(error, question.subject), error) {
            (Err(given_up_for), _) => (given_up_for, true),
            (Ok(before), NetworkError::Throttled { retry_at }) => {
                let named = self.until(*retry_at);
                (named.unwrap_or_else(|| self.cool_down(before + 1)), false)
            }
            // Any server fails now and then: the first time it is not left alone for it.
            (Ok(before), _) => (self.cool_down(before), false),
        };
        standing.alone_until = self.clock.elapsed() + pause;
        if is_lost {
            tracing::warn!(host = question.host, %error, "a server is given up for a while");
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::networks::mastodon::day::MOST_DOMAINS;
    use crate::networks::mastodon::host::{BURST, GIVEN_UP_FOR, LATER_PAGES, REQUESTS};

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

    fn about<'a>(host: &'a str, subject: &'a str) -> Question<'a> {
        Question {
            host,
            subject,
            is_later_page: false,
            by: Some(PersonId(1)),
        }
    }

    async fn fail_for(hosts: &Hosts, question: Question<'_>, error: NetworkError) -> NetworkError {
        let result = hosts.ask::<()>(question, async { Err(error) }).await;
        result.expect_err("a failure")
    }

    async fn fail(hosts: &Hosts, name: &str, error: NetworkError) -> NetworkError {
        fail_for(hosts, about(name, "anna"), error).await
    }

    async fn answers(hosts: &Hosts, name: &str) -> Result<(), NetworkError> {
        hosts.ask(about(name, "anna"), async { Ok(()) }).await
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
    async fn an_account_for_which_its_server_is_always_in_a_hurry_holds_up_nobody_else() {
        let (hosts, clock) = hosts(false);
        let throttled = || NetworkError::Throttled { retry_at: None };
        assert_eq!(
            fail(&hosts, "a.example", throttled()).await,
            busy_until(30),
            "it is believed once"
        );
        clock.advance(30 * SECOND);
        for _ in 0..10 {
            let bob = about("a.example", "bob");
            assert_eq!(hosts.ask(bob, async { Ok(()) }).await, Ok(()));
            let error = fail(&hosts, "a.example", throttled()).await;
            assert!(matches!(error, NetworkError::HostFailed(_)), "{error}");
        }
        for subject in ["bob", "carl", "dora", "emil"] {
            let error = fail_for(&hosts, about("a.example", subject), throttled()).await;
            assert!(matches!(error, NetworkError::HostBusy { .. }), "{error}");
            clock.advance(900 * SECOND);
        }
        let lost = fail_for(&hosts, about("a.example", "fred"), throttled()).await;
        assert_eq!(lost, NetworkError::HostLost, "all of them: it is its own");
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
        let doubt = fail(&hosts, "a.example", unreachable()).await;
        assert_eq!(doubt, unreachable(), "nobody else has answered since");
        hosts.line_works();
        assert_eq!(fail(&hosts, "a.example", unreachable()).await, lost);
        assert_eq!(answers(&hosts, "a.example").await, Err(lost.clone()));
        clock.advance(GIVEN_UP_FOR);
        hosts.line_works();
        assert_eq!(fail(&hosts, "a.example", unreachable()).await, lost);
        clock.advance(GIVEN_UP_FOR);
        assert_eq!(answers(&hosts, "a.example").await, Ok(()));
        let error = fail(&hosts, "a.example", unreachable()).await;
        assert!(matches!(error, NetworkError::HostBusy { .. }), "{error}");
    }

    #[tokio::test]
    async fn an_account_that_always_fails_is_no_reason_to_give_its_server_up() {
        let (hosts, clock) = hosts(false);
        let broken = NetworkError::Temporary("HTTP 500".into());
        let failed = NetworkError::HostFailed("HTTP 500".into());
        let gone = NetworkError::NotFound;
        assert_eq!(fail(&hosts, "a.example", gone.clone()).await, gone);
        for _ in 0..20 {
            let error = fail(&hosts, "a.example", broken.clone()).await;
            assert_eq!(error, failed);
            assert!(hosts.is_silent("a.example"));
            clock.advance(30 * SECOND);
        }
        assert_eq!(answers(&hosts, "a.example").await, Ok(()));
        assert!(!hosts.is_silent("a.example"));
        for subject in ["anna", "bob", "carl", "dora"] {
            let about = about("a.example", subject);
            assert_eq!(fail_for(&hosts, about, broken.clone()).await, failed);
            clock.advance(900 * SECOND);
        }
        let lost = fail_for(&hosts, about("a.example", "emil"), broken).await;
        assert_eq!(lost, NetworkError::HostLost, "all of them: it is its own");
    }

    #[tokio::test]
    async fn our_own_line_is_doubted_when_nobody_can_be_reached() {
        let (hosts, _) = hosts(false);
        for number in 1..UNREACHABLE_TO_DOUBT {
            let error = fail(&hosts, &format!("{number}.example"), unreachable()).await;
            assert!(matches!(error, NetworkError::HostBusy { .. }), "{error}");
        }
        for number in 0..9 {
            let name = format!("nx{number}.example");
            let error = fail(&hosts, &name, NetworkError::HostUnknown).await;
            assert_eq!(error, NetworkError::HostUnknown, "it is the name alone");
        }
        for number in 0..9 {
            let error = fail(&hosts, &format!("{number}.1.example"), unreachable()).await;
            assert!(
                matches!(error, NetworkError::HostBusy { .. }),
                "one domain is one subject: {error}"
            );
        }
        let error = fail(&hosts, "z.example", unreachable()).await;
        assert_eq!(error, unreachable());
        assert_eq!(answers(&hosts, "b.example").await, Ok(()));
        let error = fail(&hosts, "z.example", unreachable()).await;
        assert!(matches!(error, NetworkError::HostBusy { .. }), "{error}");
    }

    #[tokio::test]
    async fn a_name_that_leads_nowhere_is_not_looked_up_again_and_again() {
        let (hosts, clock) = hosts(false);
        let unknown = NetworkError::HostUnknown;
        assert_eq!(
            fail(&hosts, "nx.example", unknown.clone()).await,
            unknown.clone()
        );
        assert_eq!(answers(&hosts, "nx.example").await, Err(unknown));
        clock.advance(600 * SECOND);
        assert_eq!(answers(&hosts, "nx.example").await, Ok(()));
    }

    #[tokio::test]
    async fn one_person_leaves_servers_to_the_others_of_a_day() {
        let (hosts, clock) = hosts(false);
        for number in 0..MOST_DOMAINS / 4 {
            let name = format!("{number}.example");
            assert_eq!(answers(&hosts, &name).await, Ok(()));
        }
        let spent = NetworkError::HostsSpent;
        assert_eq!(answers(&hosts, "one-more.example").await, Err(spent));
        assert_eq!(answers(&hosts, "0.example").await, Ok(()), "it is known");
        let of_another = Question {
            by: Some(PersonId(2)),
            ..about("one-more.example", "anna")
        };
        assert_eq!(hosts.ask(of_another, async { Ok(()) }).await, Ok(()));
        clock.advance(DAY);
        assert_eq!(answers(&hosts, "two-more.example").await, Ok(()));
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
                let question = Question {
                    is_later_page: true,
                    ..about("a.example", "anna")
                };
                hosts.ask(question, request).await
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
