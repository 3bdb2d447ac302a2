//! What is to be done in one chat, and when. Decides, and sends nothing. Times are those of our clock
//! since it was made; `now` is handed in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::mem::{Discriminant, discriminant};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::bot::content::Sheet;
use crate::bot::outbox::edit_schedule::{Rhythm, TOGETHER_FROM};
use crate::bot::telegram::backoff::Backoff;
use crate::model::{
    AnalysisId, ChatId, Crawl, Outgoing, OutgoingId, Place, StageName, Status, TopicId,
};

/// A message that is kept up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::bot) enum Topic {
    /// An analysis' bubble.
    One(AnalysisId),
    /// The message that shows all of the chat's analyses.
    Together,
}

/// Where a crawl is: its status and its stage; or several crawls, each where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bot) enum Phase {
    /// How the crawl stands, the step that it is at, and how many were read at its last look.
    Of(Discriminant<Status>, StageName, u64),
    Several,
}

pub(in crate::bot) struct Chat {
    pub(in crate::bot) id: ChatId,
    rhythm: Rhythm,
    state: Mutex<State>,
    pub(in crate::bot) wake: Notify,
    /// Rings when something is to be said: an edit that waits for its turn makes room.
    pub(in crate::bot) spoken: Notify,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::bot) enum Step {
    Say(OutgoingId, Outgoing),
    /// A bubble is due to be looked at.
    Edit(Topic),
    /// Nothing can be done before this time.
    Wait(Duration),
    /// There is nothing left; the task ends.
    Rest,
}

#[derive(Default)]
struct State {
    /// A task is at it.
    running: bool,
    outbox: VecDeque<(OutgoingId, Outgoing)>,
    bubbles: BTreeMap<Topic, Bubble>,
    /// Bubbles that were deleted: not edited any more, but sent anew when the outbox says so.
    resend: BTreeSet<Topic>,
    /// Bubbles that were sent anew before; who deletes one twice does not want it.
    resent: BTreeSet<Topic>,
    /// Nobody wants the message that shows all.
    apart: bool,
    /// Topics that were deleted.
    lost_topics: BTreeSet<TopicId>,
    known: bool,
    /// Telegram takes nothing for this chat; tried again when somebody speaks up.
    closed: bool,
    quiet_until: Option<Duration>,
    backoff: Backoff,
}

/// A bubble as it was last sent.
#[derive(Default)]
struct Bubble {
    shown: Option<Sheet>,
    /// When it was last sent or looked at.
    at: Option<Duration>,
    phase: Option<Phase>,
    dirty: bool,
    new_step: bool,
    live: bool,
}

impl Phase {
    pub(in crate::bot) fn of(crawl: &Crawl) -> Self {
        let read = crawl.reached.as_ref().map_or(0, |reached| reached.read);
        Self::Of(discriminant(&crawl.status), crawl.shown_stage(), read)
    }
}

impl Chat {
    pub(in crate::bot) fn new(id: ChatId, rhythm: Rhythm) -> Self {
        Self {
            id,
            rhythm,
            state: Mutex::default(),
            wake: Notify::new(),
            spoken: Notify::new(),
        }
    }

    /// Adds something to be said. Says whether a task has to be started for the chat.
    pub(in crate::bot) fn put(&self, id: OutgoingId, outgoing: Outgoing) -> bool {
        let mut state = self.state();
        state.closed = false;
        state.outbox.push_back((id, outgoing));
        self.spoken.notify_one();
        self.awaken(&mut state)
    }

    /// A bubble is out of date. Says whether a task has to be started for the chat.
    pub(in crate::bot) fn mark(&self, analysis: AnalysisId, phase: Phase) -> bool {
        let mut state = self.state();
        let topic = Topic::One(analysis);
        if state.closed {
            return false;
        }
        if !state.resend.contains(&topic) {
            let bubble = state.bubbles.entry(topic).or_insert_with(Bubble::unseen);
            bubble.dirty = true;
            bubble.new_step |= bubble.phase != Some(phase);
        }
        state.gather();
        self.awaken(&mut state)
    }

    /// One message shows all of the chat's analyses, as an earlier process has left it. Says whether a
    /// task has to be started for the chat.
    pub(in crate::bot) fn gathered(&self) -> bool {
        let mut state = self.state();
        state.bubbles.insert(Topic::Together, Bubble::unseen());
        self.awaken(&mut state)
    }

    pub(in crate::bot) fn next(&self, now: Duration) -> Step {
        let mut state = self.state();
        if let Some(until) = state.quiet_until.filter(|until| *until > now) {
            return Step::Wait(until);
        }
        if let Some((id, outgoing)) = state.outbox.front().cloned() {
            return Step::Say(id, outgoing);
        }
        // What has ended needs no more comparing once nothing else is to be said about it.
        state.bubbles.retain(|_, bubble| bubble.live);
        let edited = match state.bubbles.get_key_value(&Topic::Together) {
            Some(together) => vec![together],
            None => state.bubbles.iter().collect(),
        };
        let count = u32::try_from(edited.len()).unwrap_or(u32::MAX);
        let due = |bubble: &Bubble| {
            let pause = self.rhythm.pause(count, bubble.dirty, bubble.new_step);
            bubble.at.map(|at| at + pause)
        };
        let first = edited.into_iter().min_by_key(|(_, bubble)| due(bubble));
        match first.map(|(topic, bubble)| (*topic, due(bubble))) {
            Some((_, Some(at))) if at > now => Step::Wait(at),
            Some((topic, _)) => Step::Edit(topic),
            None => {
                state.running = false;
                Step::Rest
            }
        }
    }

    /// Something was said, or can't be: it is off the list.
    pub(in crate::bot) fn said(&self, id: OutgoingId) {
        let mut state = self.state();
        state.outbox.retain(|(other, _)| *other != id);
    }

    /// A call has succeeded.
    pub(in crate::bot) fn succeeded(&self) {
        let mut state = self.state();
        state.backoff.reset();
        state.known = true;
    }

    /// Something was said there before.
    pub(in crate::bot) fn is_known(&self) -> bool {
        self.state().known
    }

    pub(in crate::bot) fn get_to_know(&self) {
        self.state().known = true;
    }

    /// A topic was deleted.
    pub(in crate::bot) fn loses(&self, topic: TopicId) {
        self.state().lost_topics.insert(topic);
    }

    /// A place as it is there still: what was said in a topic that was deleted is said outside of it.
    pub(in crate::bot) fn standing(&self, place: Place) -> Place {
        let state = self.state();
        let is_there = |topic: &TopicId| !state.lost_topics.contains(topic);
        Place {
            topic: place.topic.filter(is_there),
            ..place
        }
    }

    /// A bubble looks like this now. Without a phase it has ended.
    pub(in crate::bot) fn shows(
        &self,
        topic: Topic,
        sheet: Sheet,
        phase: Option<Phase>,
        now: Duration,
    ) {
        let mut state = self.state();
        state.resend.remove(&topic);
        let live = phase.is_some();
        let before = state.bubbles.get(&topic);
        // What happened while it was sent for the first time was marked nowhere: it is looked at soon.
        let unseen = live && before.is_none_or(|before| before.shown.is_none());
        let bubble = Bubble {
            shown: Some(sheet),
            at: Some(now),
            phase,
            dirty: unseen,
            new_step: unseen,
            live,
        };
        state.bubbles.insert(topic, bubble);
        if topic != Topic::Together {
            state.gather();
        }
    }

    pub(in crate::bot) fn is_shown(&self, topic: Topic, sheet: &Sheet) -> bool {
        let state = self.state();
        let bubble = state.bubbles.get(&topic);
        bubble.is_some_and(|bubble| bubble.shown.as_ref() == Some(sheet))
    }

    /// The analyses whose bubbles are kept up to date, and those whose bubbles were deleted.
    pub(in crate::bot) fn analyses(&self) -> BTreeSet<AnalysisId> {
        let state = self.state();
        let topics = state.bubbles.keys().chain(&state.resend);
        topics.filter_map(|topic| topic.analysis()).collect()
    }

    /// There is no bubble to be edited.
    pub(in crate::bot) fn forget(&self, topic: Topic) {
        self.state().bubbles.remove(&topic);
    }

    /// A bubble is gone. Says whether this is the first time.
    pub(in crate::bot) fn lost(&self, topic: Topic) -> bool {
        let mut state = self.state();
        state.bubbles.remove(&topic);
        let first = state.resent.insert(topic);
        match topic {
            Topic::One(_) => _ = state.resend.insert(topic),
            Topic::Together => {
                state.apart = !first;
                state.gather();
            }
        }
        first
    }

    pub(in crate::bot) fn is_lost(&self, topic: Topic) -> bool {
        self.state().resend.contains(&topic)
    }

    /// Nothing is sent before this time.
    pub(in crate::bot) fn quiet_until(&self, until: Duration) {
        self.state().quiet_until = Some(until);
    }

    /// Counts a failure; nothing is sent for the pause that it yields.
    pub(in crate::bot) fn failed(&self, now: Duration) -> (u32, Duration) {
        let mut state = self.state();
        let pause = state.backoff.next();
        state.quiet_until = Some(now + pause);
        (state.backoff.failures(), pause)
    }

    /// The chat is closed: yields what was to be said there up to now.
    pub(in crate::bot) fn close(&self, up_to: OutgoingId) -> Vec<OutgoingId> {
        let mut state = self.state();
        state.bubbles.clear();
        let dropped = state.outbox.iter().map(|(id, _)| *id);
        let dropped: Vec<OutgoingId> = dropped.filter(|id| *id <= up_to).collect();
        state.outbox.retain(|(id, _)| *id > up_to);
        state.closed = state.outbox.is_empty();
        dropped
    }

    /// The last of what is to be said.
    pub(in crate::bot) fn last(&self) -> OutgoingId {
        let state = self.state();
        state.outbox.back().map_or(OutgoingId(0), |(id, _)| *id)
    }

    /// Takes everything out, for the chat's new id.
    pub(in crate::bot) fn clear(&self) -> Vec<(OutgoingId, Outgoing)> {
        let mut state = self.state();
        state.bubbles.clear();
        state.outbox.drain(..).collect()
    }

    /// Whether nothing is lost when the chat is forgotten.
    pub(in crate::bot) fn is_idle(&self) -> bool {
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

impl Topic {
    fn analysis(self) -> Option<AnalysisId> {
        match self {
            Topic::One(analysis) => Some(analysis),
            Topic::Together => None,
        }
    }
}

impl Bubble {
    fn unseen() -> Self {
        Self {
            dirty: true,
            new_step: true,
            live: true,
            ..Self::default()
        }
    }
}

impl State {
    /// Something about one of the chat's analyses is new. If there are many, one message shows all.
    fn gather(&mut self) {
        let one = |(topic, bubble): (&Topic, &Bubble)| *topic != Topic::Together && bubble.live;
        let live = self.bubbles.iter().filter(|bubble| one(*bubble)).count();
        if live >= TOGETHER_FROM && !self.apart {
            let together = self.bubbles.entry(Topic::Together);
            together.or_insert_with(Bubble::unseen);
        }
        if let Some(together) = self.bubbles.get_mut(&Topic::Together) {
            together.dirty = true;
        }
    }
}
