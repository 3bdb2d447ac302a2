//! The servers of the network: each has its own rate limits, and is left alone on its own if it asks for that or does
//! not answer, while the others go on. In memory only, and no more servers than the daily quota.

mod failures;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::model::PersonId;
use crate::networks::mastodon::host::Host;
use crate::networks::mastodon::host_quota::{HostQuota, domain};
use crate::networks::mastodon::slow_hosts::SlowHosts;
use crate::networks::{NetworkError, NetworkSettings};

const DAY: Duration = Duration::from_secs(86_400);

pub(super) struct Hosts {
    clock: Arc<dyn Clock>,
    /// False if one server stands for all: its operator sets the rate.
    is_paced: bool,
    min_cool_down: Duration,
    max_cool_down: Duration,
    known: Mutex<KnownHosts>,
    slow: SlowHosts,
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
    pub(super) fn new(settings: &NetworkSettings, clock: Arc<dyn Clock>, is_paced: bool) -> Self {
        Self {
            clock,
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
        // However it is spelt, it is one account.
        let subject = info.subject.to_lowercase();
        let info = RequestInfo {
            subject: &subject,
            ..info
        };
        let (name, domain) = (info.host, domain(info.host));
        let host = self.host(name, info.by)?;
        self.check(&host)?;
        let permit = self.slow.permit(domain, info.by, self.clock.elapsed());
        let _permit = permit.map_err(|until| self.busy_for(until - self.clock.elapsed()))?;
        let _turn = host.turn.lock().await;
        self.check(&host)?;
        if self.is_paced {
            host.wait_for_rate(info.is_later_page).await;
        }
        let asked_at = self.clock.elapsed();
        let result = request.await;
        let now = self.clock.elapsed();
        self.slow.note(domain, now.saturating_sub(asked_at), now);
        match result {
            Err(error) if !error.is_final() => Err(self.failed(info, &host, error)),
            result => {
                self.note_connection_works();
                host.state().note_success(info.subject);
                result
            }
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
        known.quota.admit(name, by)?;
        let host = Arc::new(Host::new(&self.clock));
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
