//! A fake network as its user holds it: how it is watched, switched and stopped. It owns the server's
//! task and forwards the rest to the desk.

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
    /// What the network's paths are appended to.
    pub fn url(&self) -> String {
        self.base.clone()
    }

    pub fn requests(&self) -> RequestCounts {
        self.state.requests()
    }

    /// Requests that got all they can ever get (data, or that an account is private or gone) more than
    /// once, as "endpoint subject cursor", each as often as it was too much.
    pub fn asked_twice(&self) -> Vec<String> {
        self.state.asked_twice()
    }

    /// What a well-behaved client never does.
    pub fn violations(&self) -> Vec<String> {
        self.state.violations()
    }

    /// While down, every connection is closed unanswered; such requests are not counted.
    pub fn set_down(&self, down: bool) {
        self.state.set_down(down);
    }

    /// As if the key had been taken away.
    pub fn refuse_key(&self, refuse: bool) {
        self.state.refuse_key(refuse);
    }

    /// A key beside the one that it was started with, with a rate of its own.
    pub fn add_key(&self, key: &str) {
        self.state.add_key(key);
    }

    /// As if that key had been revoked.
    pub fn revoke_key(&self, key: &str) {
        self.state.revoke_key(key);
    }

    /// As if it had been good all the time.
    pub fn restore_key(&self, key: &str) {
        self.state.restore_key(key);
    }

    /// Requests that came in with such a key.
    pub fn requests_by(&self, key: &str) -> u64 {
        self.state.requests_by(key)
    }

    /// Requests that a network which charges for each puts on the bill of one of the other keys, or of the first.
    pub fn charged_to(&self, key: Option<&str>) -> u64 {
        self.state.charged_to(key)
    }

    pub fn set_faults(&self, percent: u8) {
        self.state.set_faults(percent);
    }

    /// Says "over the rate" to the next `requests` requests.
    pub fn throttle_next(&self, requests: u32) {
        self.state.throttle_next(requests);
    }

    /// The account becomes private.
    pub fn hide(&self, id: u64) {
        self.state.set_account_state(id, AccountState::Hidden);
    }

    /// The network shuts the account out.
    pub fn suspend(&self, id: u64) {
        self.state.set_account_state(id, AccountState::Suspended);
    }

    /// The account vanishes, from lists too.
    pub fn remove(&self, id: u64) {
        self.state.set_account_state(id, AccountState::Removed);
    }

    /// The key is refused for this account alone.
    pub fn forbid(&self, id: u64) {
        self.state.refuse(id, ApiError::BadToken);
    }

    /// Whatever is asked about this account fails.
    pub fn break_account(&self, id: u64) {
        self.state.refuse(id, ApiError::Broken);
    }

    /// "Over the rate" is all that is ever said about this account.
    pub fn throttle_account(&self, id: u64) {
        self.state.refuse(id, ApiError::Throttled);
    }

    /// Breaks one page of one list, once or forever: the one that would hold the item at `position`
    /// (0 is in the first page). Profiles and searches have position 0 alone.
    pub fn fail_page(&self, endpoint: Endpoint, id: u64, position: usize, forever: bool) {
        self.state.fail_page(endpoint, id, position, forever);
    }

    /// Changes every answer from now on, as servers do that are odd or not the real ones; `twist` is told of
    /// which account it is, by the number in the world, where it is of one.
    pub fn on_response(
        &self,
        twist: impl Fn(Endpoint, Option<u64>, &mut FakeResponse) + Send + Sync + 'static,
    ) {
        self.state.set_response_hook(Arc::new(twist));
    }

    /// The cursors of one list go wrong from now on.
    pub fn break_cursors(&self, endpoint: Endpoint, id: u64, fault: CursorFault) {
        self.state.break_cursors(endpoint, id, fault);
    }

    /// From now on requests arrive but wait for `release`.
    pub fn hold(&self) {
        self.state.set_held(true);
    }

    pub fn release(&self) {
        self.state.set_held(false);
    }

    /// Requests that came in since the start, answered or not.
    pub fn arrivals(&self) -> u64 {
        self.state.arrivals()
    }

    /// Returns once `arrivals` has come to `wanted`.
    pub async fn arrived(&self, wanted: u64) {
        self.state.arrived(wanted).await;
    }

    /// Answers what has arrived, then closes.
    pub async fn stop(mut self) {
        self.close();
        if let Some(server) = self.server.take() {
            // It ends by itself now; if it panicked, the request that made it do so has already failed.
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
