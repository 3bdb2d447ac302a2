//! A running fake network: how it is observed, switched and stopped. It owns the server's task and forwards the rest to
//! the state.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::demo::networks::fake_state::{AccountState, FakeState};
use crate::demo::networks::{ApiError, CursorFault, Endpoint, FakeResponse, RequestCounts};

/// A fake network that answers until it is stopped or dropped.
pub struct FakeNetwork {
    pub(super) base: String,
    pub(super) state: Arc<FakeState>,
    pub(super) stopping: watch::Sender<bool>,
    pub(super) server: Option<JoinHandle<()>>,
}

impl FakeNetwork {
    /// Returns the URL that the network's paths are appended to.
    pub fn url(&self) -> String {
        self.base.clone()
    }

    pub(super) fn origin(&self) -> String {
        self.state.origin()
    }

    pub fn requests(&self) -> RequestCounts {
        self.state.requests()
    }

    /// Returns how many requests each of the servers had that the fake stands for.
    pub fn requests_by_server(&self) -> BTreeMap<String, u64> {
        self.state.servers.requests()
    }

    /// Returns the requests that were answered in full (with data, or that an account is private or gone) more than
    /// once, as "endpoint subject cursor", each as often as it was too much.
    pub fn asked_twice(&self) -> Vec<String> {
        self.state.asked_twice()
    }

    /// Returns what a well-behaved client never does.
    pub fn violations(&self) -> Vec<String> {
        self.state.violations()
    }

    /// While down, every connection is closed unanswered; such requests are not counted.
    pub fn set_down(&self, down: bool) {
        self.state.set_down(down);
    }

    /// Refuses the key, as if it had been taken away; or accepts it again.
    pub fn refuse_key(&self, refuse: bool) {
        self.state.refuse_key(refuse);
    }

    /// Adds a key to the one that the fake was started with, with its own rate.
    pub fn add_key(&self, key: &str) {
        self.state.add_key(key);
    }

    /// Revokes an added key.
    pub fn revoke_key(&self, key: &str) {
        self.state.revoke_key(key);
    }

    /// Accepts a revoked key again.
    pub fn restore_key(&self, key: &str) {
        self.state.restore_key(key);
    }

    /// Returns the number of requests that came in with an added key.
    pub fn requests_by(&self, key: &str) -> u64 {
        self.state.requests_by(key)
    }

    /// Returns the number of requests that are charged to an added key, or to the first one.
    pub fn charged_to(&self, key: Option<&str>) -> u64 {
        self.state.charged_to(key)
    }

    pub fn set_faults(&self, percent: u8) {
        self.state.set_faults(percent);
    }

    /// Answers the next `requests` requests with "over the rate".
    pub fn throttle_next(&self, requests: u32) {
        self.state.throttle_next(requests);
    }

    /// Makes the account private.
    pub fn hide(&self, id: u64) {
        self.state.set_account_state(id, AccountState::Hidden);
    }

    /// Suspends the account.
    pub fn suspend(&self, id: u64) {
        self.state.set_account_state(id, AccountState::Suspended);
    }

    /// Removes the account, from lists too.
    pub fn remove(&self, id: u64) {
        self.state.set_account_state(id, AccountState::Removed);
    }

    /// Refuses the key for this account alone.
    pub fn forbid(&self, id: u64) {
        self.state.refuse(id, ApiError::BadToken);
    }

    /// Fails every request about this account.
    pub fn break_account(&self, id: u64) {
        self.state.refuse(id, ApiError::Broken);
    }

    /// Answers every request about this account with "over the rate".
    pub fn throttle_account(&self, id: u64) {
        self.state.refuse(id, ApiError::Throttled);
    }

    /// Breaks one page of one list, once or forever: the one that would hold the item at `position` (0 is in the first
    /// page). Profiles and searches have position 0 alone.
    pub fn fail_page(&self, endpoint: Endpoint, id: u64, position: usize, forever: bool) {
        self.state.fail_page(endpoint, id, position, forever);
    }

    /// Changes every response from now on, as odd or hostile servers do; `hook` is given the number of the account in
    /// the world if the response is about a single one.
    pub fn on_response(
        &self,
        hook: impl Fn(Endpoint, Option<u64>, &mut FakeResponse) + Send + Sync + 'static,
    ) {
        self.state.set_response_hook(Arc::new(hook));
    }

    /// Breaks the cursors of one list from now on.
    pub fn break_cursors(&self, endpoint: Endpoint, id: u64, fault: CursorFault) {
        self.state.break_cursors(endpoint, id, fault);
    }

    /// Lets requests arrive from now on, but wait for `release`.
    pub fn hold(&self) {
        self.state.set_held(true);
    }

    pub fn release(&self) {
        self.state.set_held(false);
    }

    /// Returns the number of requests that came in since the start, answered or not.
    pub fn arrivals(&self) -> u64 {
        self.state.arrivals()
    }

    /// Waits until `arrivals` has reached `wanted`.
    pub async fn arrived(&self, wanted: u64) {
        self.state.arrived(wanted).await;
    }

    /// Answers the requests that have arrived, then closes.
    pub async fn stop(mut self) {
        self.close();
        if let Some(server) = self.server.take() {
            // It ends by itself now; if it panicked, the request that caused that has failed already.
            let _ = server.await;
        }
    }

    fn close(&self) {
        self.release();
        self.stopping.send_replace(true);
    }
}

impl Drop for FakeNetwork {
    fn drop(&mut self) {
        self.close();
    }
}
