//! What is to be done in one chat, and when. Decides, and sends nothing.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::mem::{Discriminant, discriminant};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::bot::backoff::Backoff;
use crate::bot::bubble::Sheet;
use crate::model::{AnalysisId, ChatId, Crawl, OutgoingId, Say, StageName, Status};

/// How often a bubble in a private chat is edited at most.
const PRIVATE: Duration = Duration::from_secs(5);
/// In groups Telegram allows twenty calls a minute, for everything.
const GROUP: Duration = Duration::from_secs(12);
/// A bubble that has got to another step may be edited sooner.
const NEW_STEP: Duration = Duration::from_secs(2);
/// Bubbles are looked at in this many times their rhythm even without news: times left and a network's
/// trouble change by themselves.
const HEARTBEAT: u32 = 3;
/// Several bubbles share a chat: together they are edited this many times slower than one message after
/// the other could be sent, so that there is room for answers.
const SHARED_PRIVATE: Duration = Duration::from_secs(2);
const SHARED_GROUP: Duration = Duration::from_secs(7);

/// How often bubbles are edited.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rhythm {
    every: Duration,
    new_step: Duration,
    shared: Duration,
}

/// Where a crawl is: its status and its stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Phase(Discriminant<Status>, StageName);

pub(super) struct Chat {
    pub(super) id: ChatId,
    rhythm: Rhythm,
    state: Mutex<State>,
    pub(super) wake: Notify,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Answer {
        id: OutgoingId,
        callback: String,
        text: Option<String>,
    },
    Say(OutgoingId, Say),
    /// A bubble is due to be looked at.
    Edit(AnalysisId),
    Wait(Instant),
    /// There is nothing left; the task ends.
    Rest,
}

#[derive(Default)]
struct State {
    /// A task is at it.
    running: bool,
    outbox: VecDeque<(OutgoingId, Say)>,
    answers: VecDeque<(OutgoingId, String, Option<String>)>,
    bubbles: BTreeMap<AnalysisId, Bubble>,
    /// Bubbles that were deleted: not edited any more, but sent anew when the outbox says so.
    resend: BTreeSet<AnalysisId>,
    /// Bubbles that were sent anew before; who deletes one twice does not want it.
    resent: BTreeSet<AnalysisId>,
    /// Telegram takes nothing for this chat; tried again when somebody speaks up.
    closed: bool,
    quiet_until: Option<Instant>,
    backoff: Backoff,
}

/// A bubble as it was last sent.
struct Bubble {
    shown: Option<Sheet>,
    /// When it was last sent or looked at.
    at: Option<Instant>,
    phase: Option<Phase>,
    dirty: bool,
    new_step: bool,
    live: bool,
}

impl Rhythm {
    pub(super) fn of(chat: ChatId, edit_every: Option<Duration>) -> Self {
        let (every, shared) = if chat.0 < 0 {
            (GROUP, SHARED_GROUP)
        } else {
            (PRIVATE, SHARED_PRIVATE)
        };
        let every = edit_every.unwrap_or(every);
        Self {
            every,
            new_step: NEW_STEP.min(every),
            shared: shared.min(every),
        }
    }

    fn due(&self, bubble: &Bubble, live: u32) -> Option<Instant> {
        let every = self.every.max(self.shared.saturating_mul(live));
        let pause = match (bubble.dirty, bubble.new_step) {
            (true, true) => self.new_step,
            (true, false) => every,
            (false, _) => every.saturating_mul(HEARTBEAT),
        };
        bubble.at.map(|at| at + pause)
    }
}

impl Phase {
    pub(super) fn of(crawl: &Crawl) -> Self {
        Self(discriminant(&crawl.status), crawl.stage)
    }
}

impl Chat {
    pub(super) fn new(id: ChatId, rhythm: Rhythm) -> Self {
        Self {
            id,
            rhythm,
            state: Mutex::default(),
            wake: Notify::new(),
        }
    }

    /// Adds something to be said. Says whether a task has to be started for the chat.
    pub(super) fn put(&self, id: OutgoingId, say: Say) -> bool {
        let mut state = self.state();
        state.closed = false;
        match say {
            Say::Answer { callback, text } => state.answers.push_back((id, callback, text)),
            say => state.outbox.push_back((id, say)),
        }
        self.awaken(&mut state)
    }

    /// A bubble is out of date. Says whether a task has to be started for the chat.
    pub(super) fn mark(&self, analysis: AnalysisId, phase: Phase) -> bool {
        let mut state = self.state();
        if state.closed || state.resend.contains(&analysis) {
            return false;
        }
        let bubble = state.bubbles.entry(analysis).or_insert(Bubble {
            shown: None,
            at: None,
            phase: None,
            dirty: true,
            new_step: true,
            live: true,
        });
        bubble.dirty = true;
        bubble.new_step |= bubble.phase != Some(phase);
        self.awaken(&mut state)
    }

    pub(super) fn next(&self, now: Instant) -> Step {
        let mut state = self.state();
        if let Some((id, callback, text)) = state.answers.front().cloned() {
            return Step::Answer { id, callback, text };
        }
        if let Some(until) = state.quiet_until.filter(|until| *until > now) {
            return Step::Wait(until);
        }
        if let Some((id, say)) = state.outbox.front().cloned() {
            return Step::Say(id, say);
        }
        // What has ended needs no more comparing once nothing else is to be said about it.
        state.bubbles.retain(|_, bubble| bubble.live);
        let live = u32::try_from(state.bubbles.len()).unwrap_or(u32::MAX);
        let due = |bubble: &Bubble| self.rhythm.due(bubble, live);
        let first = state.bubbles.iter().min_by_key(|(_, bubble)| due(bubble));
        match first.map(|(id, bubble)| (*id, due(bubble))) {
            Some((_, Some(at))) if at > now => Step::Wait(at),
            Some((id, _)) => Step::Edit(id),
            None => {
                state.running = false;
                Step::Rest
            }
        }
    }

    /// Something was said, or can't be: it is off the list.
    pub(super) fn said(&self, id: OutgoingId) {
        let mut state = self.state();
        state.outbox.retain(|(other, _)| *other != id);
        state.answers.retain(|(other, ..)| *other != id);
    }

    /// A call has succeeded.
    pub(super) fn succeeded(&self) {
        self.state().backoff.reset();
    }

    /// A bubble looks like this now.
    pub(super) fn shows(&self, analysis: AnalysisId, sheet: Sheet, phase: Option<Phase>) {
        let mut state = self.state();
        state.resend.remove(&analysis);
        let live = phase.is_some();
        let before = state.bubbles.get(&analysis);
        // What happened while it was sent for the first time was marked nowhere: it is looked at soon.
        let unseen = live && before.is_none_or(|before| before.shown.is_none());
        let bubble = Bubble {
            shown: Some(sheet),
            at: Some(Instant::now()),
            phase,
            dirty: unseen,
            new_step: unseen,
            live,
        };
        state.bubbles.insert(analysis, bubble);
    }

    pub(super) fn is_shown(&self, analysis: AnalysisId, sheet: &Sheet) -> bool {
        let state = self.state();
        let bubble = state.bubbles.get(&analysis);
        bubble.is_some_and(|bubble| bubble.shown.as_ref() == Some(sheet))
    }

    /// There is no bubble to be edited.
    pub(super) fn forget(&self, analysis: AnalysisId) {
        self.state().bubbles.remove(&analysis);
    }

    /// A bubble is gone. Says whether this is the first time.
    pub(super) fn lost(&self, analysis: AnalysisId) -> bool {
        let mut state = self.state();
        state.bubbles.remove(&analysis);
        state.resend.insert(analysis);
        state.resent.insert(analysis)
    }

    pub(super) fn is_lost(&self, analysis: AnalysisId) -> bool {
        self.state().resend.contains(&analysis)
    }

    /// Nothing is sent for so long.
    pub(super) fn quiet_for(&self, pause: Duration) {
        self.state().quiet_until = Some(Instant::now() + pause);
    }

    /// Counts a failure; nothing is sent for the pause that it yields.
    pub(super) fn failed(&self) -> (u32, Duration) {
        let mut state = self.state();
        let pause = state.backoff.next();
        state.quiet_until = Some(Instant::now() + pause);
        (state.backoff.failures(), pause)
    }

    /// The chat is closed: yields what was to be said there up to now.
    pub(super) fn close(&self, up_to: OutgoingId) -> Vec<OutgoingId> {
        let mut state = self.state();
        state.bubbles.clear();
        let dropped = state.outbox.iter().map(|(id, _)| *id);
        let dropped: Vec<OutgoingId> = dropped.filter(|id| *id <= up_to).collect();
        state.outbox.retain(|(id, _)| *id > up_to);
        state.closed = state.outbox.is_empty();
        dropped
    }

    /// The last of what is to be said.
    pub(super) fn last(&self) -> OutgoingId {
        let state = self.state();
        state.outbox.back().map_or(OutgoingId(0), |(id, _)| *id)
    }

    /// Takes everything out, for the chat's new id.
    pub(super) fn clear(&self) -> Vec<(OutgoingId, Say)> {
        let mut state = self.state();
        state.bubbles.clear();
        state.outbox.drain(..).collect()
    }

    /// Whether nothing is lost when the chat is forgotten.
    pub(super) fn is_idle(&self) -> bool {
        let state = self.state();
        !state.running && !state.closed
    }

    fn awaken(&self, state: &mut State) -> bool {
        self.wake.notify_one();
        !std::mem::replace(&mut state.running, true)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
