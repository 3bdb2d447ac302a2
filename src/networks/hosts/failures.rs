//! What the failure of a server means: for its account alone, for the server, or for our own connection.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::model::back_off;
use crate::networks::NetworkError;
use crate::networks::hosts::host::Host;
use crate::networks::hosts::{Hosts, RequestInfo};

/// The longest pause that is accepted from a server.
const LONGEST_ASKED: Duration = Duration::from_secs(3_600);

/// If servers of this many domains can't be reached in a row, it may be our own connection.
pub(super) const UNREACHABLE_TO_DOUBT: usize = 5;

impl Hosts {
    /// Returns what a failure means, after counting it.
    pub(super) fn failed(
        &self,
        info: RequestInfo<'_>,
        host: &Host,
        error: NetworkError,
    ) -> NetworkError {
        // Nothing was sent.
        if error == NetworkError::NoFiles {
            return error;
        }
        if self.may_be_our_connection(info, host, &error) {
            // The gate is to find out.
            return error;
        }
        let is_throttled = matches!(error, NetworkError::Throttled { .. });
        let again = is_throttled
            && host
                .state()
                .throttled_again(info.subject, self.clock.elapsed());
        if again && host.state().last_was_success() {
            // It is about this account, and the others need not wait.
            return NetworkError::HostFailed(error.to_string());
        }
        let pause = self.pause_host(info, host, &error);
        match (error, pause) {
            // It costs an attempt, so that other accounts come first.
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

    /// Whether several domains could not be reached since the last response, or one that would be given up now.
    fn may_be_our_connection(
        &self,
        info: RequestInfo<'_>,
        host: &Host,
        error: &NetworkError,
    ) -> bool {
        let mut known = self.known();
        match error {
            NetworkError::Unreachable(_) => {
                let is_new = known
                    .unreachable
                    .insert(self.owner_of(info.host).to_owned());
                let is_last = !is_new && host.state().is_last_chance();
                is_last || known.unreachable.len() >= UNREACHABLE_TO_DOUBT
            }
            // A name that can't be resolved says nothing about our connection.
            NetworkError::HostUnknown => false,
            _ => {
                known.unreachable.clear();
                false
            }
        }
    }

    /// Counts a failure. Returns for how long the server is left alone; `None` if it is given up.
    fn pause_host(
        &self,
        info: RequestInfo<'_>,
        host: &Host,
        error: &NetworkError,
    ) -> Option<Duration> {
        let mut state = host.state();
        let (pause, is_lost) = match (state.count_failure(error, info.subject), error) {
            (Err(given_up_for), _) => (given_up_for, true),
            (Ok(before), NetworkError::Throttled { retry_at }) => {
                let named = self.until(*retry_at);
                (named.unwrap_or_else(|| self.cool_down(before + 1)), false)
            }
            // Any server fails now and then: the first failure causes no pause.
            (Ok(before), _) => (self.cool_down(before), false),
        };
        state.paused_until = self.clock.elapsed() + pause;
        if is_lost {
            tracing::warn!(host = info.host, %error, "a server is given up for a while");
        }
        (!is_lost).then_some(pause)
    }

    /// Leaves a server alone until a time that it has named.
    pub(in crate::networks) fn rest(&self, name: &str, until: DateTime<Utc>) {
        let host = self.known().hosts.get(name).cloned();
        if let (Some(host), Some(pause)) = (host, self.until(Some(until))) {
            host.state().paused_until = self.clock.elapsed() + pause;
        }
    }

    /// Returns how long it is until the named time, if that is still to come.
    fn until(&self, retry_at: Option<DateTime<Utc>>) -> Option<Duration> {
        let left = (retry_at? - self.clock.now()).to_std().ok()?;
        Some(left.min(LONGEST_ASKED))
    }

    fn cool_down(&self, failures: u32) -> Duration {
        failures.checked_sub(1).map_or(Duration::ZERO, |doublings| {
            back_off(self.min_cool_down, doublings, self.max_cool_down)
        })
    }
}
