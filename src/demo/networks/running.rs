//! A fake network as its user holds it: how it is watched, switched and stopped. It owns the server's
//! task and forwards the rest to the desk.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::demo::networks::desk::{Desk, Fate};
use crate::demo::networks::{Answer, Endpoint, Oddity, Refusal, Requests};

/// A fake network that answers until it is stopped or dropped.
pub struct Running {
    pub(super) base: String,
    pub(super) desk: Arc<Desk>,
    pub(super) stopping: watch::Sender<bool>,
    pub(super) server: Option<JoinHandle<()>>,
}

impl Running {
    /// What the network's paths are appended to.
    pub fn url(&self) -> String {
        self.base.clone()
    }

    pub fn requests(&self) -> Requests {
        self.desk.requests()
    }

    /// Requests that got all they can ever get (data, or that an account is private or gone) more than
    /// once, as "endpoint subject cursor", each as often as it was too much.
    pub fn asked_twice(&self) -> Vec<String> {
        self.desk.asked_twice()
    }

    /// What a well-behaved client never does.
    pub fn violations(&self) -> Vec<String> {
        self.desk.violations()
    }

    /// While down, every connection is closed unanswered; such requests are not counted.
    pub fn set_down(&self, down: bool) {
        self.desk.set_down(down);
    }

    /// As if the key had been taken away.
    pub fn refuse_key(&self, refuse: bool) {
        self.desk.refuse_key(refuse);
    }

    /// A key beside the one that it was started with, with a rate of its own.
    pub fn give_out(&self, key: &str) {
        self.desk.give_out(key);
    }

    /// As if that key had been revoked.
    pub fn withdraw(&self, key: &str) {
        self.desk.withdraw(key);
    }

    /// As if it had been good all the time.
    pub fn allow_again(&self, key: &str) {
        self.desk.allow_again(key);
    }

    /// Requests that came in with such a key.
    pub fn requests_by(&self, key: &str) -> u64 {
        self.desk.requests_by(key)
    }

    /// Requests that a network which charges for each puts on the bill of one of the other keys, or of the first.
    pub fn charged_to(&self, key: Option<&str>) -> u64 {
        self.desk.charged_to(key)
    }

    pub fn set_faults(&self, percent: u8) {
        self.desk.set_faults(percent);
    }

    /// Says "over the rate" to the next `requests` requests.
    pub fn throttle_next(&self, requests: u32) {
        self.desk.throttle_next(requests);
    }

    /// The account becomes private.
    pub fn hide(&self, id: u64) {
        self.desk.set_fate(id, Fate::Hidden);
    }

    /// The network shuts the account out.
    pub fn suspend(&self, id: u64) {
        self.desk.set_fate(id, Fate::Suspended);
    }

    /// The account vanishes, from lists too.
    pub fn remove(&self, id: u64) {
        self.desk.set_fate(id, Fate::Removed);
    }

    /// The key is refused for this account alone.
    pub fn forbid(&self, id: u64) {
        self.desk.refuse(id, Refusal::BadToken);
    }

    /// Whatever is asked about this account fails.
    pub fn break_account(&self, id: u64) {
        self.desk.refuse(id, Refusal::Broken);
    }

    /// "Over the rate" is all that is ever said about this account.
    pub fn throttle_account(&self, id: u64) {
        self.desk.refuse(id, Refusal::Throttled);
    }

    /// Breaks one page of one list, once or forever: the one that would hold the item at `position`
    /// (0 is in the first page). Profiles and searches have position 0 alone.
    pub fn fail_page(&self, endpoint: Endpoint, id: u64, position: usize, forever: bool) {
        self.desk.fail_page(endpoint, id, position, forever);
    }

    /// Changes every answer from now on, as servers do that are odd or not the real ones; `twist` is told of
    /// which account it is, by the number in the world, where it is of one.
    pub fn twist(
        &self,
        twist: impl Fn(Endpoint, Option<u64>, &mut Answer) + Send + Sync + 'static,
    ) {
        self.desk.set_twist(Arc::new(twist));
    }

    /// The cursors of one list go wrong from now on.
    pub fn mislead(&self, endpoint: Endpoint, id: u64, oddity: Oddity) {
        self.desk.mislead(endpoint, id, oddity);
    }

    /// From now on requests arrive but wait for `release`.
    pub fn hold(&self) {
        self.desk.set_held(true);
    }

    pub fn release(&self) {
        self.desk.set_held(false);
    }

    /// Requests that came in since the start, answered or not.
    pub fn arrivals(&self) -> u64 {
        self.desk.arrivals()
    }

    /// Returns once `arrivals` has come to `wanted`.
    pub async fn arrived(&self, wanted: u64) {
        self.desk.arrived(wanted).await;
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

impl Drop for Running {
    fn drop(&mut self) {
        self.close();
    }
}
