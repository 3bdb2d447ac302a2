//! The gate that every request to a network passes: inside the budget, in fair turns, and not while
//! the network wants to be left alone.
//!
//! Requests wait here by crawl and are let through by weighted turns, so that somebody with 200
//! followers does not wait behind somebody with 100,000. Look-ups that a person waits for go first.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use tokio::sync::{Notify, oneshot, watch};

use crate::clock::Clock;
use crate::model::{CrawlId, Rate, Turns};
use crate::networks::limited::Flow;
use crate::networks::traffic::{Counts, Traffic};
use crate::networks::{Bucket, NetworkError, Standing, Trouble};

/// So many failures one after the other, whatever was asked, mean that the network is down.
const FAILURES_TO_OPEN: u32 = 10;

/// The longest pause that is taken at its word. Quotas are by the day at most; what names more is a slip.
const LONGEST_ASKED: TimeDelta = TimeDelta::days(1);

pub struct Gate {
    clock: Arc<dyn Clock>,
    bucket: Bucket,
    /// What one request takes of the budget at most.
    heaviest: u32,
    /// From one request to the next, when they are evenly spread.
    interval: Duration,
    min_cool_down: Duration,
    max_cool_down: Duration,
    state: Mutex<State>,
    changed: Notify,
    standing: watch::Sender<Standing>,
    /// Shared by the gates of all keys of a network: nothing passes while it is true.
    held: Arc<watch::Sender<bool>>,
    counts: Arc<Counts>,
}

/// The right to one request. What came of it is to be reported.
#[derive(Debug)]
pub(super) struct Permit {
    gate: Arc<Gate>,
    reported: bool,
}

#[derive(Default)]
struct State {
    urgent: VecDeque<oneshot::Sender<Permit>>,
    waiting: BTreeMap<CrawlId, (u32, VecDeque<oneshot::Sender<Permit>>)>,
    turns: Turns<CrawlId>,
    trouble: Option<Trouble>,
    /// In the clock's elapsed time.
    paused_until: Duration,
    failures: u32,
    cool_downs: u32,
    /// One request is out to see whether the trouble is over.
    probing: bool,
    /// Requests that are out.
    in_flight: u32,
    /// What requests that went out take of the budget beyond the one token each of them was let through for.
    /// One whose answer is not known yet takes as much as any could.
    owed: u32,
    /// Requests that may still go out by what the network last told, when it tells.
    allowance: Option<u64>,
    last_let_through: Duration,
}

impl State {
    /// Those who wait, and have not given it up.
    fn turns(&self) -> impl Iterator<Item = &oneshot::Sender<Permit>> {
        let queues = self.waiting.values().map(|(_, queue)| queue);
        let turns = queues.chain([&self.urgent]).flatten();
        turns.filter(|turn| !turn.is_closed())
    }
}

impl Gate {
    /// Requests take so much of the budget at most. What each has taken is reported with its answer.
    pub fn open(
        heaviest: u32,
        rate: Rate,
        cool_downs: (Duration, Duration),
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        let (held, counts) = (Arc::default(), Arc::default());
        Self::with(heaviest, rate, cool_downs, clock, held, counts)
    }

    /// One of the same manners for another key.
    pub(super) fn another(&self, rate: Rate) -> Arc<Self> {
        let cool_downs = (self.min_cool_down, self.max_cool_down);
        let (held, counts) = (self.held.clone(), self.counts.clone());
        let clock = self.clock.clone();
        Self::with(self.heaviest, rate, cool_downs, clock, held, counts)
    }

    fn with(
        heaviest: u32,
        rate: Rate,
        (min_cool_down, max_cool_down): (Duration, Duration),
        clock: Arc<dyn Clock>,
        held: Arc<watch::Sender<bool>>,
        counts: Arc<Counts>,
    ) -> Arc<Self> {
        let gate = Arc::new(Self {
            bucket: Bucket::on_credit(rate, heaviest.saturating_sub(1), clock.clone()),
            heaviest,
            interval: rate.window / rate.count.get(),
            clock,
            min_cool_down,
            max_cool_down,
            state: Mutex::default(),
            changed: Notify::new(),
            standing: watch::Sender::default(),
            held,
            counts,
        });
        tokio::spawn(let_through(Arc::downgrade(&gate)));
        gate
    }

    /// Lets nothing through, or lets requests go on; the gates of other keys included.
    pub fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }

    /// What came of all requests so far, those by other keys included.
    pub fn traffic(&self) -> Traffic {
        self.counts.read()
    }

    /// Requests that wait to be let through.
    pub fn waiting(&self) -> usize {
        self.state().turns().count()
    }

    /// Why requests are held back at the moment.
    pub fn trouble(&self) -> Option<Trouble> {
        self.state().trouble.clone()
    }

    /// Follows what the answers show.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Failures one after the other, with nothing between them that came back.
    pub fn failures(&self) -> u32 {
        self.state().failures
    }

    /// Waits for the turn of a crawl.
    pub(super) async fn pass(self: &Arc<Self>, flow: &Flow) -> Permit {
        let (turn, granted) = oneshot::channel();
        let since = self.clock.elapsed();
        {
            let mut state = self.state();
            if flow.urgent {
                state.urgent.push_back(turn);
            } else {
                let entry = state.waiting.entry(flow.crawl).or_default();
                entry.0 = flow.weight;
                entry.1.push_back(turn);
            }
        }
        self.changed.notify_one();
        // The sender is dropped only together with the gate, which is held here.
        let permit = granted.await.unwrap_or_else(|_| self.permit());
        self.counts
            .waited(self.clock.elapsed().saturating_sub(since));
        permit
    }

    fn permit(self: &Arc<Self>) -> Permit {
        Permit {
            gate: self.clone(),
            reported: false,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(&self, error: Option<&NetworkError>, remaining: Option<u64>, weight: u32) {
        self.counts.ended(error);
        let mut state = self.state();
        state.owed = (state.owed + weight).saturating_sub(self.heaviest);
        state.probing = false;
        state.in_flight = state.in_flight.saturating_sub(1);
        // Without an answer nothing new was told. What is out may be counted there already or not: it is
        // taken off, since too few cost a moment and too many a refusal.
        if !matches!(
            error,
            Some(
                NetworkError::Unreachable(_)
                    | NetworkError::Temporary(_)
                    | NetworkError::Garbled(_)
            )
        ) {
            let out = u64::from(state.in_flight);
            state.allowance = remaining.map(|remaining| remaining.saturating_sub(out));
        }
        let trouble = match error {
            Some(NetworkError::Throttled { retry_at }) => Some(Trouble::Throttled {
                until: retry_at.unwrap_or(DateTime::UNIX_EPOCH),
            }),
            Some(NetworkError::Denied(_)) => Some(Trouble::KeyRefused),
            Some(NetworkError::OutOfCredit) => Some(Trouble::OutOfCredit),
            Some(NetworkError::Unreachable(_)) => Some(Trouble::Down),
            Some(
                NetworkError::Temporary(_) | NetworkError::Garbled(_) | NetworkError::Unexpected(_),
            ) => {
                state.failures += 1;
                (state.failures >= FAILURES_TO_OPEN).then_some(Trouble::Down)
            }
            None | Some(_) => {
                state.failures = 0;
                None
            }
        };
        let works = error.is_none_or(NetworkError::is_final);
        match trouble {
            Some(trouble) => self.pause(&mut state, trouble),
            // Answers that were already on their way say nothing against a pause that began since.
            None if works && self.clock.elapsed() >= state.paused_until => {
                state.trouble = None;
                state.cool_downs = 0;
            }
            None => {}
        }
        // One failure alone says neither that it works nor that it does not.
        let standing = match &state.trouble {
            Some(trouble) => Some(Standing::Trouble(trouble.clone())),
            None => works.then_some(Standing::Works),
        };
        drop(state);
        if let Some(standing) = standing {
            self.standing.send_if_modified(|known| {
                let changed = *known != standing;
                *known = standing;
                changed
            });
        }
        self.changed.notify_one();
    }

    /// Holds requests back until the time that was named, or for a cool-down that doubles.
    fn pause(&self, state: &mut State, trouble: Trouble) {
        let (elapsed, now) = (self.clock.elapsed(), self.clock.now());
        // Several requests were out at the same time: together they are one reason to pause.
        let is_first = elapsed >= state.paused_until;
        state.cool_downs += u32::from(is_first);
        let doubled = 2u32.saturating_pow(state.cool_downs.saturating_sub(1).min(16));
        let mut pause = self
            .min_cool_down
            .saturating_mul(doubled)
            .min(self.max_cool_down);
        if let Trouble::Throttled { until } = trouble
            && until > now
        {
            let asked = (until - now).min(LONGEST_ASKED);
            pause = asked.to_std().unwrap_or(pause);
        }
        let trouble = match trouble {
            Trouble::Throttled { .. } => Trouble::Throttled { until: now + pause },
            other => other,
        };
        if is_first {
            tracing::warn!(
                ?trouble,
                pause_s = pause.as_secs_f32(),
                "holding requests back"
            );
        }
        state.paused_until = state.paused_until.max(elapsed + pause);
        state.trouble = Some(trouble);
    }

    /// Who is next, once requests may go at all.
    fn next(&self) -> Option<oneshot::Sender<Permit>> {
        let mut state = self.state();
        let State {
            urgent,
            waiting,
            turns,
            ..
        } = &mut *state;
        // Who has given up waiting must not use up a turn, least of all one of those behind.
        let waits = |turn: &oneshot::Sender<Permit>| !turn.is_closed();
        let next = loop {
            if let Some(turn) = std::iter::from_fn(|| urgent.pop_front()).find(waits) {
                break turn;
            }
            let crawls: Vec<(CrawlId, u32)> = waiting
                .iter()
                .map(|(crawl, (weight, _))| (*crawl, *weight))
                .collect();
            let crawl = turns.next(&crawls)?;
            let (_, queue) = waiting.get_mut(&crawl)?;
            let turn = std::iter::from_fn(|| queue.pop_front()).find(waits);
            if queue.is_empty() {
                waiting.remove(&crawl);
            }
            if let Some(turn) = turn {
                break turn;
            }
        };
        state.probing = state.trouble.is_some();
        state.in_flight += 1;
        state.owed += self.heaviest.saturating_sub(1);
        state.allowance = state.allowance.map(|allowance| allowance.saturating_sub(1));
        state.last_let_through = self.clock.elapsed();
        Some(next)
    }

    /// How long nothing may pass; `None` while a probe is out, or an operator has paused the bot.
    fn held_for(&self) -> Option<Duration> {
        if *self.held.borrow() {
            return None;
        }
        let state = self.state();
        // The network has counted more than we have, another process with our key, say. It gives more
        // as its window moves on, one request in each interval.
        let until = match state.allowance {
            Some(0) => (state.last_let_through + self.interval).max(state.paused_until),
            _ => state.paused_until,
        };
        (!state.probing).then(|| until.saturating_sub(self.clock.elapsed()))
    }

    /// Whether a token goes for what is owed.
    fn repays(&self) -> bool {
        let mut state = self.state();
        let owes = state.owed > 0;
        state.owed -= u32::from(owes);
        owes
    }

    fn has_waiting(&self) -> bool {
        self.state().turns().next().is_some()
    }
}

/// Lets one request after the other through, until the gate is gone.
async fn let_through(gate: Weak<Gate>) {
    while let Some(gate) = gate.upgrade() {
        let clock = gate.clock.clone();
        let changed = gate.changed.notified();
        let mut held = gate.held.subscribe();
        if !gate.has_waiting() {
            if Arc::strong_count(&gate) == 1 {
                return;
            }
            // Looks up now and then, so as not to keep a gate alive that nobody holds any more.
            tokio::select! {
                () = changed => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
            continue;
        }
        match gate.held_for() {
            None => {
                // It fails with the gate only, which is held here.
                tokio::select! {
                    () = changed => {}
                    _ = held.changed() => {}
                }
            }
            Some(Duration::ZERO) => {
                gate.bucket.take().await;
                if gate.repays() {
                    continue;
                }
                if gate.held_for() == Some(Duration::ZERO)
                    && let Some(turn) = gate.next()
                {
                    // Gone in this instant: its turn is lost, and nothing else. The permit is dropped
                    // wherever it is by then, so that a probe which never was holds nobody up.
                    let _ = turn.send(gate.permit());
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

impl Permit {
    /// `weight` is what the request has taken of the budget.
    pub(super) fn report(
        mut self,
        error: Option<&NetworkError>,
        remaining: Option<u64>,
        weight: u32,
    ) {
        self.reported = true;
        self.gate.report(error, remaining, weight);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.reported {
            let mut state = self.gate.state();
            state.probing = false;
            state.in_flight = state.in_flight.saturating_sub(1);
            drop(state);
            self.gate.changed.notify_one();
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
