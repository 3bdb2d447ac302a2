//! What a fake network knows of its visitors, whichever network it is: the counters, the rate, and the
//! switches a test turns. Thread-safe; knows no formats and no sockets.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::watch;
use tokio::time::Instant;

use crate::demo::networks::faults::{self, Fault};
use crate::demo::networks::keys::{KeyBook, Keys};
use crate::demo::networks::{
    Answer, Endpoint, Oddity, Options, Question, Refusal, Requests, Twist,
};
use crate::demo::world::Person;

/// The limit that answers name when the fake has none: the real network's.
const NAMED_LIMIT: u32 = 5_000;

pub(super) struct Desk {
    options: Options,
    /// Where the fake is.
    origin: String,
    book: Mutex<Book>,
    fates: RwLock<HashMap<u64, Fate>>,
    arrivals: watch::Sender<u64>,
    held: watch::Sender<bool>,
    down: AtomicBool,
    key_refused: AtomicBool,
    faults_percent: AtomicU8,
    to_throttle: AtomicU32,
    twist: RwLock<Option<Arc<Twist>>>,
}

/// What has become of an account since the world was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Hidden,
    Suspended,
    Removed,
}

/// A request's place in the rate.
pub(super) struct Admission {
    pub(super) over_rate: bool,
    pub(super) limit: u32,
    pub(super) remaining: u32,
}

#[derive(Default)]
struct Book {
    /// Of the key that the fake was started with, and of what comes without a known one.
    first_key: KeyBook,
    other_keys: Keys,
    requests: Requests,
    tallies: HashMap<String, Tally>,
    violations: Vec<String>,
    failing: Vec<Failing>,
    odd: Vec<(Endpoint, u64, Oddity)>,
    /// How whatever is asked about an account is refused.
    refused: HashMap<u64, Refusal>,
}

#[derive(Default)]
struct Tally {
    asked: u32,
    answered: u32,
}

struct Failing {
    endpoint: Endpoint,
    id: u64,
    position: usize,
    forever: bool,
}

impl Desk {
    pub(super) fn new(options: Options, origin: String) -> Desk {
        Desk {
            faults_percent: AtomicU8::new(options.faults_percent),
            options,
            origin,
            book: Mutex::default(),
            fates: RwLock::default(),
            arrivals: watch::Sender::new(0),
            held: watch::Sender::new(false),
            down: AtomicBool::new(false),
            key_refused: AtomicBool::new(false),
            to_throttle: AtomicU32::new(0),
            twist: RwLock::default(),
        }
    }

    pub(super) fn set_twist(&self, twist: Arc<Twist>) {
        *self.twist.write().unwrap_or_else(PoisonError::into_inner) = Some(twist);
    }

    pub(super) fn twist(&self, question: &Question, answer: &mut Answer) {
        let twist = self.twist.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(twist) = twist.as_ref() {
            twist(question.endpoint, question.id, answer);
        }
    }

    /// The address of somebody's picture.
    pub(super) fn picture(&self, person: &Person) -> String {
        format!("{}/pictures/{}", self.origin, person.id)
    }

    /// Notes that a request came in.
    pub(super) fn arrive(&self, key: Option<&str>, charged: bool) -> Admission {
        self.arrivals.send_modify(|arrivals| *arrivals += 1);
        let mut guard = self.book();
        let book = &mut *guard;
        let other = key.and_then(|key| book.other_keys.get_mut(key));
        let own = other.unwrap_or(&mut book.first_key);
        own.requests += 1;
        own.charged += u64::from(charged);
        let Some((limit, window)) = self.options.rate.filter(|_| !self.is_down()) else {
            return Admission {
                over_rate: false,
                limit: NAMED_LIMIT,
                remaining: NAMED_LIMIT - 1,
            };
        };
        // Read under the lock, or two requests could be noted in the wrong order.
        let (over_rate, remaining) = own.admit((limit, window), Instant::now());
        if over_rate {
            let seconds = window.as_secs_f64();
            book.violations
                .push(format!("over the rate of {limit} in {seconds} s"));
        }
        Admission {
            over_rate,
            limit,
            remaining,
        }
    }

    /// Notes that a request made so many more of the network that the fake stands before.
    pub(super) fn asks_on(&self, requests: usize) {
        let mut guard = self.book();
        let book = &mut *guard;
        let Some(rate) = self.options.rate else {
            return;
        };
        for _ in 0..requests {
            let (over_rate, _) = book.first_key.admit(rate, Instant::now());
            if over_rate {
                book.violations
                    .push("over the rate behind what was asked".to_owned());
            }
        }
    }

    /// From now on this key is good, too.
    pub(super) fn give_out(&self, key: &str) {
        self.book()
            .other_keys
            .insert(key.to_owned(), KeyBook::default());
    }

    /// From now on it is not.
    pub(super) fn withdraw(&self, key: &str) {
        if let Some(book) = self.book().other_keys.get_mut(key) {
            book.withdrawn = true;
        }
    }

    pub(super) fn allow_again(&self, key: &str) {
        if let Some(book) = self.book().other_keys.get_mut(key) {
            book.withdrawn = false;
        }
    }

    /// Requests that came in with one of the other keys.
    pub(super) fn requests_by(&self, key: &str) -> u64 {
        let book = self.book();
        book.other_keys.get(key).map_or(0, |book| book.requests)
    }

    /// Requests that are charged to one of the other keys, or to the first.
    pub(super) fn charged_to(&self, key: Option<&str>) -> u64 {
        let book = self.book();
        match key {
            Some(key) => book.other_keys.get(key).map_or(0, |book| book.charged),
            None => book.first_key.charged,
        }
    }

    /// Returns at once unless requests are held.
    pub(super) async fn released(&self) {
        // The sender lives as long as the desk, so waiting cannot fail.
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

    /// Counts a request that is about to be answered, and says which attempt at it this is, from 0.
    pub(super) fn count(&self, question: &Question) -> u32 {
        let mut book = self.book();
        book.requests.total += 1;
        match question.endpoint {
            Endpoint::Search => book.requests.search += 1,
            Endpoint::Profile => book.requests.profile += 1,
            Endpoint::Followers => book.requests.followers += 1,
            Endpoint::Following => book.requests.following += 1,
            Endpoint::Handle | Endpoint::Suggested | Endpoint::Balance => {}
        }
        let tally = book.tallies.entry(question.to_string()).or_default();
        tally.asked += 1;
        tally.asked - 1
    }

    /// Counts a request that nobody could understand.
    pub(super) fn count_stray(&self, complaint: String) {
        let mut book = self.book();
        book.requests.total += 1;
        book.violations.push(complaint);
    }

    pub(super) fn violation(&self, complaint: String) {
        self.book().violations.push(complaint);
    }

    /// Notes that a request got all it can ever get.
    pub(super) fn settled(&self, question: &Question) {
        self.book()
            .tallies
            .entry(question.to_string())
            .or_default()
            .answered += 1;
    }

    /// Why a request that is well-formed is refused all the same.
    pub(super) fn refusal(&self, question: &Question, needs_key: bool) -> Option<Refusal> {
        let other = question.token.as_ref().and_then(|key| {
            let book = self.book();
            Some(book.other_keys.get(key)?.withdrawn)
        });
        if let Some(withdrawn) = other {
            return withdrawn.then_some(Refusal::BadToken);
        }
        if needs_key && question.token.as_deref() != Some(self.options.token.as_str()) {
            let what = if question.token.is_some() {
                "wrong"
            } else {
                "missing"
            };
            self.violation(format!("{question}: {what} token"));
            return Some(Refusal::BadToken);
        }
        if self.key_refused.load(Ordering::Relaxed) {
            return Some(Refusal::BadToken);
        }
        let refused = question
            .id
            .and_then(|id| self.book().refused.get(&id).copied());
        if refused.is_some() {
            return refused;
        }
        let one_less = |left: u32| left.checked_sub(1);
        let (set, fetch) = (Ordering::Relaxed, Ordering::Relaxed);
        if self.to_throttle.fetch_update(set, fetch, one_less).is_ok() {
            return Some(Refusal::Throttled);
        }
        self.is_failing(question).then_some(Refusal::Broken)
    }

    pub(super) fn fault(&self, question: &Question, attempt: u32) -> Option<Fault> {
        let percent = self.faults_percent.load(Ordering::Relaxed);
        faults::meets(self.options.seed, &question.to_string(), attempt, percent)
    }

    pub(super) fn fates(&self) -> RwLockReadGuard<'_, HashMap<u64, Fate>> {
        self.fates.read().unwrap_or_else(PoisonError::into_inner)
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

    pub(super) fn set_fate(&self, id: u64, fate: Fate) {
        let mut fates = self.fates.write().unwrap_or_else(PoisonError::into_inner);
        fates.insert(id, fate);
    }

    pub(super) fn fail_page(&self, endpoint: Endpoint, id: u64, position: usize, forever: bool) {
        self.book().failing.push(Failing {
            endpoint,
            id,
            position,
            forever,
        });
    }

    pub(super) fn refuse(&self, id: u64, refusal: Refusal) {
        self.book().refused.insert(id, refusal);
    }

    pub(super) fn mislead(&self, endpoint: Endpoint, id: u64, oddity: Oddity) {
        self.book().odd.push((endpoint, id, oddity));
    }

    pub(super) fn misleads(&self, question: &Question, oddity: Oddity) -> bool {
        let wanted = (question.endpoint, question.id, oddity);
        let book = self.book();
        let mut odd = book.odd.iter();
        odd.any(|(endpoint, id, oddity)| (*endpoint, Some(*id), *oddity) == wanted)
    }

    pub(super) fn requests(&self) -> Requests {
        self.book().requests
    }

    pub(super) fn asked_twice(&self) -> Vec<String> {
        let book = self.book();
        let again = book.tallies.iter().flat_map(|(request, tally)| {
            let times = tally.answered.saturating_sub(1);
            std::iter::repeat_n(request.clone(), times as usize)
        });
        let mut requests: Vec<_> = again.collect();
        requests.sort();
        requests
    }

    pub(super) fn violations(&self) -> Vec<String> {
        self.book().violations.clone()
    }

    fn is_failing(&self, question: &Question) -> bool {
        let mut book = self.book();
        let hit = book.failing.iter().position(|failing| {
            failing.endpoint == question.endpoint
                && Some(failing.id) == question.id
                && (question.start..question.start + question.count).contains(&failing.position)
        });
        let Some(place) = hit else {
            return false;
        };
        if !book.failing[place].forever {
            book.failing.remove(place);
        }
        true
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
