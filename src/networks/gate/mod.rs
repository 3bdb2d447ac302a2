//! The gate that every request to a network passes: within the budget, in fair turns, and not while the network is to
//! be left alone.
//!
//! The outcomes of requests decide whether more may go, and what the next one is to find out: see [`circuit_breaker`].

mod circuit_breaker;
mod permit;
mod queue;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, oneshot, watch};

use crate::clock::Clock;
use crate::model::Rate;
use crate::networks::gated::Flow;
use crate::networks::throttled::SubjectHash;
use crate::networks::traffic::{Traffic, TrafficCounter};
use crate::networks::{Health, Network, NetworkError, TokenBucket, Trouble, Verb};

use circuit_breaker::{CircuitBreaker, Purpose, RequestOutcome};
pub(super) use permit::Permit;
use queue::{GateQueue, Waiter};

pub struct Gate {
    clock: Arc<dyn Clock>,
    bucket: TokenBucket,
    /// The most that one request takes of the budget.
    heaviest: u32,
    /// From one request to the next, if they are evenly spread.
    interval: Duration,
    cool_downs: (Duration, Duration),
    /// The shortest pause when throttled without a time.
    min_pause: Duration,
    state: Mutex<GateState>,
    changed: Notify,
    health: watch::Sender<Health>,
    /// Shared by the gates of all keys of a network: nothing passes while it is true.
    held: Arc<watch::Sender<bool>>,
    counts: Arc<TrafficCounter>,
    /// The key is somebody's own.
    is_for_own_key: bool,
}

struct GateState {
    queue: GateQueue,
    breaker: CircuitBreaker,
    /// One request is out to see whether there is trouble, or whether it is over.
    probing: bool,
    /// Requests in flight.
    in_flight: u32,
    /// What requests have taken of the budget beyond the one token that each was let through for. One whose response is
    /// not known yet takes as much as any could.
    owed: u32,
    /// Requests that may still go by what the network last said, if it did.
    allowance: Option<u64>,
    last_let_through: Duration,
}

impl Gate {
    /// Opens the gate of a network. What each request has taken of the budget is reported with its outcome.
    pub fn open(
        network: &dyn Network,
        rate: Rate,
        cool_downs: (Duration, Duration),
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        let manners = (heaviest(network), network.min_pause());
        Self::with(manners, rate, cool_downs, clock, Default::default(), false)
    }

    /// Returns a gate with the same settings for a key of somebody's own.
    pub(super) fn for_another_key(&self, rate: Rate) -> Arc<Self> {
        let shared = (self.held.clone(), self.counts.clone());
        let clock = self.clock.clone();
        let manners = (self.heaviest, self.min_pause);
        Self::with(manners, rate, self.cool_downs, clock, shared, true)
    }

    fn with(
        (heaviest, min_pause): (u32, Duration),
        rate: Rate,
        cool_downs: (Duration, Duration),
        clock: Arc<dyn Clock>,
        (held, counts): (Arc<watch::Sender<bool>>, Arc<TrafficCounter>),
        is_for_own_key: bool,
    ) -> Arc<Self> {
        let gate = Arc::new(Self {
            bucket: TokenBucket::with_credit(rate, heaviest.saturating_sub(1), clock.clone()),
            heaviest,
            interval: rate.window / rate.count.get(),
            state: Mutex::new(GateState {
                queue: GateQueue::default(),
                breaker: CircuitBreaker::new(cool_downs, min_pause, clock.clone()),
                probing: false,
                in_flight: 0,
                owed: 0,
                allowance: None,
                last_let_through: Duration::ZERO,
            }),
            clock,
            cool_downs,
            min_pause,
            changed: Notify::new(),
            health: watch::Sender::default(),
            held,
            counts,
            is_for_own_key,
        });
        tokio::spawn(let_through(Arc::downgrade(&gate)));
        gate
    }

    /// Holds all requests back, or lets them go on; includes the gates of other keys.
    pub fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }

    /// Waits while all requests are held back.
    pub(super) async fn until_released(&self) {
        // The sender is dropped only together with the gate.
        let _ = self.held.subscribe().wait_for(|held| !held).await;
    }

    /// Counts a request that passed no gate, since another server answered it.
    pub(super) fn count_elsewhere(&self, error: Option<&NetworkError>) {
        self.counts.count_outcome(error, self.is_for_own_key);
    }

    /// Returns the outcomes of all requests so far, including those with other keys.
    pub fn traffic(&self) -> Traffic {
        self.counts.read()
    }

    /// Returns the number of requests that wait to be let through.
    pub fn waiting(&self) -> usize {
        self.state().queue.waiting().count()
    }

    /// Returns why requests are held back at the moment, if they are.
    pub fn trouble(&self) -> Option<Trouble> {
        self.state().breaker.trouble().cloned()
    }

    /// Returns a receiver of the network's health.
    pub fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    /// Waits for the turn of a crawl.
    pub(super) async fn pass(self: &Arc<Self>, flow: &Flow) -> Permit {
        let (turn, granted) = oneshot::channel();
        let since = self.clock.elapsed();
        self.state().queue.push(flow, turn);
        self.changed.notify_one();
        // The sender is dropped only together with the gate, which is held here.
        let granted = granted.await;
        let permit = granted.unwrap_or_else(|_| self.permit(Purpose::Work));
        self.counts
            .count_wait(self.clock.elapsed().saturating_sub(since));
        permit
    }

    fn permit(self: &Arc<Self>, purpose: Purpose) -> Permit {
        Permit::new(self.clone(), purpose)
    }

    fn state(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(
        &self,
        error: Option<&NetworkError>,
        remaining: Option<u64>,
        weight: u32,
        (purpose, subject): (Purpose, SubjectHash),
    ) {
        self.counts.count_outcome(error, self.is_for_own_key);
        let mut state = self.state();
        state.owed = (state.owed + weight).saturating_sub(self.heaviest);
        state.probing &= purpose == Purpose::Work;
        state.in_flight = state.in_flight.saturating_sub(1);
        // Without a response there is no news. Requests in flight may be counted in it or not: they are subtracted,
        // since too few requests cost a moment and too many a refusal.
        if !matches!(
            error,
            Some(
                NetworkError::Unreachable(_)
                    | NetworkError::Temporary(_)
                    | NetworkError::Garbled(_)
                    | NetworkError::NoFiles
            )
        ) {
            let out = u64::from(state.in_flight);
            state.allowance = remaining.map(|remaining| remaining.saturating_sub(out));
        }
        let works = state.breaker.record(RequestOutcome {
            error,
            is_spent: remaining == Some(0),
            purpose,
            subject,
        });
        // One failure alone says neither that it works nor that it does not.
        let health = match state.breaker.trouble() {
            Some(trouble) => Some(Health::Trouble(trouble.clone())),
            None => works.then_some(Health::Works),
        };
        drop(state);
        if let Some(health) = health {
            self.health.send_if_modified(|known| {
                let changed = *known != health;
                *known = health;
                changed
            });
        }
        self.changed.notify_one();
    }

    /// Takes back a permit that was not used.
    fn forget(&self, purpose: Purpose) {
        let mut state = self.state();
        state.probing &= purpose == Purpose::Work;
        state.in_flight = state.in_flight.saturating_sub(1);
        drop(state);
        self.changed.notify_one();
    }

    /// Takes out the next request and its purpose, once requests may go at all.
    fn next(&self) -> Option<(Waiter, Purpose)> {
        let mut state = self.state();
        let next = state.queue.next()?;
        let purpose = state.breaker.purpose();
        state.probing |= purpose != Purpose::Work;
        state.in_flight += 1;
        state.owed += self.heaviest.saturating_sub(1);
        state.allowance = state.allowance.map(|allowance| allowance.saturating_sub(1));
        state.last_let_through = self.clock.elapsed();
        Some((next, purpose))
    }

    /// Returns how long nothing may pass; `None` while a probe is in flight, or while the operator has paused the bot.
    fn closed_for(&self) -> Option<Duration> {
        if *self.held.borrow() {
            return None;
        }
        let state = self.state();
        let paused_until = state.breaker.paused_until();
        // The network has counted more requests than we have, for example another process with the same key. It grants
        // more as its window moves on, one in each interval.
        let until = match state.allowance {
            Some(0) => paused_until.max(state.last_let_through + self.interval),
            _ => paused_until,
        };
        (!state.probing).then(|| until.saturating_sub(self.clock.elapsed()))
    }

    /// Takes one token off what is owed. Returns whether any was.
    fn repay_one(&self) -> bool {
        let mut state = self.state();
        let owes = state.owed > 0;
        state.owed -= u32::from(owes);
        owes
    }

    fn has_waiting(&self) -> bool {
        self.state().queue.waiting().next().is_some()
    }
}

/// Returns the most that one request takes of the budget.
fn heaviest(network: &dyn Network) -> u32 {
    let page = u64::from(network.limits().page);
    let verbs = [
        Verb::Resolve,
        Verb::Profiles,
        Verb::List,
        Verb::Suggested,
        Verb::Search,
    ];
    let weights = verbs.map(|verb| network.weight(verb, page));
    weights.into_iter().max().unwrap_or(1)
}

/// Lets one request after the other through, until the gate is dropped.
async fn let_through(gate: Weak<Gate>) {
    while let Some(gate) = gate.upgrade() {
        let clock = gate.clock.clone();
        let changed = gate.changed.notified();
        let mut held = gate.held.subscribe();
        if !gate.has_waiting() {
            if Arc::strong_count(&gate) == 1 {
                return;
            }
            // Wakes up now and then, so as not to keep a gate alive that nothing else holds.
            tokio::select! {
                () = changed => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
            continue;
        }
        match gate.closed_for() {
            None => {
                // It fails only with the gate, which is held here.
                tokio::select! {
                    () = changed => {}
                    _ = held.changed() => {}
                }
            }
            Some(Duration::ZERO) => {
                gate.bucket.take().await;
                if gate.repay_one() {
                    continue;
                }
                if gate.closed_for() == Some(Duration::ZERO)
                    && let Some((turn, purpose)) = gate.next()
                {
                    // Dropped in this instant: only its turn is lost. Its permit is dropped wherever it is by then, so
                    // that a probe that was never sent holds nothing up.
                    let _ = turn.send(gate.permit(purpose));
                }
            }
            Some(pause) => {
                tokio::select! {
                    () = changed => {}
                    () = clock.sleep(pause) => {}
                }
            }
        }
    }
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate")
            .field("trouble", &self.trouble())
            .finish_non_exhaustive()
    }
}
