//! The servers of a network that has many: each has its own rate limits, and is left alone on its own if it asks for
//! that or does not answer, while the others go on. In memory only, and no more servers than the daily quota.

mod failures;
mod host;
mod quota;
mod slow;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use crate::clock::Clock;
use crate::model::PersonId;
use crate::networks::{NetworkError, NetworkSettings};

use host::Host;
use quota::{HostQuota, domain};
use slow::{SlowHosts, SlowPermit};

pub(super) use quota::MOST_OF_A_DOMAIN;

const DAY: Duration = Duration::from_secs(86_400);

pub(super) struct Hosts {
    clock: Arc<dyn Clock>,
    policy: HostPolicy,
    /// False if one server stands for all: its operator sets the rate.
    is_paced: bool,
    min_cool_down: Duration,
    max_cool_down: Duration,
    known: Mutex<KnownHosts>,
    slow: SlowHosts,
}

/// What servers of a network allow.
#[derive(Clone, Copy)]
pub(super) struct HostPolicy {
    /// The limits of a server.
    pub(super) limits: fn(&str) -> HostLimits,
    /// The most servers of a registered domain that are asked in a day: its owner can name any number.
    pub(super) most_of: fn(&str) -> usize,
}

/// The limits of one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HostLimits {
    pub(super) requests: (u32, Duration),
    /// Requests for later pages, if they have another limit.
    pub(super) later_pages: Option<(u32, Duration)>,
    /// Requests that may go at once to a server that was not contacted for a while.
    pub(super) burst: u32,
}

/// The turn of a request to a server. It is given back when it is dropped.
pub(super) struct HostTurn {
    host: Arc<Host>,
    _turn: OwnedMutexGuard<()>,
    _permit: Option<SlowPermit>,
}

/// A request to a server.
#[derive(Clone, Copy)]
pub(super) struct RequestInfo<'a> {
    pub(super) host: &'a str,
    /// The account that it is about.
    pub(super) subject: &'a str,
    pub(super) is_later_page: bool,
    /// The person it is made for.
    pub(super) by: Option<PersonId>,
}

#[derive(Default)]
struct KnownHosts {
    hosts: BTreeMap<String, Arc<Host>>,
    quota: HostQuota,
    quota_began: Duration,
    /// The domains that could not be reached since the last response.
    unreachable: BTreeSet<String>,
}

impl Hosts {
    pub(super) fn new(
        settings: &NetworkSettings,
        clock: Arc<dyn Clock>,
        policy: HostPolicy,
        is_paced: bool,
    ) -> Self {
        Self {
            clock,
            policy,
            is_paced,
            min_cool_down: settings.min_cool_down,
            max_cool_down: settings.max_cool_down,
            known: Mutex::default(),
            slow: SlowHosts::default(),
        }
    }

    /// Sends a request to a server in its turn, unless it is to be left alone, and records the outcome.
    pub(super) async fn ask<T>(
        &self,
        info: RequestInfo<'_>,
        request: impl Future<Output = Result<T, NetworkError>>,
    ) -> Result<T, NetworkError> {
        let turn = self.turn(info).await?;
        self.send(turn, info, request).await
    }

    /// Waits for the turn of a request; to wait no longer costs nothing.
    ///
    /// # Errors
    /// If the server is to be left alone.
    pub(super) async fn turn(&self, info: RequestInfo<'_>) -> Result<HostTurn, NetworkError> {
        let host = self.host(info.host, info.by)?;
        self.check(&host)?;
        let now = self.clock.elapsed();
        let permit = self.slow.permit(self.owner_of(info.host), info.by, now);
        let permit = permit.map_err(|until| self.busy_for(until.saturating_sub(now)))?;
        let turn = host.turn.clone().lock_owned().await;
        self.check(&host)?;
        if self.is_paced {
            host.wait_for_rate(info.is_later_page).await;
        }
        Ok(HostTurn {
            host,
            _turn: turn,
            _permit: permit,
        })
    }

    /// Sends a request whose turn it is, and records the outcome.
    pub(super) async fn send<T>(
        &self,
        turn: HostTurn,
        info: RequestInfo<'_>,
        request: impl Future<Output = Result<T, NetworkError>>,
    ) -> Result<T, NetworkError> {
        // However it is spelt, it is one account.
        let subject = info.subject.to_lowercase();
        let info = RequestInfo {
            subject: &subject,
            ..info
        };
        let asked_at = self.clock.elapsed();
        let result = request.await;
        let now = self.clock.elapsed();
        let took = now.saturating_sub(asked_at);
        self.slow.note(self.owner_of(info.host), took, now);
        match result {
            Err(error) if !error.is_final() => Err(self.failed(info, &turn.host, error)),
            result => {
                self.note_connection_works();
                turn.host.state().note_success(info.subject);
                result
            }
        }
    }

    /// Returns whose server it is: the registered domain of those that a stranger may have named, so that they share what
    /// one of them does; or else the server itself.
    fn owner_of<'a>(&self, name: &'a str) -> &'a str {
        let domain = domain(name);
        match (self.policy.most_of)(domain) > MOST_OF_A_DOMAIN {
            true => name,
            false => domain,
        }
    }

    /// Notes that a server has answered.
    pub(super) fn note_connection_works(&self) {
        self.known().unreachable.clear();
    }

    /// Whether a server did not answer the last request.
    pub(super) fn is_silent(&self, name: &str) -> bool {
        let host = self.known().hosts.get(name).cloned();
        host.is_some_and(|host| host.state().is_silent)
    }

    fn host(&self, name: &str, by: Option<PersonId>) -> Result<Arc<Host>, NetworkError> {
        let mut known = self.known();
        let elapsed = self.clock.elapsed();
        if elapsed.saturating_sub(known.quota_began) >= DAY {
            known.quota_began = elapsed;
            known.quota = HostQuota::default();
            known.hosts.retain(|_, host| {
                Arc::strong_count(host) > 1 || host.state().paused_until > elapsed
            });
        }
        if let Some(host) = known.hosts.get(name) {
            return Ok(host.clone());
        }
        known.quota.admit(name, by, self.policy.most_of)?;
        let host = Arc::new(Host::new((self.policy.limits)(name), &self.clock));
        known.hosts.insert(name.to_owned(), host.clone());
        Ok(host)
    }

    /// Checks that it is not to be left alone at the moment.
    fn check(&self, host: &Host) -> Result<(), NetworkError> {
        let state = host.state();
        let left = state.paused_until.saturating_sub(self.clock.elapsed());
        match (left, &state.given_up) {
            (Duration::ZERO, _) => Ok(()),
            (_, Some(given_up)) => Err(given_up.clone()),
            (left, None) => Err(self.busy_for(left)),
        }
    }

    fn busy_for(&self, pause: Duration) -> NetworkError {
        NetworkError::HostBusy {
            retry_at: self.clock.now() + pause,
        }
    }

    fn known(&self) -> MutexGuard<'_, KnownHosts> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
