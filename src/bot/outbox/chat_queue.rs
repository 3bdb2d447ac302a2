//! What to send in one chat, and when. Decides, and sends nothing. Times are those of the clock since it was created;
//! `now` is passed in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::mem::{Discriminant, discriminant};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::bot::content::MessageContent;
use crate::bot::outbox::edit_schedule::{COMBINED_FROM, EditSchedule};
use crate::bot::telegram::backoff::Backoff;
use crate::model::{
    AnalysisId, ChatId, Crawl, Outgoing, OutgoingId, Place, StageName, Status, TopicId,
};

/// A message that is kept up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LiveMessage {
    /// The progress message of one analysis.
    Progress(AnalysisId),
    /// The message that shows all of the chat's analyses.
    Combined,
}

/// How far a crawl has got: its status and stage; or several crawls, each on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The crawl's status and stage, and how many followers had been read at its last interim result.
    Single(Discriminant<Status>, StageName, u64),
    Several,
}

pub(super) struct ChatQueue {
    pub(super) id: ChatId,
    edit_schedule: EditSchedule,
    state: Mutex<QueueState>,
    pub(super) wake: Notify,
    /// Notified when something is enqueued: an edit that waits for its permit gives way.
    pub(super) enqueued: Notify,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NextAction {
    Send(OutgoingId, Outgoing),
    /// A live message is due to be checked.
    Edit(LiveMessage),
    /// Nothing can be done before this time.
    Wait(Duration),
    /// Nothing is left; the task ends.
    Idle,
}

#[derive(Default)]
struct QueueState {
    /// A task is running for this chat.
    has_task: bool,
    unsent: VecDeque<(OutgoingId, Outgoing)>,
    live_messages: BTreeMap<LiveMessage, LiveState>,
    /// Progress messages that people deleted: no longer edited, but sent again when the outbox says so.
    resend: BTreeSet<LiveMessage>,
    /// Messages that were sent again once; whoever deletes one twice does not want it.
    resent: BTreeSet<LiveMessage>,
    /// People don't want the combined message.
    keep_apart: bool,
    /// Forum topics that were deleted.
    deleted_topics: BTreeSet<TopicId>,
    known: bool,
    /// Telegram accepts nothing for this chat; tried again when somebody writes.
    closed: bool,
    paused_until: Option<Duration>,
    backoff: Backoff,
}

/// A live message as it was last sent.
#[derive(Default)]
struct LiveState {
    shown: Option<MessageContent>,
    /// When it was last sent or checked.
    at: Option<Duration>,
    phase: Option<Phase>,
    outdated: bool,
    new_step: bool,
    is_running: bool,
}

impl Phase {
    pub(super) fn of(crawl: &Crawl) -> Self {
        let read = crawl.reached.as_ref().map_or(0, |reached| reached.read);
        Self::Single(discriminant(&crawl.status), crawl.shown_stage(), read)
    }
}

impl ChatQueue {
    pub(super) fn new(id: ChatId, edit_schedule: EditSchedule) -> Self {
        Self {
            id,
            edit_schedule,
            state: Mutex::default(),
            wake: Notify::new(),
            enqueued: Notify::new(),
        }
    }

    /// Enqueues something to send. Returns whether a task has to be started for the chat.
    pub(super) fn enqueue(&self, id: OutgoingId, outgoing: Outgoing) -> bool {
        let mut state = self.state();
        state.closed = false;
        state.unsent.push_back((id, outgoing));
        self.enqueued.notify_one();
        self.wake_up(&mut state)
    }

    /// Marks a progress message as outdated. Returns whether a task has to be started for the chat.
    pub(super) fn mark_outdated(&self, analysis: AnalysisId, phase: Phase) -> bool {
        let mut state = self.state();
        let live = LiveMessage::Progress(analysis);
        if state.closed {
            return false;
        }
        if !state.resend.contains(&live) {
            let last = state
                .live_messages
                .entry(live)
                .or_insert_with(LiveState::unseen);
            last.outdated = true;
            last.new_step |= last.phase != Some(phase);
        }
        state.refresh_combined();
        self.wake_up(&mut state)
    }

    /// Resumes a combined message that an earlier process left. Returns whether a task has to be started for the chat.
    pub(super) fn resume_combined(&self) -> bool {
        let mut state = self.state();
        state
            .live_messages
            .insert(LiveMessage::Combined, LiveState::unseen());
        self.wake_up(&mut state)
    }

    pub(super) fn next(&self, now: Duration) -> NextAction {
        let mut state = self.state();
        if let Some(until) = state.paused_until.filter(|until| *until > now) {
            return NextAction::Wait(until);
        }
        if let Some((id, outgoing)) = state.unsent.front().cloned() {
            return NextAction::Send(id, outgoing);
        }
        // Once an analysis has ended and nothing more is queued, its message needs no comparing.
        state.live_messages.retain(|_, last| last.is_running);
        let edited = match state.live_messages.get_key_value(&LiveMessage::Combined) {
            Some(combined) => vec![combined],
            None => state.live_messages.iter().collect(),
        };
        let count = u32::try_from(edited.len()).unwrap_or(u32::MAX);
        let due = |last: &LiveState| {
            let pause = self
                .edit_schedule
                .pause(count, last.outdated, last.new_step);
            last.at.map(|at| at + pause)
        };
        let first = edited.into_iter().min_by_key(|(_, last)| due(last));
        match first.map(|(live, last)| (*live, due(last))) {
            Some((_, Some(at))) if at > now => NextAction::Wait(at),
            Some((live, _)) => NextAction::Edit(live),
            None => {
                state.has_task = false;
                NextAction::Idle
            }
        }
    }

    /// Removes what was sent, or can't be.
    pub(super) fn remove(&self, id: OutgoingId) {
        let mut state = self.state();
        state.unsent.retain(|(other, _)| *other != id);
    }

    /// Notes that a call has succeeded.
    pub(super) fn succeeded(&self) {
        let mut state = self.state();
        state.backoff.reset();
        state.known = true;
    }

    /// Whether something was sent there before.
    pub(super) fn is_known(&self) -> bool {
        self.state().known
    }

    pub(super) fn mark_known(&self) {
        self.state().known = true;
    }

    /// Notes that a topic was deleted.
    pub(super) fn mark_topic_deleted(&self, topic: TopicId) {
        self.state().deleted_topics.insert(topic);
    }

    /// Returns a place without its topic if that was deleted.
    pub(super) fn existing_place(&self, place: Place) -> Place {
        let state = self.state();
        let is_there = |topic: &TopicId| !state.deleted_topics.contains(topic);
        Place {
            topic: place.topic.filter(is_there),
            ..place
        }
    }

    /// Notes what a live message shows now. Without a phase its analysis has ended.
    pub(super) fn set_shown(
        &self,
        live: LiveMessage,
        content: MessageContent,
        phase: Option<Phase>,
        now: Duration,
    ) {
        let mut state = self.state();
        state.resend.remove(&live);
        let is_running = phase.is_some();
        let before = state.live_messages.get(&live);
        // Changes during its first sending were not noted: check it soon.
        let unseen = is_running && before.is_none_or(|before| before.shown.is_none());
        let last = LiveState {
            shown: Some(content),
            at: Some(now),
            phase,
            outdated: unseen,
            new_step: unseen,
            is_running,
        };
        state.live_messages.insert(live, last);
        if live != LiveMessage::Combined {
            state.refresh_combined();
        }
    }

    pub(super) fn is_shown(&self, live: LiveMessage, content: &MessageContent) -> bool {
        let state = self.state();
        let last = state.live_messages.get(&live);
        last.is_some_and(|last| last.shown.as_ref() == Some(content))
    }

    /// Returns the analyses whose progress messages are kept up to date, and those whose were deleted.
    pub(super) fn analyses(&self) -> BTreeSet<AnalysisId> {
        let state = self.state();
        let messages = state.live_messages.keys().chain(&state.resend);
        messages.filter_map(|live| live.analysis()).collect()
    }

    /// Stops editing a live message.
    pub(super) fn forget(&self, live: LiveMessage) {
        self.state().live_messages.remove(&live);
    }

    /// Notes that people deleted a live message. Returns whether it is the first time.
    pub(super) fn mark_deleted(&self, live: LiveMessage) -> bool {
        let mut state = self.state();
        state.live_messages.remove(&live);
        let first = state.resent.insert(live);
        match live {
            LiveMessage::Progress(_) => _ = state.resend.insert(live),
            LiveMessage::Combined => {
                state.keep_apart = !first;
                state.refresh_combined();
            }
        }
        first
    }

    pub(super) fn is_deleted(&self, live: LiveMessage) -> bool {
        self.state().resend.contains(&live)
    }

    /// Sends nothing before this time.
    pub(super) fn pause_until(&self, until: Duration) {
        self.state().paused_until = Some(until);
    }

    /// Counts a failure, and pauses. Returns the number of failures in a row and the pause.
    pub(super) fn back_off(&self, now: Duration) -> (u32, Duration) {
        let mut state = self.state();
        let pause = state.backoff.next();
        state.paused_until = Some(now + pause);
        (state.backoff.failures(), pause)
    }

    /// Closes the chat. Returns what was queued up to now.
    pub(super) fn close(&self, up_to: OutgoingId) -> Vec<OutgoingId> {
        let mut state = self.state();
        state.live_messages.clear();
        let dropped = state.unsent.iter().map(|(id, _)| *id);
        let dropped: Vec<OutgoingId> = dropped.filter(|id| *id <= up_to).collect();
        state.unsent.retain(|(id, _)| *id > up_to);
        state.closed = state.unsent.is_empty();
        dropped
    }

    /// Returns the last ID in the queue.
    pub(super) fn last_id(&self) -> OutgoingId {
        let state = self.state();
        state.unsent.back().map_or(OutgoingId(0), |(id, _)| *id)
    }

    /// Empties the queue, for the chat's new ID.
    pub(super) fn take_all(&self) -> Vec<(OutgoingId, Outgoing)> {
        let mut state = self.state();
        state.live_messages.clear();
        state.unsent.drain(..).collect()
    }

    /// Whether nothing is lost if this queue is dropped.
    pub(super) fn is_idle(&self) -> bool {
        let state = self.state();
        !state.has_task && !state.closed
    }

    fn wake_up(&self, state: &mut QueueState) -> bool {
        self.wake.notify_one();
        !std::mem::replace(&mut state.has_task, true)
    }

    fn state(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LiveMessage {
    fn analysis(self) -> Option<AnalysisId> {
        match self {
            LiveMessage::Progress(analysis) => Some(analysis),
            LiveMessage::Combined => None,
        }
    }
}

impl LiveState {
    fn unseen() -> Self {
        Self {
            outdated: true,
            new_step: true,
            is_running: true,
            ..Self::default()
        }
    }
}

impl QueueState {
    /// Notes that one of the chat's analyses has changed. If there are many, one message shows all.
    fn refresh_combined(&mut self) {
        let one = |(live, last): (&LiveMessage, &LiveState)| {
            *live != LiveMessage::Combined && last.is_running
        };
        let running = self
            .live_messages
            .iter()
            .filter(|entry| one(*entry))
            .count();
        if running >= COMBINED_FROM && !self.keep_apart {
            let combined = self.live_messages.entry(LiveMessage::Combined);
            combined.or_insert_with(LiveState::unseen);
        }
        if let Some(combined) = self.live_messages.get_mut(&LiveMessage::Combined) {
            combined.outdated = true;
        }
    }
}
