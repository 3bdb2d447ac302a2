//! The state of a fake network, whichever network it is: request counters, the rate, and the switches that a test
//! turns. Thread-safe; knows no formats and no sockets.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::watch;
use tokio::time::Instant;

use crate::demo::networks::bluesky_servers::ServerLimits;
use crate::demo::networks::faults::{self, InjectedFault};
use crate::demo::networks::key_usage::{KeyUsage, KeyUsages};
use crate::demo::networks::{
    ApiError, CursorFault, Endpoint, FakeOptions, FakeResponse, ParsedRequest, RequestCounts,
    ResponseHook,
};
use crate::demo::world::WorldAccount;

/// The limit that responses name if the fake has none: the real network's.
const NAMED_LIMIT: u32 = 5_000;

pub(super) struct FakeState {
    options: FakeOptions,
    /// The address of the fake.
    origin: String,
    book: Mutex<Records>,
    account_states: RwLock<HashMap<u64, AccountState>>,
    arrivals: watch::Sender<u64>,
    held: watch::Sender<bool>,
    down: AtomicBool,
    key_refused: AtomicBool,
    faults_percent: AtomicU8,
    to_throttle: AtomicU32,
    response_hook: RwLock<Option<Arc<ResponseHook>>>,
    /// The servers besides the network's own.
    pub(super) servers: ServerLimits,
}

/// What has become of an account since the world was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccountState {
    Hidden,
    Suspended,
    Removed,
}

/// How a request stands in the rate limit.
pub(super) struct RateStatus {
    pub(super) is_over_rate: bool,
    pub(super) limit: u32,
    pub(super) remaining: u32,
}

#[derive(Default)]
struct Records {
    /// The key that the fake was started with, and requests without a known key.
    first_key: KeyUsage,
    other_keys: KeyUsages,
    requests: RequestCounts,
    counts: HashMap<String, RequestCount>,
    violations: Vec<String>,
    failing: Vec<FailingPage>,
    odd: Vec<(Endpoint, u64, CursorFault)>,
    /// Accounts about which every request is refused, and how.
    refused: HashMap<u64, ApiError>,
}

#[derive(Default)]
struct RequestCount {
    asked: u32,
    answered: u32,
}

struct FailingPage {
    endpoint: Endpoint,
    id: u64,
    position: usize,
    forever: bool,
}

impl FakeState {
    pub(super) fn new(options: FakeOptions, origin: String) -> FakeState {
        FakeState {
            faults_percent: AtomicU8::new(options.faults_percent),
            options,
            origin,
            book: Mutex::default(),
            account_states: RwLock::default(),
            arrivals: watch::Sender::new(0),
            held: watch::Sender::new(false),
            down: AtomicBool::new(false),
            key_refused: AtomicBool::new(false),
            to_throttle: AtomicU32::new(0),
            response_hook: RwLock::default(),
            servers: ServerLimits::default(),
        }
    }

    pub(super) fn set_response_hook(&self, hook: Arc<ResponseHook>) {
        *self
            .response_hook
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(hook);
    }

    pub(super) fn apply_response_hook(&self, parsed: &ParsedRequest, answer: &mut FakeResponse) {
        let hook = self
            .response_hook
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(hook) = hook.as_ref() {
            hook(parsed.endpoint, parsed.id, answer);
        }
    }

    /// Returns the URL of an account's picture.
    pub(super) fn picture(&self, account: &WorldAccount) -> String {
        format!("{}/pictures/{}", self.origin, account.id)
    }

    /// Counts an arriving request.
    pub(super) fn arrive(&self, key: Option<&str>, charged: bool) -> RateStatus {
        self.arrivals.send_modify(|arrivals| *arrivals += 1);
        let mut guard = self.book();
        let book = &mut *guard;
        let other = key.and_then(|key| book.other_keys.get_mut(key));
        let own = other.unwrap_or(&mut book.first_key);
        own.requests += 1;
        own.charged += u64::from(charged);
        let Some((limit, window)) = self.options.rate.filter(|_| !self.is_down()) else {
            return RateStatus {
                is_over_rate: false,
                limit: NAMED_LIMIT,
                remaining: NAMED_LIMIT - 1,
            };
        };
        // Read under the lock, or two requests could be counted in the wrong order.
        let (is_over_rate, remaining) = own.admit((limit, window), Instant::now());
        if is_over_rate {
            let seconds = window.as_secs_f64();
            book.violations
                .push(format!("over the rate of {limit} in {seconds} s"));
        }
        RateStatus {
            is_over_rate,
            limit,
            remaining,
        }
    }

    /// Counts requests that the fake makes of the network behind it.
    pub(super) fn count_upstream(&self, requests: usize) {
        let mut guard = self.book();
        let book = &mut *guard;
        let Some(rate) = self.options.rate else {
            return;
        };
        for _ in 0..requests {
            let (is_over_rate, _) = book.first_key.admit(rate, Instant::now());
            if is_over_rate {
                book.violations
                    .push("over the rate behind what was asked".to_owned());
            }
        }
    }

    /// Accepts this key from now on.
    pub(super) fn add_key(&self, key: &str) {
        self.book()
            .other_keys
            .insert(key.to_owned(), KeyUsage::default());
    }

    /// Refuses this key from now on.
    pub(super) fn revoke_key(&self, key: &str) {
        if let Some(book) = self.book().other_keys.get_mut(key) {
            book.is_revoked = true;
        }
    }

    pub(super) fn restore_key(&self, key: &str) {
        if let Some(book) = self.book().other_keys.get_mut(key) {
            book.is_revoked = false;
        }
    }

    /// Returns the number of requests that came in with an added key.
    pub(super) fn requests_by(&self, key: &str) -> u64 {
        let book = self.book();
        book.other_keys.get(key).map_or(0, |book| book.requests)
    }

    /// Returns the number of requests that are charged to an added key, or to the first one.
    pub(super) fn charged_to(&self, key: Option<&str>) -> u64 {
        let book = self.book();
        match key {
            Some(key) => book.other_keys.get(key).map_or(0, |book| book.charged),
            None => book.first_key.charged,
        }
    }

    /// Waits while requests are held.
    pub(super) async fn released(&self) {
        // The sender lives as long as the state, so waiting can't fail.
        let _ = self.held.subscribe().wait_for(|held| !held).await;
    }

    pub(super) async fn arrived(&self, wanted: u64) {
        let _ = self
            .arrivals
            .subscribe()
            .wait_for(|arrivals| *arrivals >= wanted)
            .await;
    }

    pub(super) fn arrivals(&self) -> u64 {
        *self.arrivals.borrow()
    }

    /// Counts a request that is about to be answered. Returns the number of the attempt, from 0.
    pub(super) fn count(&self, parsed: &ParsedRequest) -> u32 {
        let mut book = self.book();
        book.requests.total += 1;
        match parsed.endpoint {
            Endpoint::Search => book.requests.search += 1,
            Endpoint::Profile => book.requests.profile += 1,
            Endpoint::Followers => book.requests.followers += 1,
            Endpoint::Following => book.requests.following += 1,
            Endpoint::ByName => book.requests.by_name += 1,
            Endpoint::Handle | Endpoint::Suggested | Endpoint::Balance => {}
        }
        let count = book.counts.entry(parsed.to_string()).or_default();
        count.asked += 1;
        count.asked - 1
    }

    /// Counts a request that can't be parsed.
    pub(super) fn count_stray(&self, complaint: String) {
        let mut book = self.book();
        book.requests.total += 1;
        book.violations.push(complaint);
    }

    pub(super) fn origin(&self) -> String {
        self.origin.clone()
    }

    /// Counts a request that another server has answered; `what` is named if it is asked for again.
    pub(super) fn note_elsewhere(&self, what: String) {
        let mut book = self.book();
        book.requests.total += 1;
        book.requests.following += 1;
        let count = book.counts.entry(what).or_default();
        count.asked += 1;
        count.answered += 1;
    }

    pub(super) fn add_violation(&self, complaint: String) {
        self.book().violations.push(complaint);
    }

    /// Notes that a request was answered in full.
    pub(super) fn note_answered(&self, parsed: &ParsedRequest) {
        self.book()
            .counts
            .entry(parsed.to_string())
            .or_default()
            .answered += 1;
    }

    /// Returns why a well-formed request is refused; `None` if it is not.
    pub(super) fn error(&self, parsed: &ParsedRequest, needs_key: bool) -> Option<ApiError> {
        let other = parsed.token.as_ref().and_then(|key| {
            let book = self.book();
            Some(book.other_keys.get(key)?.is_revoked)
        });
        if let Some(is_revoked) = other {
            return is_revoked.then_some(ApiError::BadToken);
        }
        if needs_key && parsed.token.as_deref() != Some(self.options.token.as_str()) {
            let what = if parsed.token.is_some() {
                "wrong"
            } else {
                "missing"
            };
            self.add_violation(format!("{parsed}: {what} token"));
            return Some(ApiError::BadToken);
        }
        if self.key_refused.load(Ordering::Relaxed) {
            return Some(ApiError::BadToken);
        }
        let refused = parsed
            .id
            .and_then(|id| self.book().refused.get(&id).copied());
        if refused.is_some() {
            return refused;
        }
        let one_less = |left: u32| left.checked_sub(1);
        let (set, fetch) = (Ordering::Relaxed, Ordering::Relaxed);
        if self.to_throttle.fetch_update(set, fetch, one_less).is_ok() {
            return Some(ApiError::Throttled);
        }
        self.is_failing(parsed).then_some(ApiError::Broken)
    }

    pub(super) fn fault(&self, parsed: &ParsedRequest, attempt: u32) -> Option<InjectedFault> {
        let percent = self.faults_percent.load(Ordering::Relaxed);
        faults::fault_of(self.options.seed, &parsed.to_string(), attempt, percent)
    }

    pub(super) fn account_states(&self) -> RwLockReadGuard<'_, HashMap<u64, AccountState>> {
        self.account_states
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_down(&self) -> bool {
        self.down.load(Ordering::Relaxed)
    }

    pub(super) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::Relaxed);
    }

    pub(super) fn refuse_key(&self, refuse: bool) {
        self.key_refused.store(refuse, Ordering::Relaxed);
    }

    pub(super) fn set_faults(&self, percent: u8) {
        self.faults_percent.store(percent, Ordering::Relaxed);
    }

    pub(super) fn throttle_next(&self, requests: u32) {
        self.to_throttle.store(requests, Ordering::Relaxed);
    }

    pub(super) fn set_held(&self, held: bool) {
        self.held.send_replace(held);
    }

    pub(super) fn set_account_state(&self, id: u64, fate: AccountState) {
        let mut account_states = self
            .account_states
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        account_states.insert(id, fate);
    }

    pub(super) fn fail_page(&self, endpoint: Endpoint, id: u64, position: usize, forever: bool) {
        self.book().failing.push(FailingPage {
            endpoint,
            id,
            position,
            forever,
        });
    }

    pub(super) fn refuse(&self, id: u64, error: ApiError) {
        self.book().refused.insert(id, error);
    }

    pub(super) fn break_cursors(&self, endpoint: Endpoint, id: u64, fault: CursorFault) {
        self.book().odd.push((endpoint, id, fault));
    }

    pub(super) fn has_cursor_fault(&self, parsed: &ParsedRequest, fault: CursorFault) -> bool {
        let wanted = (parsed.endpoint, parsed.id, fault);
        let book = self.book();
        let mut odd = book.odd.iter();
        odd.any(|(endpoint, id, fault)| (*endpoint, Some(*id), *fault) == wanted)
    }

    pub(super) fn requests(&self) -> RequestCounts {
        self.book().requests
    }

    pub(super) fn asked_twice(&self) -> Vec<String> {
        let book = self.book();
        let again = book.counts.iter().flat_map(|(request, count)| {
            let times = count.answered.saturating_sub(1);
            std::iter::repeat_n(request.clone(), times as usize)
        });
        let mut requests: Vec<_> = again.collect();
        requests.sort();
        requests
    }

    pub(super) fn violations(&self) -> Vec<String> {
        self.book().violations.clone()
    }

    fn is_failing(&self, parsed: &ParsedRequest) -> bool {
        let mut book = self.book();
        let hit = book.failing.iter().position(|failing| {
            failing.endpoint == parsed.endpoint
                && Some(failing.id) == parsed.id
                && (parsed.start..parsed.start + parsed.count).contains(&failing.position)
        });
        let Some(place) = hit else {
            return false;
        };
        if !book.failing[place].forever {
            book.failing.remove(place);
        }
        true
    }

    fn book(&self) -> MutexGuard<'_, Records> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
