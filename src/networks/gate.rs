//! The gate that every request to a network passes: inside the budget, in fair turns, and not while
//! the network wants to be left alone.
//!
//! Requests wait here by crawl and are let through by weighted turns, so that somebody with 200
//! followers does not wait behind somebody with 100,000. Look-ups that a person waits for go first.
//!
//! What fails may be the fault of the account that was asked for, and strangers choose those. So failures
//! raise no more than a doubt: whether the network is down or refuses the key, a control request decides, which
//! is known to be good. It goes ahead of what waits, now and after each pause.

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

/// So many failures one after the other raise the doubt that the network is down.
const FAILURES_TO_DOUBT: u32 = 10;

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
    purpose: Purpose,
    reported: bool,
}

/// What a request is let through for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Work,
    /// To see whether a trouble is over, by whatever waits.
    Probe,
    /// To see whether there is trouble or whether it is over, by the control request.
    Control,
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
    /// The failures so far may be the network's own: the control request is to decide.
    in_doubt: bool,
    cool_downs: u32,
    /// One request is out to see whether there is trouble, or whether it is over.
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

    /// What the next request is let through for.
    fn purpose(&self) -> Purpose {
        match self.trouble {
            None if self.in_doubt => Purpose::Control,
            None => Purpose::Work,
            Some(Trouble::Throttled { .. }) if !self.in_doubt => Purpose::Probe,
            // By turns: should the control request be all that fails, the others end the trouble.
            Some(_) if self.cool_downs.is_multiple_of(2) => Purpose::Probe,
            Some(_) => Purpose::Control,
        }
    }

    /// Notes a failure that may be the fault of what was asked for.
    fn doubt(&mut self, error: &NetworkError) {
        match error {
            NetworkError::Denied(_) | NetworkError::OutOfCredit | NetworkError::Unreachable(_) => {
                self.failures += 1;
                self.in_doubt = true;
            }
            NetworkError::Temporary(_) | NetworkError::Garbled(_) | NetworkError::Unexpected(_) => {
                self.failures += 1;
                self.in_doubt |= self.failures >= FAILURES_TO_DOUBT;
            }
            _ => {}
        }
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
        let granted = granted.await;
        let permit = granted.unwrap_or_else(|_| self.permit(Purpose::Work));
        self.counts
            .waited(self.clock.elapsed().saturating_sub(since));
        permit
    }

    fn permit(self: &Arc<Self>, purpose: Purpose) -> Permit {
        Permit {
            gate: self.clone(),
            purpose,
            reported: false,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(
        &self,
        error: Option<&NetworkError>,
        remaining: Option<u64>,
        weight: u32,
        purpose: Purpose,
    ) {
        self.counts.ended(error);
        let mut state = self.state();
        state.owed = (state.owed + weight).saturating_sub(self.heaviest);
        state.probing &= purpose == Purpose::Work;
        state.in_flight = state.in_flight.saturating_sub(1);
        // Without an answer nothing new was told. What is out may be counted there already or not: it is
        // taken off, since too few cost a moment and too many a refusal.
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
        let trouble = match error {
            Some(NetworkError::Throttled { retry_at }) => Some(Trouble::Throttled {
                until: retry_at.unwrap_or(DateTime::UNIX_EPOCH),
            }),
            Some(error) if purpose == Purpose::Control => verdict(error),
            Some(error) => {
                state.doubt(error);
                let goes_on = purpose == Purpose::Probe && verdict(error).is_some();
                let trouble = state.trouble.clone().filter(|_| goes_on);
                trouble.filter(|trouble| !matches!(trouble, Trouble::Throttled { .. }))
            }
            None => None,
        };
        let works = error.is_none_or(NetworkError::is_final);
        if works {
            (state.failures, state.in_doubt) = (0, false);
        }
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

    /// Who is next and what for, once requests may go at all.
    fn next(&self) -> Option<(oneshot::Sender<Permit>, Purpose)> {
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
        let purpose = state.purpose();
        state.probing |= purpose != Purpose::Work;
        state.in_flight += 1;
        state.owed += self.heaviest.saturating_sub(1);
        state.allowance = state.allowance.map(|allowance| allowance.saturating_sub(1));
        state.last_let_through = self.clock.elapsed();
        Some((next, purpose))
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
                    && let Some((turn, purpose)) = gate.next()
                {
                    // Gone in this instant: its turn is lost, and nothing else. The permit is dropped
                    // wherever it is by then, so that a probe which never was holds nobody up.
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

/// What a failure of the control request says of the network.
fn verdict(error: &NetworkError) -> Option<Trouble> {
    match error {
        NetworkError::Denied(_) => Some(Trouble::KeyRefused),
        NetworkError::OutOfCredit => Some(Trouble::OutOfCredit),
        NetworkError::Unreachable(_)
        | NetworkError::Temporary(_)
        | NetworkError::Garbled(_)
        | NetworkError::Unexpected(_) => Some(Trouble::Down),
        _ => None,
    }
}

impl Permit {
    /// Whether the control request is to be made with it.
    pub(super) fn is_for_control(&self) -> bool {
        self.purpose == Purpose::Control
    }

    /// The same for the control request.
    pub(super) fn for_control(mut self) -> Self {
        self.purpose = Purpose::Control;
        self
    }

    /// `weight` is what the request has taken of the budget.
    pub(super) fn report(
        mut self,
        error: Option<&NetworkError>,
        remaining: Option<u64>,
        weight: u32,
    ) {
        self.reported = true;
        self.gate.report(error, remaining, weight, self.purpose);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.reported {
            let mut state = self.gate.state();
            state.probing &= self.purpose == Purpose::Work;
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
