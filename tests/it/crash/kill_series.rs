//! One database on which one process after another is killed while people search; and the state that it comes to in the
//! end.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::time::Duration;

use lookalike::demo::telegram::{CallFailure, FakeTelegram, FloodLimits, Person};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_pcg::Pcg64Mcg;
use rustix::process::Signal;

use crate::crash::chats::{ChatRequest, repeated};
use crate::crash::leftovers::Leftovers;
use crate::crash::post_mortem::{CrashPoint, points, sends_under_way, taken_over};
use crate::crash::process::{BotProcess, KillTrigger, Pause};
use crate::harness::{Harness, WITHIN};

/// The most tasks in progress at the same time: the sum of all MAX_CONCURRENT.
const AT_WORK: u64 = 16 + 8 + 8 + 4 + 4 + 3;

/// The longest time until a kill at a random moment: a process may be idle, too.
const LONGEST_RUN: Duration = Duration::from_millis(300);

/// The time after which a process is killed that never comes to its point.
const PATIENCE: Duration = Duration::from_secs(3);

/// People who are certainly served in time after the last kill, on a machine that has other tests to run.
const SERVED_IN_TIME: usize = 10;

/// The first person's number.
const FIRST_PERSON: i64 = 1_000;

/// Where the next process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KillTarget {
    Anywhere,
    At(CrashPoint),
}

/// The cost of kills.
#[derive(Clone, Debug, Default)]
pub(super) struct KillStats {
    pub(super) kills: u64,
    pub(super) points: BTreeMap<CrashPoint, u64>,
    pub(super) elsewhere: u64,
    pub(super) tasks_at_work: u64,
    pub(super) requests: u64,
    pub(super) requests_repeated: u64,
    pub(super) sends_under_way: u64,
    pub(super) messages_repeated: u64,
    pub(super) chat_requests: u64,
    pub(super) lists: u64,
    pub(super) unpointed: u64,
    pub(super) unpointed_bound: u64,
}

pub(super) struct KillSeries {
    harness: Harness,
    rng: Pcg64Mcg,
    /// Handles not searched yet, and those searched.
    unknown: Vec<String>,
    known: Vec<String>,
    chat_requests: Vec<(Person, ChatRequest)>,
    /// The requests of the process that was killed last, until the next one has reported how many tasks it left.
    last_requests: u64,
    pub(super) stats: KillStats,
}

impl KillSeries {
    pub(super) fn new(harness: Harness, handles: Vec<String>, rng: Pcg64Mcg) -> Self {
        harness.telegram.set_limits(FloodLimits::none());
        Self {
            harness,
            rng,
            unknown: handles,
            known: Vec::new(),
            chat_requests: Vec::new(),
            last_requests: 0,
            stats: KillStats::default(),
        }
    }

    /// Starts a process and kills it.
    pub(super) async fn kill(&mut self, target: KillTarget) {
        let (holds, arrivals) = (
            self.harness.telegram.holds(),
            self.harness.network.arrivals(),
        );
        self.send_request(target);
        let trigger = self.trigger(target);
        let held = self.hold(target);
        let mut bot = BotProcess::start_with(&self.harness, trigger);
        if held.is_some() {
            let is_held = |telegram: &FakeTelegram| telegram.holds() > holds;
            let until = self.harness.telegram.until_true(WITHIN, "a call", is_held);
            until.await.unwrap();
        } else if target == KillTarget::At(CrashPoint::Shutdown) {
            self.harness.network.arrived(arrivals + 1).await;
            bot.signal(Signal::TERM);
        }
        bot.exits_within(match (target, held) {
            (_, Some(_)) => Duration::ZERO,
            (KillTarget::Anywhere, None) => LONGEST_RUN,
            (KillTarget::At(_), None) => PATIENCE,
        })
        .await;
        let log = bot.kill();
        self.harness.network.release();
        self.count_taken_over(&log);
        self.last_requests = self.harness.network.arrivals() - arrivals;
        self.stats.kills += 1;
        self.stats.sends_under_way += sends_under_way(&log) as u64;
        let points: Vec<CrashPoint> = points(&log).into_iter().chain(held).collect();
        self.stats.elsewhere += u64::from(points.is_empty());
        for point in points {
            *self.stats.points.entry(point).or_default() += 1;
        }
    }

    /// Counts the tasks that were in progress at the last kill, as the next process finds them. If that was killed
    /// before it could report them, there were no more than requests, nor than is allowed.
    fn count_taken_over(&mut self, log: &[String]) {
        let most = self.last_requests.min(AT_WORK);
        self.stats.tasks_at_work += taken_over(log).unwrap_or(most);
    }

    fn send_request(&mut self, target: KillTarget) {
        let roll = self.rng.random_range(0..12);
        let known = self.known.choose(&mut self.rng).cloned();
        let chat_request = match target {
            KillTarget::At(CrashPoint::StartUp) => None,
            // A known account is answered at once.
            KillTarget::At(CrashPoint::Delivery | CrashPoint::Accepted) if known.is_some() => {
                known.map(ChatRequest::List)
            }
            // A new account's crawl passes through all of its stages.
            KillTarget::At(_) => Some(ChatRequest::List(self.new_account())),
            KillTarget::Anywhere => match roll {
                0 => Some(ChatRequest::Help),
                1 => known.map(ChatRequest::List),
                2 => self.unknown.last().cloned().map(ChatRequest::Cancelled),
                3..8 => Some(ChatRequest::List(self.new_account())),
                _ => None,
            },
        };
        let Some(chat_request) = chat_request else {
            return;
        };
        if let ChatRequest::List(handle) = &chat_request {
            self.known.push(handle.clone());
        }
        let person = Person::new(FIRST_PERSON + self.chat_requests.len() as i64, "Somebody");
        chat_request.send(&self.harness, &person);
        self.chat_requests.push((person, chat_request));
    }

    fn new_account(&mut self) -> String {
        let account = self.unknown.pop();
        account.expect("the world has more accounts than are asked for")
    }

    fn trigger(&mut self, target: KillTarget) -> Option<KillTrigger> {
        let within = |rng: &mut Pcg64Mcg, micros| {
            Pause::For(Duration::from_micros(rng.random_range(0..micros)))
        };
        let rng = &mut self.rng;
        let (text, nth, pause) = match target {
            // Every line has a space, so the nth line comes at some random time.
            KillTarget::Anywhere => (" ", rng.random_range(1..=200), within(rng, 2_000)),
            KillTarget::At(CrashPoint::StartUp) => ("opening the database", 1, within(rng, 30_000)),
            KillTarget::At(CrashPoint::Shutdown) => ("app: stopping", 1, within(rng, 3_000)),
            KillTarget::At(CrashPoint::StageChange) => {
                ("enters a stage", rng.random_range(1..=4), Pause::NONE)
            }
            KillTarget::At(CrashPoint::BetweenSyncs) => {
                ("records are", rng.random_range(3..=30), Pause::NONE)
            }
            KillTarget::At(CrashPoint::Unacknowledged) => {
                ("rows are", rng.random_range(3..=30), Pause::UntilBlocked)
            }
            KillTarget::At(CrashPoint::Aggregation) => ("counting whom", 1, Pause::NONE),
            KillTarget::At(CrashPoint::Delivery | CrashPoint::Accepted) => return None,
        };
        Some(KillTrigger { text, nth, pause })
    }

    /// Makes a server hold the call in which the process is to be killed. Returns the point if Telegram holds it.
    fn hold(&mut self, target: KillTarget) -> Option<CrashPoint> {
        let (point, method, failure) = match target {
            KillTarget::At(CrashPoint::Shutdown) => {
                self.harness.network.hold();
                return None;
            }
            KillTarget::At(CrashPoint::Delivery) => {
                (CrashPoint::Delivery, "sendPhoto", CallFailure::Held)
            }
            KillTarget::At(CrashPoint::Accepted) => {
                let methods = ["sendMessage", "sendPhoto"];
                let method = methods[self.rng.random_range(0..methods.len())];
                (CrashPoint::Accepted, method, CallFailure::AcceptedThenHeld)
            }
            _ => return None,
        };
        self.harness.telegram.fail_next(method, failure);
        Some(point)
    }

    /// Lets everything finish, and compares it with what it should be.
    pub(super) async fn finish(mut self, lists: &BTreeMap<String, serde_json::Value>) -> KillStats {
        let bot = BotProcess::start(&self.harness);
        let within = WITHIN * self.chat_requests.len().div_ceil(SERVED_IN_TIME) as u32;
        for (person, chat_request) in &self.chat_requests {
            let is_served =
                |telegram: &FakeTelegram| chat_request.is_served(&telegram.messages(person.id));
            let what = format!("{chat_request:?}");
            let until = self.harness.telegram.until_true(within, &what, is_served);
            until.await.unwrap();
        }
        let log = bot.stop().await;
        self.count_taken_over(&log);

        let left = Leftovers::of(&self.harness).await;
        for (person, chat_request) in &self.chat_requests {
            let searches = left.analyses(person).len();
            let messages = self.harness.telegram.messages(person.id);
            self.stats.messages_repeated += repeated(&messages) as u64;
            self.stats.chat_requests += 1;
            match chat_request {
                ChatRequest::List(handle) => {
                    assert_eq!(searches, 1, "{person:?} has asked once");
                    let list = left.ranking(person);
                    assert_eq!(
                        list, lists[handle],
                        "the list for @{handle}, to the last digit"
                    );
                    self.stats.lists += 1;
                }
                ChatRequest::Cancelled(_) => assert_eq!(searches, 1, "{person:?} has asked once"),
                ChatRequest::Help => assert_eq!(searches, 0, "{person:?} has not asked"),
            }
        }
        let bytes = left.bytes(&self.harness, AT_WORK);
        self.stats.unpointed = bytes.unpointed;
        self.stats.unpointed_bound = self.stats.kills * bytes.of_a_group + bytes.let_go;
        self.stats.requests = self.harness.network.requests().total;
        self.stats.requests_repeated = self.harness.network.asked_twice().len() as u64;
        assert_eq!(self.harness.network.violations(), Vec::<String>::new());
        assert_eq!(self.harness.telegram.violations(), Vec::<String>::new());
        self.stats
    }
}

impl AddAssign for KillStats {
    fn add_assign(&mut self, other: Self) {
        self.kills += other.kills;
        for (point, kills) in other.points {
            *self.points.entry(point).or_default() += kills;
        }
        self.elsewhere += other.elsewhere;
        self.tasks_at_work += other.tasks_at_work;
        self.requests += other.requests;
        self.requests_repeated += other.requests_repeated;
        self.sends_under_way += other.sends_under_way;
        self.messages_repeated += other.messages_repeated;
        self.chat_requests += other.chat_requests;
        self.lists += other.lists;
        self.unpointed += other.unpointed;
        self.unpointed_bound += other.unpointed_bound;
    }
}
