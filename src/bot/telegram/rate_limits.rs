//! Telegram's limits on sending and editing: in one chat, and in all chats together.
//!
//! All chats share one queue for the next call, first come, first served. Replies to people who are being served go
//! straight there. First messages to new people queue among themselves and send one at a time, and so do edits: in
//! front of a reply there is at most one of each, however many new people and live messages there are; and since that
//! one keeps its place, new people are greeted and messages edited however many replies there are.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{NotUntil, Quota, RateLimiter};
use tokio::sync::{Mutex, MutexGuard};

use crate::clock::Clock;
use crate::model::ChatId;
use crate::networks::GovernorClock;

/// Calls that a chat takes at once after a pause.
const BURST: u32 = 3;

/// One call per second in a private chat.
const PRIVATE: Duration = Duration::from_secs(1);

/// A group may have at most 20 calls in any minute: 3 at once and one every 3.6 s are 19.
const GROUP: Duration = Duration::from_millis(3_600);

/// All chats together may have 30 calls per second: 5 at once and one every 50 ms are 25.
const OVERALL: Duration = Duration::from_millis(50);
const OVERALL_BURST: u32 = 5;

/// One edit after the other: half of the overall rate, so that there is always room for replies. A thousand live
/// messages are edited every 100 s.
const BETWEEN_EDITS: Duration = Duration::from_millis(100);

type PerChatLimiter =
    RateLimiter<ChatId, DefaultKeyedStateStore<ChatId>, GovernorClock, NoOpMiddleware<Nanos>>;

pub(crate) struct RateLimits {
    clock: GovernorClock,
    private: PerChatLimiter,
    groups: PerChatLimiter,
    overall: RateLimiter<NotKeyed, InMemoryState, GovernorClock, NoOpMiddleware<Nanos>>,
    queue: Mutex<()>,
    /// The queue of first messages to new people.
    first_contacts: Mutex<()>,
    /// The queue of edits, and when the next one may go.
    edits: Mutex<Duration>,
}

/// The right to make the next call of all chats. Exclusive while it is held.
pub(crate) struct SendPermit<'a> {
    limits: &'a RateLimits,
    edit: Option<MutexGuard<'a, Duration>>,
    _first_contact: Option<MutexGuard<'a, ()>>,
    _queue: MutexGuard<'a, ()>,
}

impl RateLimits {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let clock = GovernorClock(clock);
        let keyed =
            |every| RateLimiter::new(quota(every, BURST), Default::default(), clock.clone());
        Self {
            private: keyed(PRIVATE),
            groups: keyed(GROUP),
            overall: RateLimiter::direct_with_clock(quota(OVERALL, OVERALL_BURST), clock.clone()),
            queue: Mutex::default(),
            first_contacts: Mutex::default(),
            edits: Mutex::default(),
            clock,
        }
    }

    /// Takes one call of a chat's limit, or returns how long to wait.
    pub(crate) fn try_acquire(&self, chat: ChatId) -> Result<(), Duration> {
        let limiter = self.limiter(chat);
        limiter
            .check_key(&chat)
            .map_err(|early| self.wait_time(early))
    }

    /// Starts a chat without a burst, since an earlier process may have written to it a moment ago.
    pub(crate) fn use_up_burst(&self, chat: ChatId) {
        let burst = NonZeroU32::new(BURST).unwrap_or(NonZeroU32::MIN);
        // It fails only if the burst is used up already.
        let _ = self.limiter(chat).check_key_n(&chat, burst);
    }

    /// Waits for the permit to send a reply.
    pub(crate) async fn permit(&self) -> SendPermit<'_> {
        SendPermit {
            limits: self,
            edit: None,
            _first_contact: None,
            _queue: self.queue.lock().await,
        }
    }

    /// Waits for the permit to send the first message to a person, or one that nobody waits for.
    pub(crate) async fn permit_for_first_contact(&self) -> SendPermit<'_> {
        let first_contact = self.first_contacts.lock().await;
        SendPermit {
            _first_contact: Some(first_contact),
            ..self.permit().await
        }
    }

    /// Waits for the permit to edit.
    pub(crate) async fn permit_to_edit(&self) -> SendPermit<'_> {
        let edit = self.edits.lock().await;
        let early = edit.saturating_sub(self.clock.0.elapsed());
        self.clock.0.sleep(early).await;
        SendPermit {
            limits: self,
            edit: Some(edit),
            _first_contact: None,
            _queue: self.queue.lock().await,
        }
    }

    /// Drops the state of chats that have been quiet.
    pub(crate) fn forget_quiet_chats(&self) {
        self.private.retain_recent();
        self.groups.retain_recent();
    }

    fn limiter(&self, chat: ChatId) -> &PerChatLimiter {
        if chat.0 < 0 {
            &self.groups
        } else {
            &self.private
        }
    }

    fn wait_time(&self, early: NotUntil<Nanos>) -> Duration {
        early.wait_time_from(self.clock.now())
    }
}

impl SendPermit<'_> {
    /// Waits until all chats together have room for the call, and releases the permit.
    pub(crate) async fn consume(self) {
        let limits = self.limits;
        while let Err(early) = limits.overall.check() {
            limits.clock.0.sleep(limits.wait_time(early)).await;
        }
        if let Some(mut next) = self.edit {
            *next = limits.clock.0.elapsed() + BETWEEN_EDITS;
        }
    }
}

fn quota(every: Duration, burst: u32) -> Quota {
    let quota = Quota::with_period(every).unwrap_or(Quota::per_second(NonZeroU32::MIN));
    quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use chrono::DateTime;

    use super::*;
    use crate::clock::ManualClock;

    /// Replies and live messages that want to be sent.
    struct Office {
        clock: Arc<ManualClock>,
        limits: Arc<RateLimits>,
        served: mpsc::Sender<char>,
        order: mpsc::Receiver<char>,
    }

    impl Office {
        fn new() -> Self {
            let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
            let (served, order) = mpsc::channel();
            Self {
                limits: Arc::new(RateLimits::new(clock.clone())),
                clock,
                served,
                order,
            }
        }

        fn want(&self, count: usize, what: char) {
            for _ in 0..count {
                let (limits, served) = (self.limits.clone(), self.served.clone());
                tokio::spawn(async move {
                    let permit = match what {
                        'e' => limits.permit_to_edit().await,
                        's' => limits.permit_for_first_contact().await,
                        _ => limits.permit().await,
                    };
                    permit.consume().await;
                    let _ = served.send(what);
                });
            }
        }

        /// Lets time pass; returns what was sent, in order.
        async fn pass(&self, time: Duration) -> String {
            let end = self.clock.elapsed() + time;
            while self.clock.elapsed() < end {
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                self.clock.advance(Duration::from_millis(10));
            }
            self.order.try_iter().collect()
        }
    }

    fn count(served: &str, what: char) -> usize {
        served.matches(what).count()
    }

    #[tokio::test]
    async fn an_answer_waits_for_one_edit_at_most() {
        let office = Office::new();
        office.want(1_000, 'e');
        let second = office.pass(Duration::from_secs(1)).await;
        assert!(
            (9..=11).contains(&second.len()),
            "ten edits a second: {second}"
        );
        office.want(50, 'a');
        let then = office.pass(Duration::from_secs(5)).await;
        let ahead = then.rfind('a').map_or(0, |last| count(&then[..last], 'e'));
        assert_eq!(count(&then, 'a'), 50);
        assert!(ahead <= 1, "{ahead} edits went ahead: {then}");
    }

    #[tokio::test]
    async fn who_is_served_waits_for_one_stranger_at_most_and_strangers_are_greeted_all_the_same() {
        let office = Office::new();
        office.want(1_000, 's');
        let second = office.pass(Duration::from_secs(1)).await;
        assert!(second.len() >= 20, "strangers have what is free: {second}");
        office.want(50, 'a');
        let then = office.pass(Duration::from_secs(5)).await;
        let last = then.rfind('a').expect("those who are served");
        assert_eq!(count(&then, 'a'), 50);
        assert!(
            count(&then[..last], 's') <= 2,
            "strangers went ahead: {then}"
        );
        let mut served = String::new();
        office.want(50, 'a');
        for _ in 0..10 {
            let second = office.pass(Duration::from_secs(1)).await;
            office.want(count(&second, 'a'), 'a');
            served += &second;
        }
        assert!(served.contains('s'), "a stranger has his turn: {served}");
    }

    #[tokio::test]
    async fn edits_are_made_however_many_answers_there_are() {
        let office = Office::new();
        office.want(100, 'e');
        office.want(50, 'a');
        let mut served = String::new();
        for _ in 0..20 {
            let second = office.pass(Duration::from_secs(1)).await;
            office.want(count(&second, 'a'), 'a');
            served += &second;
        }
        let edits = count(&served, 'e');
        assert!(edits >= 5, "{edits} edits in 20 s: {served}");
        assert!(served.len() >= 390, "nothing of the pace is lost: {served}");
    }

    #[test]
    fn each_chat_has_its_own_pace() {
        let limits = Office::new().limits;
        for chat in [7, 8, -7] {
            for _ in 0..BURST {
                assert_eq!(limits.try_acquire(ChatId(chat)), Ok(()));
            }
        }
        let wait = |chat| limits.try_acquire(ChatId(chat)).expect_err("too early");
        assert_eq!((wait(7), wait(-7)), (PRIVATE, GROUP));
    }

    #[test]
    fn a_chat_of_an_earlier_process_has_no_burst() {
        let limits = Office::new().limits;
        limits.use_up_burst(ChatId(7));
        assert!(limits.try_acquire(ChatId(7)).is_err());
    }
}
